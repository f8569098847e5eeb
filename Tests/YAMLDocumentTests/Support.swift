import Diagnostics
import Testing
import YAMLDocument
import Foundation

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

/// The same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension Collection {
    /// An element by chance; the collection must not be empty.
    func pick(_ generator: inout SeededGenerator) -> Element {
        self[index(startIndex, offsetBy: Int.random(in: 0..<count, using: &generator))]
    }
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

/// How many times as many rounds a property test makes under `scripts/test --long`.
let longFactor = ProcessInfo.processInfo.environment["PGPOOL_AURORA_LONG"] == nil ? 1 : 5
