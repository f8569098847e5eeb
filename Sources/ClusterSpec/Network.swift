import Glibc

/// A network address with its prefix length, as `pool_hba.conf` and security groups write it.
package struct CIDRBlock: Hashable, Sendable {
    /// The address as the user wrote it, without brackets.
    package var address: String
    package var prefixLength: Int
    package var isIPv6: Bool
    /// Whether bits behind the prefix are set: `10.1.2.3/8` means `10.0.0.0/8`.
    package var hasHostBits: Bool

    package var description: String { "\(address)/\(prefixLength)" }

    /// Reads `a.b.c.d/n` or `x::y/n`.
    package static func parse(_ text: String) throws(Malformed) -> CIDRBlock {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let address = String(parts.first ?? "")
        guard let bytes = addressBytes(address) else {
            throw Malformed(
                "'\(Parse.excerpt(text))' is not a network",
                notes: ["write an address and a prefix length: 10.0.0.0/8, or fd00::/8"])
        }
        let bits = bytes.count * 8
        guard parts.count == 2 else {
            throw Malformed(
                "'\(Parse.excerpt(text))' has no prefix length",
                notes: ["for this one address write \(address)/\(bits)"])
        }
        guard let length = Int(parts[1]), (0...bits).contains(length), parts[1].allSatisfy(\.isNumber) else {
            throw Malformed("'/\(Parse.excerpt(String(parts[1])))' is not a prefix length: it is from 0 to \(bits)")
        }
        let hostBits = (length..<bits).contains { bytes[$0 / 8] & (0x80 >> UInt8($0 % 8)) != 0 }
        return CIDRBlock(address: address, prefixLength: length, isIPv6: bits == 128, hasHostBits: hostBits)
    }

    /// The 4 or 16 bytes of a numeric address; nil when it is none.
    package static func addressBytes(_ text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, text, &sixteen) == 1 ? sixteen : nil
    }
}

/// A database endpoint: a host name or address, and a port of its own if it carries one.
package struct Endpoint: Hashable, Sendable {
    package var host: String
    package var port: Int?

    package init(host: String, port: Int? = nil) {
        self.host = host
        self.port = port
    }

    /// The longest host name that pgpool keeps, in bytes; it silently cuts what is longer.
    package static let longestHost = 127
    /// The ports that pgpool takes for a backend.
    package static let ports = 1024...65535

    /// Reads `host`, `host:port`, an IPv4 address, an IPv6 address or `[IPv6]:port`.
    package static func parse(_ text: String) throws(Malformed) -> Endpoint {
        if text.contains("://") {
            throw Malformed("'\(Parse.excerpt(text))' is a URL", notes: ["write the host alone, or host:port"])
        }
        let (host, port) = try split(text)
        guard !host.isEmpty else { throw Malformed("has no host") }
        guard host.utf8.count <= longestHost else {
            throw Malformed(
                "is \(host.utf8.count) characters long; pgpool would cut it at \(longestHost)",
                notes: ["give it a shorter name by a CNAME record"])
        }
        guard CIDRBlock.addressBytes(host) != nil || isHostName(host) else {
            throw Malformed(
                "'\(Parse.excerpt(host))' is not a host name",
                notes: ["a host name has letters, digits, hyphens, underscores and dots"])
        }
        guard let port else { return Endpoint(host: host) }
        return Endpoint(host: host, port: try Parse.int(in: ports)(port))
    }

    private static func split(_ text: String) throws(Malformed) -> (host: String, port: String?) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw Malformed("has no closing bracket") }
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw Malformed("has text behind the bracket") }
            return (host, rest.isEmpty ? nil : String(rest.dropFirst()))
        }
        let colons = text.filter { $0 == ":" }.count
        guard colons == 1, let colon = text.firstIndex(of: ":") else { return (text, nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    private static func isHostName(_ host: String) -> Bool {
        let name = host.hasSuffix(".") ? host.dropLast() : host[...]
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-")
                && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        }
    }
}
