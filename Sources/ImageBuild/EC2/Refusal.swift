import AWSClient
import JSONDocument

/// Makes readable why EC2 refuses.
enum Refusal {
    /// The error with the action that is missing, and what the encoded message says if it may be decoded.
    static func explained(_ error: AWSError, _ action: String, _ sts: STS) async -> HostError {
        var notes = ["the policy of whoever signs must allow \(action)"]
        if let message = error.encodedAuthorizationMessage {
            if let text = try? await sts.decodeAuthorizationMessage(message) {
                notes += facts(text)
            } else {
                notes.append("with leave to call sts:DecodeAuthorizationMessage this would say more")
            }
        }
        let end = error.message.firstRange(of: " Encoded authorization failure message")?.lowerBound
        let text = error.message[..<(end ?? error.message.endIndex)]
        return HostError(.refused, "\(error.service) \(error.operation): \(error.code): \(text)", notes: notes)
    }

    /// Who was refused what, and whether a policy says so or none allows it.
    private static func facts(_ text: String) -> [String] {
        guard let document = try? JSONDocument(parsing: Array(text.utf8), file: "authorization message") else {
            return [text]
        }
        let root = document.root
        let context = root["context"]
        let isExplicit = root["explicitDeny"]?.bool ?? false
        return [
            context?["principal"]?["arn"]?.text.map { "refused is \($0)" },
            context?["resource"]?.text.map { "on \($0)" },
            isExplicit ? "a policy denies it" : "no policy allows it",
        ].compactMap(\.self)
    }
}
