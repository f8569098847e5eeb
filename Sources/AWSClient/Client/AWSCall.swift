package import JSONDocument

/// One of the services that we call.
package struct AWSService: Hashable, Sendable {
    /// The short name that users and IAM's policies know: `ec2`, `secretsmanager`.
    package var name: String
    /// The name to sign with.
    package var signingName: String
    /// How it writes its errors.
    package var errorFormat: ErrorFormat

    package enum ErrorFormat: Hashable, Sendable {
        case xml
        case json
    }

    package init(_ name: String, signingName: String? = nil, errorFormat: ErrorFormat) {
        self.name = name
        self.signingName = signingName ?? name
        self.errorFormat = errorFormat
    }
}

/// One call as a service wants it, without what signing and the endpoint add.
package struct AWSCall: Sendable {
    package var service: AWSService
    package var operation: String
    package var method: String = "POST"
    /// The bucket that a call of S3 is about; `HTTPURL.address(bucket:region:)` has where it goes.
    package var bucket: String?
    /// Percent-encoded, below the endpoint's own path.
    package var path: String = "/"
    package var query: [HTTPURL.QueryItem] = []
    package var headers: HTTPHeaders = [:]
    package var body: [UInt8] = []
    /// Whether asking twice does the same as asking once, as with a read or a client token. What is not repeatable is
    /// sent again only when the service cannot have acted.
    package var isRepeatable = true
    /// Whether the call carries a signature; a web identity proves itself.
    package var isSigned = true
    /// What is in the body that no message may repeat.
    package var secrets: [String] = []
    /// For one attempt.
    package var timeout: Duration = .seconds(30)

    package init(_ service: AWSService, _ operation: String) {
        self.service = service
        self.operation = operation
    }
}

extension AWSCall {
    /// A call in the query protocol: a form of `Action`, `Version` and the parameters.
    package static func query(
        _ service: AWSService, _ operation: String, version: String, _ parameters: QueryParameters = QueryParameters()
    ) -> AWSCall {
        var call = AWSCall(service, operation)
        let items = [("Action", operation), ("Version", version)] + parameters.items
        call.headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
        call.body = Array(
            items.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }.joined(separator: "&").utf8)
        return call
    }

    /// A call in the JSON protocol, version 1.1, to a target such as `secretsmanager`.
    package static func json(
        _ service: AWSService, _ operation: String, target: String, _ body: JSONValue
    ) -> AWSCall {
        var call = AWSCall(service, operation)
        call.headers["Content-Type"] = "application/x-amz-json-1.1"
        call.headers["X-Amz-Target"] = "\(target).\(operation)"
        call.body = Array(body.text.utf8)
        return call
    }
}
