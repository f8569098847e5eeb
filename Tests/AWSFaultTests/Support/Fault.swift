import AWSClient
import Testing

/// What goes wrong with the first requests of a call.
enum Fault: String, CaseIterable, CustomTestStringConvertible {
    case throttled
    case internalErrors = "500 twice"
    case unavailable = "503 with Retry-After, twice"
    case gatewayPages = "a gateway's 502 in HTML, twice"
    case closedUnread = "closed before the request is read, twice"
    case closedAfterEffect = "closed after the effect"
    case resetAfterEffect = "reset after the effect"
    case truncated = "an answer cut off by the end of the connection"
    case broken = "an answer that is broken"
    case empty = "an answer that is empty"
    case halfAnswer = "half an answer, and then silence"
    case skewed = "a clock that is ten minutes off"
    case expired = "credentials that are over"
    case alwaysInternalErrors = "500 for ever"
    case alwaysThrottled = "throttled for ever"
    case denied

    /// When it strikes.
    enum Moment: Hashable, Sendable {
        /// Before the service has read the request.
        case unread
        /// Instead of what was asked for.
        case refused
        /// After the service has done it.
        case done
    }

    var testDescription: String { rawValue }

    var moment: Moment {
        switch self {
        case .throttled, .internalErrors, .unavailable, .gatewayPages, .skewed, .expired, .alwaysInternalErrors,
            .alwaysThrottled, .denied:
            .refused
        case .closedUnread: .unread
        case .closedAfterEffect, .resetAfterEffect, .truncated, .broken, .empty, .halfAnswer: .done
        }
    }

    /// How many requests it strikes if all are sent again.
    var times: Int {
        switch self {
        case .throttled, .internalErrors, .unavailable, .gatewayPages, .closedUnread: 2
        case .closedAfterEffect, .resetAfterEffect, .truncated, .broken, .empty, .halfAnswer, .skewed, .expired: 1
        case .alwaysInternalErrors, .alwaysThrottled, .denied: .max
        }
    }

    /// Only XML and JSON can be broken.
    func applies(to call: ServiceCall) -> Bool {
        switch self {
        case .broken, .empty: call.service != S3.service
        default: true
        }
    }

    /// Status and code of the refusal, as the service has it; nil when the fault is none.
    func refusal(_ dialect: ServiceCall.Dialect) -> (status: Int, code: String)? {
        let (status, code): (Int, String)
        switch (self, dialect) {
        case (.alwaysThrottled, _): return Fault.throttled.refusal(dialect)
        case (.alwaysInternalErrors, _): return Fault.internalErrors.refusal(dialect)
        case (.throttled, .ec2): (status, code) = (503, "RequestLimitExceeded")
        case (.throttled, .s3), (.throttled, .s3Head): (status, code) = (503, "SlowDown")
        case (.throttled, .sts): (status, code) = (400, "Throttling")
        case (.throttled, .json): (status, code) = (400, "ThrottlingException")
        case (.internalErrors, .json): (status, code) = (500, "InternalServerError")
        case (.internalErrors, .sts): (status, code) = (500, "InternalFailure")
        case (.internalErrors, _): (status, code) = (500, "InternalError")
        case (.unavailable, .ec2): (status, code) = (503, "Unavailable")
        case (.unavailable, _): (status, code) = (503, "ServiceUnavailable")
        case (.skewed, .ec2): (status, code) = (400, "RequestExpired")
        case (.skewed, .s3), (.skewed, .s3Head): (status, code) = (403, "RequestTimeTooSkewed")
        case (.skewed, .sts): (status, code) = (403, "SignatureDoesNotMatch")
        case (.skewed, .json): (status, code) = (400, "InvalidSignatureException")
        case (.expired, .ec2): (status, code) = (400, "RequestExpired")
        case (.expired, .s3), (.expired, .s3Head): (status, code) = (400, "ExpiredToken")
        case (.expired, .sts): (status, code) = (403, "ExpiredToken")
        case (.expired, .json): (status, code) = (400, "ExpiredTokenException")
        case (.denied, .ec2): (status, code) = (403, "UnauthorizedOperation")
        case (.denied, .json): (status, code) = (400, "AccessDeniedException")
        case (.denied, _): (status, code) = (403, "AccessDenied")
        case (.gatewayPages, _), (.closedUnread, _), (.closedAfterEffect, _), (.resetAfterEffect, _), (.truncated, _),
            (.broken, _), (.empty, _), (.halfAnswer, _):
            return nil
        }
        return (status, dialect == .s3Head ? "" : code)
    }
}

/// A fault of a call.
struct Cell: Sendable, CustomTestStringConvertible {
    var fault: Fault
    var call: ServiceCall

    static let all = Fault.allCases.flatMap { fault in
        ServiceCall.all.filter(fault.applies).map { Cell(fault: fault, call: $0) }
    }

    var testDescription: String { "\(call.testDescription): \(fault.rawValue)" }
}
