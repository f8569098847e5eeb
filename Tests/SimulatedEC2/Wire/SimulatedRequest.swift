import AWSClient
import ScriptedServer

/// A request as it reached the simulation, by whatever way.
struct SimulatedRequest: Sendable {
    var method: String
    /// The `Host` header, without the port.
    var host: String
    /// Percent-encoded.
    var path: String
    var query: [String: String]
    /// By names in lower case.
    var headers: [String: String]
    var body: [UInt8]

    init(_ request: HTTPRequest) {
        method = request.method
        host = request.url.host
        path = request.url.path
        query = Dictionary(request.url.query.map { ($0.name, $0.value) }) { first, _ in first }
        headers = Dictionary(request.headers.fields.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        body = request.body
    }

    init(_ request: ReceivedRequest) {
        method = request.method
        host = String((request["host"] ?? "").prefix { $0 != ":" })
        let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        query = parts.count == 2 ? SimulatedRequest.form(parts[1]) : [:]
        headers = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first }
        body = request.body
    }

    /// The body as the fields of a form.
    var form: [String: String] { SimulatedRequest.form(String(decoding: body, as: UTF8.self)) }

    private static func form(_ text: some StringProtocol) -> [String: String] {
        let pairs = text.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { PercentEncoding.decode(String($0).replacing("+", with: " ")) ?? "" }
            return (parts[0], parts.count == 2 ? parts[1] : "")
        }
        return Dictionary(pairs) { first, _ in first }
    }
}

/// What a service answers.
struct SimulatedReply: Sendable {
    var status = 200
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(status: Int = 200, headers: [(name: String, value: String)] = [], _ text: String = "") {
        self.init(status: status, headers: headers, bytes: Array(text.utf8))
    }

    init(status: Int = 200, headers: [(name: String, value: String)] = [], bytes: [UInt8]) {
        self.status = status
        self.headers = headers
        body = bytes
    }
}
