import AWSClient
import FoundationEssentials
import JSONDocument

/// The services that the simulation plays.
enum ServiceKind: String, Sendable {
    case ec2
    case sts
    case ssm
    case s3

    /// How it says what a policy, a clock, or too many calls are to it.
    func refusal(_ operation: String, by state: inout State) -> SimulatedError {
        switch self {
        case .ec2:
            let message = state.newAuthorizationMessage(operation)
            return SimulatedError(
                "UnauthorizedOperation",
                "You are not authorized to perform this operation. Encoded authorization failure message: \(message)",
                status: 403)
        case .ssm:
            return SimulatedError("AccessDeniedException", "User is not authorized to perform: ssm:\(operation)")
        case .sts, .s3: return SimulatedError("AccessDenied", "Access Denied", status: 403)
        }
    }

    var throttled: SimulatedError {
        switch self {
        case .ec2: SimulatedError("RequestLimitExceeded", "Request limit exceeded.", status: 503)
        case .s3: SimulatedError("SlowDown", "Please reduce your request rate.", status: 503)
        case .ssm: SimulatedError("ThrottlingException", "Rate exceeded")
        case .sts: SimulatedError("Throttling", "Rate exceeded")
        }
    }

    var expired: SimulatedError {
        switch self {
        case .ec2: SimulatedError("RequestExpired", "Request has expired.")
        case .s3: SimulatedError("ExpiredToken", "The provided token has expired.")
        case .ssm: SimulatedError("ExpiredTokenException", "The security token included in the request is expired")
        case .sts:
            SimulatedError("ExpiredToken", "The security token included in the request is expired", status: 403)
        }
    }

    /// An error as the service writes it.
    func reply(_ error: SimulatedError, requestID: String, isHead: Bool) -> SimulatedReply {
        var headers: [(name: String, value: String)] = []
        var text: String
        switch self {
        case .ec2:
            text =
                XML(
                    "Response",
                    [
                        XML("Errors", [XML("Error", [XML("Code", error.code), XML("Message", error.message)])]),
                        XML("RequestID", requestID),
                    ]
                ).document
        case .sts:
            let kind = XML("Type", error.status < 500 ? "Sender" : "Receiver")
            text =
                XML(
                    "ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"",
                    [
                        XML("Error", [kind, XML("Code", error.code), XML("Message", error.message)]),
                        XML("RequestId", requestID),
                    ]
                ).document
        case .s3:
            if let region = error.bucketRegion { headers.append(("x-amz-bucket-region", region)) }
            text =
                XML(
                    "Error",
                    [
                        XML("Code", error.code), XML("Message", error.message), XML("RequestId", requestID),
                        XML("HostId", "simulated"),
                    ]
                ).document
        case .ssm:
            let body: JSONValue = ["__type": .string(error.code), "message": .string(error.message)]
            return SimulatedReply(
                status: error.status, headers: [("Content-Type", "application/x-amz-json-1.1")], body.text)
        }
        headers.append(("Content-Type", "text/xml;charset=UTF-8"))
        text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(text)"
        return SimulatedReply(status: error.status, headers: headers, isHead ? "" : text)
    }
}
