/// The role of the ECS task or EKS pod that this runs in.
package struct ContainerCredentials: CredentialStep {
    package let name = "the container's endpoint"
    private let environment: AWSEnvironment
    private let transport: any HTTPTransport
    private let sleep: @Sendable (Duration) async throws -> Void

    private static let attempts = 3
    private static let allowedHosts = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23", "localhost"]

    /// `sleep` waits between attempts, and throws when the task is cancelled.
    package init(
        _ environment: AWSEnvironment, transport: any HTTPTransport,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.environment = environment
        self.transport = transport
        self.sleep = sleep
    }

    package func look() async throws(CredentialError) -> CredentialFinding {
        guard let url = try url() else {
            return .absent(
                "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set")
        }
        var request = HTTPRequest("GET", url, headers: ["Accept": "application/json"], timeout: .seconds(2))
        request.headers["Authorization"] = try token()
        let answer = try await send(request)
        return .found(try CredentialAnswer(answer, source: name).credentials(tokenField: "Token", isTemporary: true))
    }

    private func url() throws(CredentialError) -> HTTPURL? {
        if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
            guard path.hasPrefix("/"), let url = HTTPURL("http://169.254.170.2\(path)") else {
                throw invalid("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is no path that begins with a slash")
            }
            return url
        }
        guard let text = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] else { return nil }
        guard let url = HTTPURL(text) else {
            throw invalid("AWS_CONTAINER_CREDENTIALS_FULL_URI is no http or https address")
        }
        guard url.scheme == "https" || isAllowed(url.host) else {
            throw invalid(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI names a host that may not be asked without TLS",
                notes: [
                    "Without TLS it can be a loopback address, or"
                        + " \(ContainerCredentials.allowedHosts.joined(separator: ", "))."
                ])
        }
        return url
    }

    private func isAllowed(_ host: String) -> Bool {
        let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        let isLoopback = octets.count == 4 && octets[0] == 127 && octets.allSatisfy { $0 != nil } || host == "::1"
        return isLoopback || ContainerCredentials.allowedHosts.contains(host.lowercased())
    }

    /// What the endpoint wants to see. The file is read each time, since EKS renews it.
    private func token() throws(CredentialError) -> String? {
        let variable: String
        let token: String
        if let path = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
            variable = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
            token = try TokenFile(variable: variable, path: path).read(environment, for: name)
        } else if let text = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] {
            (variable, token) = ("AWS_CONTAINER_AUTHORIZATION_TOKEN", text)
        } else {
            return nil
        }
        guard HeaderText.isLegal(token) else { throw invalid("the token of \(variable) has control characters") }
        return token
    }

    private func send(_ request: HTTPRequest) async throws(CredentialError) -> [UInt8] {
        var attempt = 1
        while true {
            let failure: CredentialError
            do throws(TransportError) {
                let answer = try await transport.send(request)
                guard answer.status != 200 else { return answer.body }
                failure = CredentialError(
                    answer.status == 429 || answer.status >= 500 ? .unavailable : .refused, source: name,
                    "\(request.url.authority) answers with status \(answer.status)")
            } catch {
                failure = CredentialError(
                    .unavailable, source: name, "\(request.url.authority) does not answer: \(error.message)")
                if error.code == .cancelled { throw failure }
            }
            guard failure.code == .unavailable, attempt < ContainerCredentials.attempts else { throw failure }
            attempt += 1
            do { try await sleep(.seconds(1)) } catch { throw failure }
        }
    }
}
