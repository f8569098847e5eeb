/// What a terminal shows after what was written to it, as far as the tool uses it: lines, returns, and the erasing of a
/// line's rest.
enum Screen {
    static func lines(_ text: String) -> [String] {
        var lines: [[Character]] = [[]]
        var column = 0
        var rest = Array(text.replacing("\r\n", with: "\n"))[...]
        while let character = rest.popFirst() {
            switch character {
            case "\n":
                lines.append([])
                column = 0
            case "\r": column = 0
            case "\u{1B}" where rest.starts(with: ["[", "K"]):
                rest = rest.dropFirst(2)
                lines[lines.count - 1] = Array(lines[lines.count - 1].prefix(column))
            default:
                let line = lines.count - 1
                lines[line] = Array(lines[line].prefix(column)) + [character] + lines[line].dropFirst(column + 1)
                column += 1
            }
        }
        return lines.map { String($0) }
    }
}
