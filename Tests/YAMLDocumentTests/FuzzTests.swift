import Diagnostics
import TestBasics
import Testing
import YAMLDocument

/// Documents with bytes changed by chance.
@Suite struct FuzzTests {
    private static let seeds = [
        "a: 1\nb: [x, 'y', \"z\\n\"]\nc: {d: e, f: }\n", "- |\n  a\n\n  b\n- >-\n  c\n# d\n-\n", "? a\n: b\n? c\n",
        "--- # é\n日本: 😀\n...\n",
        "\u{FEFF}a:\r\n  - b: c\r\n    d:\r\n  -\r\n", "{a: [b: c, {d: [e]}], 'f': \"g\"}",
        "a: |2+\n    x\n\n\nb: >\n a\n\n b\n",
    ]
    private static let inserts = [
        "\n", "\r\n", "\r", " ", "  ", "\t", ":", ": ", "- ", "? ", "[", "]", "{", "}", ",", "'", "\"", "\\", "#", " #",
        "|\n", ">", "&a ", "*a",
        "!t ", "%", "@", "---\n", "...\n", "é", "😀", "\u{FEFF}", "\u{85}", "\u{0}", "~", "\\u",
    ]

    private static func mutated(_ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(seeds.pick(&generator).utf8)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 0...3, using: &generator)))
            case 1: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
            case 2: bytes.insert(contentsOf: bytes[..<place].suffix(8), at: bytes.count / 2)
            default: bytes.insert(contentsOf: Array(inserts.pick(&generator).utf8), at: place)
            }
        }
        return bytes
    }

    @Test(arguments: 1...4)
    func `any bytes give errors with places, or a tree with nested ranges`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var trees = 0
        for _ in 0..<(1_500 * longFactor) {
            let bytes = Self.mutated(&generator)
            let shown = String(decoding: bytes, as: UTF8.self).debugDescription
            do throws(DiagnosticsError) {
                let document = try YAMLDocument(parsing: bytes, file: "f")
                guard let root = document.root else { continue }
                trees += 1
                #expect(root.range.lowerBound >= 0 && root.range.upperBound <= bytes.count, "\(shown)")
                #expect(root.isNested, "\(shown)")
                guard let scalar = root.scalars.randomElement(using: &generator) else { continue }
                // It may be refused, as where `? key` has no colon.
                _ = try document.replacing(scalar, with: "new: 'value'\n")
            } catch {
                #expect(!error.diagnostics.isEmpty)
                #expect(error.diagnostics.allSatisfy { $0.location != nil && !$0.message.isEmpty }, "\(shown)")
                #expect(!error.description.contains("no valid YAML"), "\(shown) \(error)")
            }
        }
        #expect(trees > 100)
    }
}
