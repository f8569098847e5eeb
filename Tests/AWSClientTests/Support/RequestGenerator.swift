import AWSClient
import TestBasics

/// Requests with what is legal and odd.
struct RequestGenerator {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private static let texts = [
        "", "a", "A", "b c", "a+b", "ü", "ሴ", "👍🏽", "a/b", "%41", "a=b", "a&b", "~-._", "?", "#", "*'()!", "\"<>\\^`{|}",
        "@:,;$", "Param", "Param-3", "X-Amz-Foo", "\t", "a\nb", "%", "%zz",
    ]

    private mutating func text() -> String {
        (0..<Int.random(in: 1...2, using: &random)).map { _ in
            RequestGenerator.texts.randomElement(using: &random) ?? ""
        }
        .joined()
    }

    private mutating func path() -> String {
        var path = ""
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            path += ["/", "/", "/", "//", "/./", "/../"].randomElement(using: &random) ?? ""
            path += Bool.random(using: &random) ? PercentEncoding.encode(text()) : "a!$'()*+,;=:@-._~"
        }
        if path.isEmpty || Bool.random(using: &random) { path += "/" }
        return path
    }

    private mutating func url(keysOnce: Bool) -> HTTPURL {
        var query: [HTTPURL.QueryItem] = []
        for _ in 0..<Int.random(in: 0...5, using: &random) {
            let item = HTTPURL.QueryItem(text(), text())
            if keysOnce, query.contains(where: { $0.name == item.name }) { continue }
            query.append(item)
        }
        return HTTPURL(
            scheme: Bool.random(using: &random) ? "http" : "https",
            host: ["example.com", "127.0.0.1", "::1"].randomElement(using: &random) ?? "",
            port: [nil, 80, 443, 5000].randomElement(using: &random) ?? nil, path: path(), query: query)
    }

    /// An address to sign. botocore reads its query as a dictionary.
    mutating func address() -> HTTPRequest {
        HTTPRequest(["GET", "PUT", "HEAD"].randomElement(using: &random) ?? "", url(keysOnce: true))
    }

    mutating func request() -> HTTPRequest {
        var request = HTTPRequest(
            ["GET", "PUT", "POST", "HEAD", "DELETE"].randomElement(using: &random) ?? "", url(keysOnce: false))
        var fields: [(name: String, value: String)] = []
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let name = [
                "Content-Type", "X-Amz-Target", "x-amz-meta-a", "X-AMZ-Meta-A", "My-Header", "User-Agent", "TE",
                "Expect",
            ]
            .randomElement(using: &random)
            let value = ["", "a", " a  b ", "a\tb", "VALUE", "\"a   b\"", "a,b", "  "].randomElement(using: &random)
            fields.append((name ?? "", value ?? ""))
        }
        request.headers = HTTPHeaders(fields)
        request.body = Array(text().utf8)
        return request
    }

    mutating func credentials() -> Credentials {
        Credentials(
            accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalr/\(text())",
            sessionToken: Bool.random(using: &random) ? "IQoJb3JpZ2luX2VjE/+==" : nil)
    }
}
