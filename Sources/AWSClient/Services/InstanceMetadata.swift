package import FoundationEssentials

/// The metadata that an EC2 instance finds about itself, by version 2 of the service (IMDSv2) and never by version 1.
package actor InstanceMetadata {
    private struct Token {
        var text: String
        var end: Date
    }

    private let settings: InstanceMetadataSettings
    private let transport: any HTTPTransport
    private let now: @Sendable () -> Date
    private let sleep: @Sendable (Duration) async throws -> Void
    private var token: Token?

    /// `now` is the time of day; `sleep` waits between attempts, and throws when the task is cancelled.
    package init(
        _ settings: InstanceMetadataSettings, transport: any HTTPTransport, now: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.settings = settings
        self.transport = transport
        self.now = now
        self.sleep = sleep
    }

    package func region() async throws(InstanceMetadataError) -> String {
        try await required("/latest/meta-data/placement/region")
    }

    package func instanceID() async throws(InstanceMetadataError) -> String {
        try await required("/latest/meta-data/instance-id")
    }

    /// The name of the role that the instance has; nil when it has none.
    package func roleName() async throws(InstanceMetadataError) -> String? {
        let text = try await text("/latest/meta-data/iam/security-credentials/")
        return text?.split(whereSeparator: \.isNewline).first.map(String.init)
    }

    /// The JSON with the role's credentials.
    package func roleCredentials(_ role: String) async throws(InstanceMetadataError) -> [UInt8] {
        let path = "/latest/meta-data/iam/security-credentials/\(PercentEncoding.encode(role))"
        guard let body = try await get(path) else { throw missing(path) }
        return body
    }

    /// What stands at a path, such as `/latest/meta-data/spot/instance-action`; nil when nothing does.
    package func text(_ path: String) async throws(InstanceMetadataError) -> String? {
        guard let body = try await get(path) else { return nil }
        guard let text = String(validating: body, as: UTF8.self) else {
            throw InstanceMetadataError(.unavailable, "the answer at \(path) is not UTF-8")
        }
        return text
    }

    private func required(_ path: String) async throws(InstanceMetadataError) -> String {
        guard let text = try await text(path), !text.isEmpty else { throw missing(path) }
        return text
    }

    private func missing(_ path: String) -> InstanceMetadataError {
        InstanceMetadataError(.unavailable, "it has nothing at \(path)")
    }

    // MARK: - Requests

    private func get(_ path: String) async throws(InstanceMetadataError) -> [UInt8]? {
        guard !settings.isDisabled else { throw .disabled }
        var hasRenewed = false
        while true {
            let token = try await currentToken()
            let answer = try await send("GET", path, ["X-aws-ec2-metadata-token": token])
            switch answer.status {
            case 200: return answer.body
            case 404: return nil
            // The token was made by a service that has forgotten it, or is over by that one's clock.
            case 401 where !hasRenewed:
                hasRenewed = true
                if self.token?.text == token { self.token = nil }
            default:
                throw InstanceMetadataError(
                    .unavailable, "it answers with status \(answer.status) to a request for \(path)")
            }
        }
    }

    private func currentToken() async throws(InstanceMetadataError) -> String {
        if let token, now() < token.end { return token.text }
        let begin = now()
        let lifetime = InstanceMetadataSettings.tokenLifetime
        let answer = try await send(
            "PUT", "/latest/api/token", ["X-aws-ec2-metadata-token-ttl-seconds": "\(lifetime)"])
        switch answer.status {
        case 200: break
        case 403:
            throw InstanceMetadataError(
                .disabled, "the instance's metadata service is switched off",
                notes: ["The instance's metadata options say HttpEndpoint=disabled, or a firewall refuses."])
        case 404, 405: throw InstanceMetadataError(.absent, "what answers there does not speak IMDSv2")
        default:
            throw InstanceMetadataError(
                .unavailable, "it answers with status \(answer.status) to the request for a token")
        }
        guard let text = String(validating: answer.body, as: UTF8.self), HeaderText.isLegal(text), !text.isEmpty else {
            throw InstanceMetadataError(.unavailable, "its token is none")
        }
        token = Token(text: text, end: begin.addingTimeInterval(Double(lifetime - 60)))
        return text
    }

    /// Sends a request until it is answered, and not with a 5xx or "too many", or the attempts are over.
    private func send(
        _ method: String, _ path: String, _ headers: HTTPHeaders
    ) async throws(InstanceMetadataError) -> HTTPResponse {
        var url = settings.endpoint
        url.path = (url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path) + path
        let request = HTTPRequest(method, url, headers: headers, timeout: settings.timeout)
        var attempt = 1
        while true {
            let result: Result<HTTPResponse, TransportError>
            do throws(TransportError) {
                let answer = try await transport.send(request)
                guard answer.status == 429 || answer.status >= 500, attempt < settings.attempts else { return answer }
                result = .success(answer)
            } catch {
                result = .failure(error)
            }
            if case .failure(let error) = result, attempt >= settings.attempts || error.code == .cancelled {
                throw InstanceMetadataError(error, isTokenRequest: method == "PUT", settings)
            }
            attempt += 1
            do { try await sleep(settings.pause) } catch {
                throw InstanceMetadataError(.unavailable, "the request was given up")
            }
        }
    }
}
