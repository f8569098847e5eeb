/// A request in the one form that its signature is made of.
struct CanonicalRequest {
    /// The names that are signed: lower case, sorted, with semicolons between.
    let signedHeaders: String
    private let text: String

    var bytes: [UInt8] { Array(text.utf8) }

    /// Every service but S3 encodes the path twice, and leaves out dot segments and doubled slashes.
    init(_ request: HTTPRequest, payloadHash: String, encodesPathTwice: Bool) {
        var values: [String: [String]] = ["host": [request.headers["Host"] ?? request.url.authority]]
        for field in request.headers.fields {
            let name = field.name.lowercased()
            guard !CanonicalRequest.unsigned.contains(name) else { continue }
            values[name, default: []].append(CanonicalRequest.collapsed(field.value))
        }
        let names = values.keys.sorted()
        signedHeaders = names.joined(separator: ";")
        let path = encodesPathTwice ? CanonicalRequest.encodedAgain(request.url.path) : request.url.path
        let lines =
            [request.method, path, CanonicalRequest.query(request.url.query)]
            + names.map { "\($0):\(values[$0, default: []].joined(separator: ","))" }
            + ["", signedHeaders, payloadHash]
        text = lines.joined(separator: "\n")
    }

    /// What proxies and transports may change on the way; `Host` is taken from the address.
    private static let unsigned: Set<String> = [
        "authorization", "connection", "expect", "host", "keep-alive", "proxy-authenticate", "proxy-authorization",
        "te", "trailer", "transfer-encoding", "upgrade", "user-agent", "x-amzn-trace-id",
    ]

    /// Without blanks at the ends, and one where there are several.
    private static func collapsed(_ value: String) -> String {
        value.split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    }

    private static func query(_ items: [HTTPURL.QueryItem]) -> String {
        items.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }
            .map { "\($0.0)=\($0.1)" }
            .joined(separator: "&")
    }

    private static func encodedAgain(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        let normal = "/" + parts.joined(separator: "/")
        let endsWithSlash = path.hasSuffix("/") && normal != "/"
        return PercentEncoding.encode(endsWithSlash ? normal + "/" : normal, keepsSlashes: true)
    }
}
