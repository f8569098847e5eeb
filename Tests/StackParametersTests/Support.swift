import Diagnostics
import StackParameters
import Testing

/// A file's parameters from its text.
func parameters(_ text: String, _ name: String) throws -> ParametersFile {
    try ParametersFile(parsing: Array(text.utf8), name: name)
}

/// The errors of a text, as they are printed; empty when it is fine.
func errors(in text: String, _ name: String) -> String {
    do throws(DiagnosticsError) {
        _ = try ParametersFile(parsing: Array(text.utf8), name: name)
        return ""
    } catch {
        return error.description
    }
}

/// A file, what is set in it, and the file afterwards.
struct Edit: Sendable, CustomTestStringConvertible {
    var file: String
    var before: String
    var name: String
    var value: String
    var after: String

    init(_ file: String, _ before: String, _ name: String, _ value: String, _ after: String) {
        (self.file, self.before, self.name, self.value, self.after) = (file, before, name, value, after)
    }

    var testDescription: String { "\(file) \(before.debugDescription): \(name) = \(value)" }

    /// The file as it gets.
    func run() throws -> String {
        String(decoding: try parameters(before, file).setting(name, to: value).bytes, as: UTF8.self)
    }
}
