import Diagnostics
import Foundation
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

/// How many times as many rounds a property test makes under `scripts/test --long`.
let longFactor = ProcessInfo.processInfo.environment["PGPOOL_AURORA_LONG"] == nil ? 1 : 5
