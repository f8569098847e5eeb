import JSONDocument

/// What an error answer says, in any of the protocols.
struct ErrorAnswer: Hashable, Sendable {
    var code: String
    var message: String
    var requestID: String?

    init(_ response: HTTPResponse, _ format: AWSService.ErrorFormat) {
        switch format {
        case .xml: self = ErrorAnswer.xml(response)
        case .json: self = ErrorAnswer.json(response)
        }
        if code.isEmpty, message.isEmpty { message = "HTTP status \(response.status)" }
        if let region { message += "; the bucket is in \(region)" }
    }

    /// Where S3 has a bucket that was looked for in the wrong region.
    private var region: String?

    /// The message's first paragraph is kept: after a wrong signature, the next ones repeat the request with its token.
    private init(code: String?, message: String?, requestID: String?) {
        self.code = ErrorAnswer.printable(code ?? "", limit: 100)
        self.requestID = requestID.map { ErrorAnswer.printable($0, limit: 100) }
        let lines = (message ?? "").split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let paragraph = lines.drop { $0.allSatisfy(\.isWhitespace) }.prefix { !$0.allSatisfy(\.isWhitespace) }
        self.message = ErrorAnswer.printable(paragraph.joined(separator: " "), limit: 2000)
    }

    /// A text for a terminal: without what moves its cursor, and of bounded length. An encoded authorization message, which
    /// is decoded by another call, is longer.
    private static func printable(_ text: String, limit: Int) -> String {
        let limit = text.contains("ncoded authorization failure message") ? 20_000 : limit
        let clean = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
        guard clean.count > limit else { return String(String.UnicodeScalarView(clean)) }
        return String(String.UnicodeScalarView(clean.prefix(limit))) + "…"
    }

    /// EC2 has `Response/Errors/Error`, other services `ErrorResponse/Error`, S3 `Error`.
    private static func xml(_ response: HTTPResponse) -> ErrorAnswer {
        let root = try? XMLElement(parsing: response.body)
        let error = root?["Errors"]?["Error"] ?? root?["Error"] ?? (root?.name == "Error" ? root : nil)
        let id = root?.text("RequestID") ?? root?.text("RequestId")
        var answer = ErrorAnswer(
            code: error?.text("Code"), message: error?.text("Message"),
            requestID: id ?? response.headers["x-amz-request-id"] ?? response.headers["x-amzn-requestid"])
        // A redirection, or what `HEAD` makes of it.
        if (300...399).contains(response.status) || response.status == 400 && error == nil {
            answer.region = response.headers["x-amz-bucket-region"] ?? error?.text("Region")
        }
        return answer
    }

    /// The code is `__type` or a header, with a name space before a `#` and an address after a `:` at times.
    private static func json(_ response: HTTPResponse) -> ErrorAnswer {
        let root = (try? JSONDocument(parsing: response.body, file: ""))?.root
        let type = root?["__type"]?.text ?? response.headers["x-amzn-errortype"]
        let code = type?.prefix { $0 != ":" }.split(separator: "#").last.map(String.init)
        return ErrorAnswer(
            code: code ?? root?["code"]?.text, message: root?["message"]?.text ?? root?["Message"]?.text,
            requestID: response.headers["x-amzn-requestid"])
    }
}
