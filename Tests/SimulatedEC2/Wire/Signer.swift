import FoundationEssentials

/// Who signed a request, for what, and when. The signature itself is not verified.
struct Signer: Sendable {
    var accessKeyID: String
    var region: String
    var service: String
    var date: Date
    /// Of an address that carries its signature.
    var lifetime: Double?

    init(_ request: SimulatedRequest) throws(SimulatedError) {
        if let text = request.headers["authorization"] {
            self = try Signer.header(text, request)
        } else if let text = request.query["X-Amz-Credential"] {
            self = try Signer.query(text, request)
        } else {
            throw SimulatedError(
                "MissingAuthenticationToken", "Request is missing Authentication Token", status: 403)
        }
    }

    private static func header(_ text: String, _ request: SimulatedRequest) throws(SimulatedError) -> Signer {
        let scheme = "AWS4-HMAC-SHA256 "
        guard text.hasPrefix(scheme) else { throw incomplete("its algorithm") }
        var fields: [Substring: Substring] = [:]
        for part in text.dropFirst(scheme.count).split(separator: ",") {
            let pair = part.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { fields[pair[0]] = pair[1] }
        }
        guard let credential = fields["Credential"] else { throw incomplete("Credential") }
        let signed = (fields["SignedHeaders"] ?? "").split(separator: ";")
        guard signed.contains("host"), signed.contains("x-amz-date") else { throw incomplete("SignedHeaders") }
        try check(signature: fields["Signature"].map(String.init))
        return try Signer(credential: String(credential), date: request.headers["x-amz-date"])
    }

    private static func query(_ text: String, _ request: SimulatedRequest) throws(SimulatedError) -> Signer {
        guard request.query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256" else { throw incomplete("X-Amz-Algorithm") }
        try check(signature: request.query["X-Amz-Signature"])
        var signer = try Signer(credential: text, date: request.query["X-Amz-Date"])
        guard let seconds = request.query["X-Amz-Expires"].flatMap({ Double($0) }), (1...604_800).contains(seconds)
        else {
            throw SimulatedError(
                "AuthorizationQueryParametersError", "X-Amz-Expires must be between 1 and 604800 seconds")
        }
        signer.lifetime = seconds
        return signer
    }

    private init(credential: String, date text: String?) throws(SimulatedError) {
        let parts = credential.split(separator: "/").map(String.init)
        guard parts.count == 5, parts[4] == "aws4_request", !parts[0].isEmpty else {
            throw Signer.incomplete("Credential")
        }
        guard let text, text.hasPrefix(parts[1]), let date = Signer.date(text) else {
            throw Signer.incomplete("X-Amz-Date")
        }
        (accessKeyID, region, service) = (parts[0], parts[2], parts[3])
        self.date = date
    }

    private static func check(signature: String?) throws(SimulatedError) {
        guard let signature, signature.count == 64, signature.allSatisfy({ "0123456789abcdef".contains($0) }) else {
            throw incomplete("Signature")
        }
    }

    /// `20260921T141320Z`
    private static func date(_ text: String) -> Date? {
        let digits = Array(text)
        guard digits.count == 16, digits[8] == "T", digits[15] == "Z" else { return nil }
        func part(_ range: Range<Int>) -> String { String(digits[range]) }
        let date = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))"
        return try? Date("\(date)T\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z", strategy: .iso8601)
    }

    private static func incomplete(_ what: String) -> SimulatedError {
        SimulatedError("IncompleteSignature", "The signature is malformed: \(what)", status: 400)
    }
}
