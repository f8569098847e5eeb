/// A place in a file that a person wrote.
package struct SourceLocation: Hashable, Sendable {
    /// The file as the user named it.
    package var file: String
    /// The line, from 1.
    package var line: Int
    /// The column in Unicode scalars, from 1.
    package var column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }
}

extension SourceLocation: CustomStringConvertible {
    /// `file:line:column`, as compilers write it.
    package var description: String { "\(file):\(line):\(column)" }
}

/// How bad a finding is: an error stops the command, a warning does not.
package enum Severity: String, Sendable, Codable {
    case error
    case warning
    case note
}

/// One finding: what, where, why, and how to mend it.
package struct Diagnostic: Error, Hashable, Sendable {
    package var severity: Severity
    /// Where the finding is; nil when it belongs to no file.
    package var location: SourceLocation?
    /// The key that it is about, such as `pgpool.children`; empty when there is none.
    package var key: String
    package var message: String
    /// What helps to understand or mend it, one sentence each.
    package var notes: [String]

    package init(
        _ severity: Severity, at location: SourceLocation? = nil, key: String = "", _ message: String,
        notes: [String] = []
    ) {
        self.severity = severity
        self.location = location
        self.key = key
        self.message = message
        self.notes = notes
    }
}

extension Diagnostic: CustomStringConvertible {
    /// `file:line:column: error: [key] message`, and a line for each note.
    package var description: String {
        let place = location.map { "\($0): " } ?? ""
        let tag = key.isEmpty ? "" : "[\(key)] "
        let first = "\(place)\(severity.rawValue): \(tag)\(message)"
        return ([first] + notes.map { "\(place)note: \($0)" }).joined(separator: "\n")
    }
}

/// All errors of one run, thrown once. Never empty.
package struct DiagnosticsError: Error, Sendable {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics
    }

    package init(_ diagnostic: Diagnostic) {
        self.diagnostics = [diagnostic]
    }
}

extension DiagnosticsError: CustomStringConvertible {
    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

extension [Diagnostic] {
    /// Whether anything here stops the command.
    package var hasErrors: Bool { contains { $0.severity == .error } }

    /// In the order of the files' lines; what has no place comes last.
    package func sortedByLocation() -> [Diagnostic] {
        func rank(_ item: (offset: Int, element: Diagnostic)) -> (String, Int, Int, Int) {
            guard let location = item.element.location else { return ("\u{10FFFF}", 0, 0, item.offset) }
            return (location.file, location.line, location.column, item.offset)
        }
        return enumerated().sorted { rank($0) < rank($1) }.map(\.element)
    }
}
