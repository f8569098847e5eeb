import Diagnostics
import FoundationEssentials
import Glibc

/// Where commands print: data to stdout, findings to stderr, each at one go.
enum Report {
    /// Prints data.
    static func output(_ text: String) { write(text, to: STDOUT_FILENO) }

    /// Prints text for people beside data on stdout, as it is.
    static func error(_ text: String) { write(text, to: STDERR_FILENO) }

    /// Prints findings for people: `file:line:column: error: [key] message`, and a line for each note.
    static func findings(_ diagnostics: [Diagnostic]) {
        guard !diagnostics.isEmpty else { return }
        write(diagnostics.map(\.description).joined(separator: "\n") + "\n", to: STDERR_FILENO)
    }

    /// Prints remarks for people beside data on stdout, a line each.
    static func notes(_ lines: [String]) {
        write(lines.map { $0 + "\n" }.joined(), to: STDERR_FILENO)
    }

    /// Prints a value as one JSON document, the same bytes for the same value.
    static func json(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        // Ours are structs of texts, numbers and lists, which cannot fail to encode.
        guard let data = try? encoder.encode(value) else { preconditionFailure("cannot encode \(type(of: value))") }
        output(String(decoding: data, as: UTF8.self) + "\n")
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // A closed pipe is the reader's choice; there is nobody left to tell.
            guard written > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, written))
        }
    }
}

/// A finding as JSON has it.
struct DiagnosticJSON: Encodable {
    var file: String?
    var line: Int?
    var column: Int?
    var severity: String
    var key: String
    var message: String
    var notes: [String]

    init(_ diagnostic: Diagnostic) {
        file = diagnostic.location?.file
        line = diagnostic.location?.line
        column = diagnostic.location?.column
        severity = diagnostic.severity.rawValue
        key = diagnostic.key
        message = diagnostic.message
        notes = diagnostic.notes
    }
}
