/// The words of a command line by the rules of a POSIX shell, without its expansions; those of Python's `shlex.split`,
/// which AWS's own command line uses.
package enum CommandWords {
    /// Why a line has no words.
    package enum Failure: Error {
        case openQuote
        case openEscape
    }

    package static func split(_ line: String) throws(Failure) -> [String] {
        var words: [String] = []
        var word: String?
        var rest = line.makeIterator()
        while let character = rest.next() {
            switch character {
            case " ", "\t", "\n", "\r", "\r\n":
                if let word { words.append(word) }
                word = nil
            case "'":
                word = word ?? ""
                while true {
                    guard let next = rest.next() else { throw .openQuote }
                    guard next != "'" else { break }
                    word?.append(next)
                }
            case "\"":
                word = (word ?? "") + (try quoted(&rest))
            case "\\":
                guard let next = rest.next() else { throw .openEscape }
                word = (word ?? "") + String(next)
            default: word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return words
    }

    /// What stands between double quotes, where a backslash speaks for itself unless a quote or a backslash follows.
    private static func quoted(_ rest: inout String.Iterator) throws(Failure) -> String {
        var text = ""
        while let character = rest.next() {
            switch character {
            case "\"": return text
            case "\\":
                guard let next = rest.next() else { throw .openQuote }
                if next != "\"", next != "\\" { text.append(character) }
                text.append(next)
            default: text.append(character)
            }
        }
        throw .openQuote
    }

    /// A word as a shell reads it back.
    package static func quote(_ word: String) -> String {
        let isPlain = word.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_./:@%+,=".utf8.contains($0)
            }
        }
        guard !isPlain || word.isEmpty else { return word }
        return "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#))'"
    }
}
