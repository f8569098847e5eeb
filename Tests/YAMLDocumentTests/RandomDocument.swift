import TestBasics

/// Makes documents by chance: nested mappings and lists in both notations, every style, comments, multi-byte
/// characters, LF or CRLF, with and without a byte order mark and a last line break.
struct RandomDocument {
    private var generator: SeededGenerator
    private var text = ""
    private var keys = 0
    private static let words = [
        "plain", "two words", "7", "-1", "true", "~", "null", "", "a:b", "é", "日本", "😀", "x#y", "http://h:1/p?q=1", "=",
        "<<",
    ]

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// The next document's bytes.
    mutating func next() -> [UInt8] {
        text = ""
        keys = 0
        comments(indent: 0)
        if chance(5) { text += "---\n" }
        if chance(2) { mapping(indent: 0, depth: 0) } else { sequence(indent: 0, depth: 0) }
        comments(indent: 0)
        if chance(4), text.hasSuffix("\n") { text.removeLast() }
        var result = Array(text.utf8)
        if chance(3) { result = result.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] } }
        return (chance(3) ? [0xEF, 0xBB, 0xBF] : []) + result
    }

    private mutating func chance(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &generator) == 0 }

    private mutating func pick(_ choices: [String]) -> String { choices.pick(&generator) }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    private mutating func comments(indent: Int) {
        while chance(3) { text += pick(["\n", "# é comment: 'x\n", spaces(indent) + "#\n", "# 日本 [\n"]) }
    }

    private mutating func endLine() {
        text += pick(["\n", "\n", "  # é: {\n", " #\n", "  \n"])
    }

    private mutating func mapping(indent: Int, depth: Int, isFirstInline: Bool = false) {
        for index in 0..<Int.random(in: 1...3, using: &generator) {
            if index > 0 || !isFirstInline {
                comments(indent: indent)
                text += spaces(indent)
            }
            text += key() + ":"
            value(indent: indent, depth: depth)
        }
    }

    private mutating func sequence(indent: Int, depth: Int) {
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            comments(indent: indent)
            text += spaces(indent) + "-"
            if depth < 3, chance(4) {
                text += " "
                mapping(indent: indent + 2, depth: depth + 1, isFirstInline: true)
            } else {
                value(indent: indent, depth: depth)
            }
        }
    }

    private mutating func key() -> String {
        keys += 1
        return pick(["k\(keys)", "\"k\(keys)\"", "'k \(keys)'", "é\(keys)", "k\(keys) "])
    }

    private mutating func value(indent: Int, depth: Int) {
        switch Int.random(in: 0..<(depth < 3 ? 10 : 7), using: &generator) {
        case 0: endLine()
        case 1: block(indent: indent)
        case 2:
            text += " "
            flow(depth: depth)
            endLine()
        case 7, 8:
            endLine()
            mapping(indent: indent + 2, depth: depth + 1)
        case 9:
            endLine()
            sequence(indent: indent + 2, depth: depth + 1)
        default:
            text += pick([" ", "  "]) + scalar()
            endLine()
        }
    }

    private mutating func scalar() -> String {
        let word = pick(Self.words)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: return "'\(word)'"
        case 1: return "\"\(word)\\n\\x41\""
        case 2: return "'it''s \(word) # no: comment'"
        default: return word
        }
    }

    private mutating func flow(depth: Int) {
        let isMapping = chance(2)
        text += isMapping ? "{" : "["
        let count = Int.random(in: 0...3, using: &generator)
        for index in 0..<count {
            if index > 0 { text += pick([",", ", ", " , "]) }
            if isMapping { text += key() + pick([": ", ":  "]) }
            if depth < 3, chance(4) {
                flow(depth: depth + 1)
            } else {
                let word = scalar()
                text += word.isEmpty && !isMapping ? "''" : word
            }
        }
        text += isMapping ? "}" : "]"
    }

    private mutating func block(indent: Int) {
        let spaces = spaces(indent + 2)
        text += " " + pick(["|", ">", "|-", ">-", "|+", "| # é", "|\(2)", ">+"]) + "\n"
        text += spaces + pick(Self.words.filter { !$0.isEmpty }) + "\n"
        if chance(2) { text += "\n" }
        if chance(2) { text += spaces + "é second # line\n" }
        if chance(3) { text += "\n" }
    }
}
