import Diagnostics
import JSONDocument

/// The error of a text, as it is printed; empty when it is fine.
func errors(in text: String) -> String { errors(in: Array(text.utf8)) }

/// The error of a text's bytes, as it is printed; empty when it is fine.
func errors(in bytes: [UInt8]) -> String {
    do throws(DiagnosticsError) {
        _ = try JSONDocument(parsing: bytes, file: "f")
        return ""
    } catch {
        return error.description
    }
}

extension JSONNode {
    /// The node without white space, escapes only where they must be, numbers as they were written.
    var canonical: String {
        switch content {
        case .object(let members):
            "{\(members.map { "\(JSONText.quoted($0.key)):\($0.value.canonical)" }.joined(separator: ","))}"
        case .array(let items): "[\(items.map(\.canonical).joined(separator: ","))]"
        case .string(let text): JSONText.quoted(text)
        case .number(let text): text
        case .bool(let value): "\(value)"
        case .null: "null"
        }
    }

    /// All nodes at or below this one.
    var all: [JSONNode] {
        [self] + (items ?? []).flatMap(\.all) + (members ?? []).flatMap(\.value.all)
    }

    /// Whether every range is within that of its parent, and siblings follow each other.
    var isNested: Bool {
        var end = range.lowerBound
        for part in members?.flatMap({ [$0.keyRange, $0.value.range] }) ?? items?.map(\.range) ?? [] {
            guard part.lowerBound >= end, part.upperBound <= range.upperBound else { return false }
            end = part.upperBound
        }
        return (items ?? members?.map(\.value) ?? []).allSatisfy(\.isNested)
    }
}
