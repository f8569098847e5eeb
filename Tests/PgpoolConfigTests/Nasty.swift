import TestBasics

/// Texts that break a careless writer: what a grammar gives a meaning to, and more of it.
struct Nasty {
    private static let pieces: [String] = [
        "'", "\"", "\\", "\n", "\r", "\r\n", "\0", "\t", "#", "=", ":", ",", ";", " ", "  ", "@", "+", "*", "/", "|",
        "{{", "}}", "{", "}", "[", "]", "%s", "$", "`", "-", "_", ".", "a", "Z", "0", "9", "all", "TEXT", "AES", "md5",
        "port = 1", "\nport = 1\n", "' port = 1 '", "'\nport = 1\n#", "\nhost all all 0.0.0.0/0 trust\n", "x:y\nz:w",
        "\" \"", "\"\"", "\\'", "\\\\", "\\:", "\u{7F}", "\u{85}", "\u{A0}", "\u{2028}", "\u{FEFF}", "\u{301}",
        "\u{600}", "\u{200D}", "é", "e\u{301}", "\u{1F600}", "\u{1F468}\u{200D}\u{1F469}", "ß", "İ", "primary",
        "standby",
        "a:primary", "/tmp", "10.0.0.0/8", "localhost", "on", "off", "1e-5", "--", "/*", "\u{1B}[31m", "\u{10FFFF}",
        "\u{E000}", "\u{FFFD}",
    ]
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// One to six pieces, or one piece very often.
    mutating func text() -> String {
        if Int.random(in: 0..<40, using: &generator) == 0 {
            return String(repeating: piece(), count: Int.random(in: 60...3_000, using: &generator))
        }
        return (0..<Int.random(in: 1...6, using: &generator)).map { _ in piece() }.joined()
    }

    /// An element by chance.
    mutating func pick<Element>(_ items: [Element]) -> Element {
        items[Int.random(in: items.indices, using: &generator)]
    }

    private mutating func piece() -> String { pick(Nasty.pieces) }
}

/// A YAML scalar in double quotes that stands for any text.
func yamlQuoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case _ where (0x20...0x7E).contains(scalar.value): result.unicodeScalars.append(scalar)
        default:
            let hex = String(scalar.value, radix: 16)
            result += "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
        }
    }
    return result + "\""
}
