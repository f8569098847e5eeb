import Diagnostics

/// A file with a token that somebody else renews.
struct TokenFile {
    /// The variable or setting that names it.
    var variable: String
    var path: String

    /// The token as it is now, without the newline at its end.
    func read(_ environment: AWSEnvironment, for source: String) throws(CredentialError) -> String {
        let bytes: [UInt8]?
        do throws(DiagnosticsError) {
            bytes = try environment.contents(ofFile: path)
        } catch {
            throw CredentialError(.invalid, source: source, "\(variable): \(error.diagnostics[0].message)")
        }
        func error(_ problem: String) -> CredentialError {
            CredentialError(.invalid, source: source, "\(variable): \(problem)")
        }
        guard let bytes else { throw error("there is no file \(path)") }
        guard var text = String(validating: bytes, as: UTF8.self) else { throw error("\(path) is not UTF-8") }
        if text.last?.isNewline == true { text.removeLast() }
        guard !text.isEmpty else { throw error("\(path) is empty") }
        return text
    }
}
