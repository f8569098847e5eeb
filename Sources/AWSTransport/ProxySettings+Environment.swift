import AWSClient

extension ProxySettings {
    /// A proxy variable that cannot be used. Says nothing of its value, which may hold a password.
    package struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
        package let variable: String
        package let reason: String
        package var description: String { "\(variable): \(reason)" }
    }

    /// Reads `http_proxy`, `https_proxy` and `no_proxy` as AWS's own tools do: also in capitals, small letters first.
    ///
    /// An empty variable is none. In a CGI program, which has `REQUEST_METHOD`, `HTTP_PROXY` is a header that a client
    /// has sent and is left alone.
    package init(environment: [String: String]) throws(Invalid) {
        func variable(_ name: String) -> (name: String, value: String)? {
            for name in [name, name.uppercased()] {
                guard let value = environment[name] else { continue }
                if name == "HTTP_PROXY", environment["REQUEST_METHOD"] != nil { continue }
                return value.isEmpty ? nil : (name, value)
            }
            return nil
        }
        func proxy(_ name: String) throws(Invalid) -> Proxy? {
            guard let (name, value) = variable(name) else { return nil }
            do throws(Proxy.Unreadable) {
                return try Proxy(address: value)
            } catch {
                throw Invalid(variable: name, reason: error.reason)
            }
        }
        self.init(
            http: try proxy("http_proxy"), https: try proxy("https_proxy"),
            exceptions: (variable("no_proxy")?.value ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init))
    }
}

extension Proxy {
    struct Unreadable: Error {
        let reason: String
    }

    /// Reads `http://user:password@host:port`; all but the host may be missing.
    init(address: String) throws(Unreadable) {
        let scheme = address.firstRange(of: "://").map { address[..<$0.lowerBound].lowercased() }
        guard scheme == nil || scheme == "http" else {
            throw Unreadable(reason: "only proxies that are spoken to in plain http are supported")
        }
        var rest = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
        rest = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        var credentials: Credentials?
        if let at = rest.lastIndex(of: "@") {
            let parts = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard let user = PercentEncoding.decode(parts[0]),
                let password = parts.count == 2 ? PercentEncoding.decode(parts[1]) : ""
            else { throw Unreadable(reason: "the credentials are not properly percent-encoded") }
            credentials = Credentials(user: user, password: password)
            rest = rest[at...].dropFirst()
        }
        guard let url = HTTPURL("http://\(rest)") else {
            throw Unreadable(reason: "not the address of a proxy, as http://host:port")
        }
        // 80 as for any http address; proxies listen elsewhere, but other tools do the same.
        self.init(host: url.host, port: url.port ?? 80, credentials: credentials)
    }
}
