import ClusterSpec
import Diagnostics
import Testing
import YAMLDocument

/// Everything that is found in a spec, as it is printed; that there are no users is left out where `auth` is.
func findings(in text: String) -> String {
    do throws(DiagnosticsError) {
        let (_, findings) = ClusterSpec.read(try YAMLDocument(parsing: Array(text.utf8), file: "c"))
        return findings.filter { text.contains("auth") || $0.key != "auth.users" }.map(\.description)
            .joined(separator: "\n")
    } catch {
        return error.description
    }
}

/// A spec that must be right.
func spec(_ text: String) throws -> ClusterSpec { try ClusterSpec(parsing: Array(text.utf8), file: "c") }

/// A spec, and what is found in it.
struct Finding: Sendable, CustomTestStringConvertible {
    var text: String
    var expected: String

    init(_ text: String, _ expected: String) {
        self.text = text
        self.expected = expected
    }

    /// Fails with the text that was found.
    func check(sourceLocation: Testing.SourceLocation = #_sourceLocation) {
        #expect(findings(in: text) == expected, sourceLocation: sourceLocation)
    }

    var testDescription: String { text.debugDescription }
}
