import AWSClient

/// Refuses, before anything is sent, what would not arrive as it was meant, or as more than one request.
enum RequestCheck {
    static func check(_ request: HTTPRequest) throws(TransportError) {
        let endpoint = Endpoint(request.url)
        func refuse(_ reason: String) -> TransportError {
            TransportError(.notSent, "not sent to \(endpoint): \(reason)")
        }
        guard request.url.scheme == "http" || request.url.scheme == "https" else {
            throw TransportError(.notSent, "not sent: the scheme is neither http nor https")
        }
        guard !request.url.host.isEmpty, request.url.host.utf8.allSatisfy(isOfHost) else {
            throw TransportError(.notSent, "not sent: the host's name has a character that is in none")
        }
        guard isToken(request.method) else { throw refuse("the method is none") }
        let target = request.url.target
        guard target.utf8.first == UInt8(ascii: "/"), target.utf8.allSatisfy(isOfTarget) else {
            throw refuse("the path has a character that must be percent-encoded")
        }
        // It would be mended on the way, and then not be what was signed.
        guard !hasBrokenEscape(target) else { throw refuse("the path has a broken percent-encoding") }
        var names: Set<String> = []
        for field in request.headers.fields {
            guard isToken(field.name) else { throw refuse("a header's name has a character that is in none") }
            let name = field.name.lowercased()
            guard names.insert(name).inserted else { throw refuse("header '\(field.name)' is there twice") }
            guard field.value.utf8.allSatisfy(isOfValue) else {
                throw refuse("header '\(field.name)' has a character that is not allowed there")
            }
            // These say where the request ends. The transport writes them itself.
            let isFraming = name == "transfer-encoding" || name == "connection" || name == "upgrade"
            guard !isFraming, name != "content-length" || field.value == String(request.body.count) else {
                throw refuse("header '\(field.name)' is not the caller's to set")
            }
        }
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
    }

    /// Visible characters of ASCII, spaces and tabs; no line breaks.
    private static func isOfValue(_ byte: UInt8) -> Bool { (0x20..<0x7F).contains(byte) || byte == 0x09 }

    /// What a URI may contain behind its authority.
    private static func isOfTarget(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || "-._~%!$&'()*+,;=:@/?".utf8.contains(byte)
    }

    private static func hasBrokenEscape(_ target: String) -> Bool {
        target.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false).dropFirst()
            .contains { $0.prefix(2).count { isHexadecimal($0) } < 2 }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { Character(UnicodeScalar(byte)).isHexDigit }

    private static func isOfHost(_ byte: UInt8) -> Bool { isAlphanumeric(byte) || "-._:".utf8.contains(byte) }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
