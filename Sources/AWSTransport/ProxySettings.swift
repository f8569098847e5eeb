package import AWSClient

/// Which requests go through a proxy.
package struct ProxySettings: Hashable, Sendable {
    /// For http.
    package var http: Proxy?
    /// For https.
    package var https: Proxy?
    /// Hosts that are reached without, as NO_PROXY has them.
    package var exceptions: [String]

    package init(http: Proxy? = nil, https: Proxy? = nil, exceptions: [String] = []) {
        self.http = http
        self.https = https
        self.exceptions = exceptions
    }

    /// The proxy for an address; nil when it is reached directly.
    package func proxy(for url: HTTPURL) -> Proxy? {
        let candidate = url.scheme == "https" ? https : http
        guard let candidate, !Self.isNeverProxied(url.host.lowercased()) else { return nil }
        let endpoint = Endpoint(url)
        return exceptions.contains { Self.matches($0, endpoint) } ? nil : candidate
    }

    /// This machine, and where an instance, a task or a pod gets its metadata and credentials: behind a proxy, these
    /// would be another one's.
    private static func isNeverProxied(_ host: String) -> Bool {
        let metadata: Set = ["169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"]
        return metadata.contains(host) || host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || isLoopbackAddress(host)
    }

    /// Whether these are four numbers, of which the first is 127.
    private static func isLoopbackAddress(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return parts.count == 4 && parts.first == 127 && !parts.contains(nil)
    }

    /// An exception is `*`, a name or address, or the end of a name with or without a leading dot or `*.`, each with a
    /// port or without.
    private static func matches(_ exception: String, _ endpoint: Endpoint) -> Bool {
        var pattern = exception.lowercased()[...]
        if pattern == "*" { return true }
        let host = endpoint.host.lowercased()
        if let colon = pattern.lastIndex(of: ":"), pattern.firstIndex(of: ":") == colon || pattern[..<colon].last == "]"
        {
            guard Int(pattern[colon...].dropFirst()) == endpoint.port else { return false }
            pattern = pattern[..<colon]
        }
        if pattern.first == "[", pattern.last == "]" { pattern = pattern.dropFirst().dropLast() }
        if pattern.hasPrefix("*.") { pattern = pattern.dropFirst() }
        while pattern.first == "." { pattern = pattern.dropFirst() }
        return !pattern.isEmpty && (host == pattern || host.hasSuffix(".\(pattern)"))
    }
}
