/// A call that did not do what it was asked: who said so, and what.
package struct AWSError: Error, Hashable, Sendable {
    /// Who said so.
    package enum Origin: Hashable, Sendable {
        /// The service, by an error answer.
        case service
        /// The network; the service may have acted when the flag says so.
        case transport(TransportError.Code)
        /// There is nothing to sign with.
        case credentials(CredentialError)
        /// The settings do not say where the service is.
        case configuration
        /// The service answered what we do not understand.
        case answer
        /// The time that the caller gave was over.
        case deadline
        /// The call was given up by whoever asked for it.
        case cancelled
    }

    /// The service's short name, such as `ec2`.
    package var service: String
    package var operation: String
    package var origin: Origin
    /// The service's own code, such as `InvalidAMIID.NotFound`; empty when it is not the service that says so.
    package var code: String
    package var message: String
    /// What AWS's support asks for.
    package var requestID: String?
    /// The status of HTTP; nil without an answer.
    package var status: Int?
    /// Where S3 says that the bucket is.
    package var bucketRegion: String?
    /// Whether the service may have acted on an earlier attempt of the same call, whatever it says to this one.
    package var hadDoubt = false

    package init(
        _ call: AWSCall, _ origin: Origin, code: String = "", _ message: String, requestID: String? = nil,
        status: Int? = nil, bucketRegion: String? = nil
    ) {
        service = call.service.name
        operation = call.operation
        self.origin = origin
        self.code = code
        self.message = message
        self.requestID = requestID
        self.status = status
        self.bucketRegion = bucketRegion
    }
}

extension AWSError: CustomStringConvertible {
    /// `ec2 RunInstances: InsufficientInstanceCapacity: We currently do not have … (request 1234)`
    package var description: String {
        let parts = ["\(service) \(operation)", code, message].filter { !$0.isEmpty }
        return parts.joined(separator: ": ") + (requestID.map { " (request \($0))" } ?? "")
    }

    /// What helps to mend it.
    package var notes: [String] {
        if case .credentials(let error) = origin { return error.notes }
        guard origin == .service else { return [] }
        switch code {
        case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation",
            "" where kind == .refused:
            return ["the role or user that signs may not do this; its policy needs \(action)"]
        case "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException":
            return ["AWS does not know the keys that sign, or not yet, or not in this partition"]
        case "InvalidSignatureException", "SignatureDoesNotMatch":
            return ["the secret key that signs is not that of the key's id"]
        case "AuthFailure":
            return ["AWS cannot tell who signs: are the keys right, and is the region enabled for the account?"]
        case "OptInRequired": return ["the account has not subscribed to this, or the region is not enabled for it"]
        case "LimitExceededException" where service == "cloudformation":
            return ["the account has too many stacks, or the stack too many change sets or resources"]
        case "VcpuLimitExceeded": return ["it is the account's quota in this region; Service Quotas raises it"]
        default: return []
        }
    }

    /// The action that a policy must allow. Source: S3's list of the permissions of its operations, in its user guide.
    private var action: String {
        switch (service, operation) {
        case ("s3", "HeadObject"): "s3:GetObject"
        case ("s3", "HeadBucket"): "s3:ListBucket"
        // Its host has another name than its policies.
        case ("monitoring", _): "cloudwatch:\(operation)"
        default: "\(service):\(operation)"
        }
    }
}

extension AWSError {
    /// What an error asks of the caller.
    package enum Kind: Hashable, Sendable {
        /// Slow down, then ask again.
        case throttling
        /// Ask again soon.
        case transient
        /// No room for this type in this zone: another one, never again in place.
        case capacity
        /// What was just made is not known everywhere yet: ask again for a bounded time.
        case propagation
        /// The credentials are over: fetch new ones and ask again.
        case expiredCredentials
        /// The clocks differ, or so it may be.
        case clockSkew
        /// A policy or an account's limit says no.
        case refused
        /// Anything else that the service says.
        case other
    }

    /// By the code, never by the text.
    package var kind: Kind {
        switch origin {
        case .service:
            if let kind = AWSError.kinds["\(service) \(code)"] ?? AWSError.kinds[code] { return kind }
            switch status ?? 0 {
            // S3 refuses a HEAD without a word.
            case 401 where code.isEmpty, 403 where code.isEmpty: return .refused
            case 429: return .throttling
            case 500, 502, 503, 504: return .transient
            default: return .other
            }
        case .transport(let code): return [.notSent, .tls, .cancelled].contains(code) ? .other : .transient
        case .answer: return .transient
        case .credentials(let error): return error.code == .unavailable ? .transient : .other
        case .configuration, .deadline, .cancelled: return .other
        }
    }

    /// Whether the service may have acted on the call though it gave no answer that says so.
    package var mayHaveActed: Bool {
        switch origin {
        case .transport(let code): TransportError(code, "").mayHaveArrived
        case .answer, .deadline, .cancelled: true
        case .service: [500, 502, 503, 504].contains(status) && kind == .transient
        case .configuration, .credentials: false
        }
    }

    /// By code; a service that means something else by one is named before it.
    ///
    /// Sources: EC2's and the common errors' documentation, botocore's retry tables, and the threads that EC2.md names.
    private static let kinds: [String: Kind] = {
        let table: [(Kind, [String])] = [
            (
                .throttling,
                [
                    "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException",
                    "PriorRequestNotComplete", "ProvisionedThroughputExceededException", "RequestLimitExceeded",
                    "RequestThrottled", "RequestThrottledException", "SlowDown", "ThrottledException", "Throttling",
                    "ThrottlingException", "TooManyRequestsException", "TransactionInProgressException",
                ]
            ),
            (
                .transient,
                [
                    "InternalError", "InternalFailure", "InternalServiceError", "IDPCommunicationError",
                    "RequestTimeout", "RequestTimeoutException", "ServiceUnavailable", "Unavailable",
                ]
            ),
            (
                .capacity,
                [
                    "InsufficientFreeAddressesInSubnet", "InsufficientHostCapacity", "InsufficientInstanceCapacity",
                    "Unsupported",
                ]
            ),
            (
                .propagation,
                [
                    "IncorrectInstanceState", "InvalidAMIID.NotFound", "InvalidAMIID.Unavailable",
                    "InvalidGroup.NotFound", "InvalidInstanceID.NotFound", "InvalidSnapshot.NotFound",
                ]
            ),
            (.expiredCredentials, ["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"]),
            (
                .clockSkew,
                [
                    "AuthFailure", "InvalidSignatureException", "RequestInTheFuture", "RequestTimeTooSkewed",
                    "SignatureDoesNotMatch",
                ]
            ),
            (
                .refused,
                [
                    "AccessDenied", "AccessDeniedException", "IncompleteSignature", "InvalidAccessKeyId",
                    "InvalidClientTokenId", "MissingAuthenticationToken", "OptInRequired", "UnauthorizedOperation",
                    "UnrecognizedClientException", "VcpuLimitExceeded",
                    // Not too many calls, but too many stacks or change sets.
                    "cloudformation LimitExceededException",
                ]
            ),
        ]
        return Dictionary(uniqueKeysWithValues: table.flatMap { row in row.1.map { ($0, row.0) } })
    }()
}
