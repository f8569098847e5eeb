import TestBasics

/// Makes texts by chance: every kind of value, white space of every kind, escapes, surrogate pairs, multi-byte
/// characters, with and without a byte order mark.
struct RandomJSON {
    private var generator: SeededGenerator
    private var keys = 0
    private static let strings = [
        "", "a", "two words", "é", "日本", "😀", #"\u00e9"#, #"\ud83d\ude00"#, #"\""#, #"\\"#, #"\/"#, #"\n\t"#,
        #"\u0000"#, "{", "]", ",", "\u{2028}", "\u{FEFF}", "e\u{301}", "\u{7F}",
    ]
    private static let scalars = [
        "0", "-0", "7", "-12", "1.5", "2e9", "1E-2", "0.0", "-0.1e+1", "12345678901234567890", "true", "false", "null",
    ]
    private static let blanks = ["", "", " ", "  ", "\n", "\r\n", "\t", "\n\n    "]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// The next text.
    mutating func next() -> [UInt8] {
        keys = 0
        let text = blank() + value(depth: 0) + blank()
        return (chance(4) ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
    }

    /// The next text, with some of its bytes changed.
    mutating func nextBroken() -> [UInt8] {
        var bytes = next()
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.removeSubrange(place..<min(bytes.count, place + 2))
            case 1: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &generator) }
            default:
                let pieces = [
                    ",", ":", "\"", "[", "]", "{", "}", "\\", "\\ud800", "\\udc00", "0", ".", "e", "-", "\u{1}",
                ]
                bytes.insert(contentsOf: Array(pieces.pick(&generator).utf8), at: place)
            }
        }
        return bytes
    }

    private mutating func chance(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &generator) == 0 }

    private mutating func blank() -> String { Self.blanks.pick(&generator) }

    private mutating func string() -> String {
        let count = Int.random(in: 0...3, using: &generator)
        return "\"\((0..<count).map { _ in Self.strings.pick(&generator) }.joined())\""
    }

    private mutating func value(depth: Int) -> String {
        let count = Int.random(in: 0...4, using: &generator)
        switch Int.random(in: 0..<(depth < 4 ? 6 : 3), using: &generator) {
        case 0: return string()
        case 1, 2: return Self.scalars.pick(&generator)
        case 3:
            let items = (0..<count).map { _ in blank() + value(depth: depth + 1) + blank() }
            return "[\(items.isEmpty ? blank() : items.joined(separator: ","))]"
        default:
            let members = (0..<count).map { _ in
                keys += 1
                let key = "\"\(keys)\(Self.strings.pick(&generator))\""
                return blank() + key + blank() + ":" + blank() + value(depth: depth + 1) + blank()
            }
            return "{\(members.isEmpty ? blank() : members.joined(separator: ","))}"
        }
    }
}
