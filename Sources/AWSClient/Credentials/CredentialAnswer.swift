import Diagnostics
import FoundationEssentials
import JSONDocument

/// Credentials in JSON, as a program, a container's endpoint and an instance give them.
struct CredentialAnswer {
    /// Who answered, for messages.
    let source: String
    private let root: JSONNode

    /// - Throws: When it is no JSON. What is in it is not shown: it may be half of a secret.
    init(_ bytes: [UInt8], source: String) throws(CredentialError) {
        self.source = source
        do throws(DiagnosticsError) {
            root = try JSONDocument(parsing: bytes, file: source).root
        } catch {
            throw CredentialError(.invalid, source: source, "the answer is no JSON")
        }
        guard root.members != nil else {
            throw CredentialError(.invalid, source: source, "the answer is no JSON object")
        }
    }

    /// A field that is a string and not empty.
    subscript(field: String) -> String? {
        root[field]?.text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// A field that is a whole number.
    func number(_ field: String) -> Int? { root[field]?.integer }

    /// The credentials in the fields AccessKeyId, SecretAccessKey and Expiration, and one for the token.
    ///
    /// - Parameters:
    ///   - tokenField: The one for the token.
    ///   - isTemporary: Whether token and expiration must be there.
    /// - Returns: What may be used at once.
    /// - Throws: When a field is missing or is none, with its name and without its text.
    func credentials(tokenField: String, isTemporary: Bool) throws(CredentialError) -> Credentials {
        let expiration = try isTemporary ? required("Expiration") : self["Expiration"]
        let date = expiration.flatMap { Date(timestamp: $0) }
        guard expiration == nil || date != nil else {
            throw CredentialError(
                .invalid, source: source, "the field Expiration is no time such as 2030-01-31T12:00:00Z")
        }
        return Credentials(
            accessKeyID: try required("AccessKeyId"), secretAccessKey: try required("SecretAccessKey"),
            sessionToken: try isTemporary ? required(tokenField) : self[tokenField], expiration: date)
    }

    private func required(_ field: String) throws(CredentialError) -> String {
        guard let value = self[field] else {
            throw CredentialError(.invalid, source: source, "the answer has no text in the field \(field)")
        }
        return value
    }
}
