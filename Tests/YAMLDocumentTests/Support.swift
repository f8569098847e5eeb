import Diagnostics
import Testing
import YAMLDocument

/// The errors of a text, as they are printed; empty when it is fine.
func errors(in text: String) -> String { errors(in: Array(text.utf8)) }

/// The errors of a file's bytes, as they are printed; empty when it is fine.
func errors(in bytes: [UInt8]) -> String {
    do throws(DiagnosticsError) {
        _ = try YAMLDocument(parsing: bytes, file: "f")
        return ""
    } catch {
        return error.description
    }
}

/// A text whose errors are known.
struct BadText: Sendable, CustomTestStringConvertible {
    var text: String
    var errors: String

    init(_ text: String, _ errors: String) {
        self.text = text
        self.errors = errors
    }

    var testDescription: String { text.debugDescription }
}

extension YAMLNode {
    /// All scalars at or below the node, keys aside.
    var scalars: [YAMLNode] { scalar != nil ? [self] : children.flatMap(\.scalars) }

    /// The node as text: styles by sign, ranges as bytes.
    var outline: String {
        let place = "@\(range.lowerBound)-\(range.upperBound)"
        switch content {
        case .scalar(let scalar):
            let sign: String =
                switch scalar.style {
                case .plain: ""
                case .singleQuoted: "'"
                case .doubleQuoted: "\""
                case .literal: "|"
                case .folded: ">"
                }
            return
                "\(sign)<\(scalar.text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "¶"))>"
                + place
        case .sequence(let items):
            return "[\(items.map(\.outline).joined(separator: " "))]\(place)"
        case .mapping(let entries):
            return "{\(entries.map { "\($0.key)=\($0.value.outline)" }.joined(separator: " "))}\(place)"
        }
    }

    /// Whether every range is within that of its parent, and siblings follow each other.
    var isNested: Bool {
        var end = range.lowerBound
        let parts = entries?.flatMap { [$0.keyRange, $0.value.range] } ?? children.map(\.range)
        for part in parts {
            guard part.lowerBound >= end, part.upperBound <= range.upperBound else { return false }
            end = part.upperBound
        }
        return children.allSatisfy(\.isNested)
    }
}
