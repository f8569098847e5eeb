import Diagnostics
import TestBasics
import Testing
import YAMLDocument

/// Random documents, one random scalar of each replaced by random text.
@Suite struct ScalarEditPropertyTests {
    private static let pieces = [
        "a", "é", "日本", "😀", "e\u{301}", " ", "  ", "#", " #", ": ", ":", "'", "\"", "\\", "\n", "\n\n", "\r\n", "\t",
        "- ", "[", "]",
        "{", "}", ",", "&", "*", "!", "|", ">", "%", "@", "`", "?", "~", "null", "---", "\u{85}", "\u{2028}",
        "\u{FEFF}",
        "\u{1B}", "\u{7F}", "\u{FFFF}",
    ]

    private static func text(_ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...6, using: &generator)).map { _ in pieces.pick(&generator) }.joined()
    }

    @Test(arguments: 1...8)
    func `a replaced value reads back and every other byte stays`(seed: UInt64) throws {
        var documents = RandomDocument(seed: seed)
        var generator = SeededGenerator(seed: seed &+ 1_000)
        for _ in 0..<(150 * longFactor) {
            let bytes = documents.next()
            let shown = String(decoding: bytes, as: UTF8.self).debugDescription
            #expect(errors(in: bytes) == "", "\(shown)")
            let document = try YAMLDocument(parsing: bytes, file: "f")
            let root = try #require(document.root, "\(shown)")
            #expect(root.isNested, "\(shown)")
            let scalars = root.scalars
            guard !scalars.isEmpty else { continue }
            let index = Int.random(in: 0..<scalars.count, using: &generator)
            let text = Self.text(&generator)
            let range = scalars[index].range

            let edited: [UInt8]
            do throws(DiagnosticsError) {
                edited = try document.replacing(scalars[index], with: text)
            } catch {
                Issue.record("\(error) at \(range) in \(shown)")
                continue
            }
            let kept = bytes.count - range.upperBound
            #expect(edited.prefix(range.lowerBound) == bytes.prefix(range.lowerBound), "\(shown)")
            #expect(edited.suffix(kept) == bytes.suffix(kept), "\(shown)")

            let reread = try #require(try YAMLDocument(parsing: edited, file: "f").root).scalars
            #expect(reread.count == scalars.count)
            for (other, (old, new)) in zip(scalars, reread).enumerated() {
                let expected = other == index ? text : old.scalar?.text
                #expect(new.scalar.map { Array($0.text.utf8) } == expected.map { Array($0.utf8) }, "\(shown)")
                if other == index, old.scalar?.text != text { #expect(!new.isNull) }
            }
        }
    }
}
