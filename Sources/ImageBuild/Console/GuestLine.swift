/// What a guest says on its console.
package enum GuestLine: Hashable, Sendable {
    case step(Int, of: Int, name: String)
    case ok
    case failed(step: String, exit: Int, message: String)
    /// A package that is in the image.
    case package(name: String, version: String)

    /// Reads one line without its end; nil for what is none of the build's.
    ///
    /// What precedes the mark is a logger's. What follows it must be one of the forms to the end of the line, so that
    /// a trace of the command that prints it does not count.
    package init?(_ line: String, buildID: BuildID) {
        let mark = "PGPOOL-AURORA \(buildID) "
        var rest = line[...]
        while let range = rest.firstRange(of: mark) {
            // The mark begins a word.
            let isWhole = range.lowerBound == line.startIndex || line[line.index(before: range.lowerBound)].isWhitespace
            if isWhole, let found = GuestLine(form: line[range.upperBound...]) {
                self = found
                return
            }
            rest = rest[range.upperBound...]
        }
        return nil
    }

    private init?(form: Substring) {
        let words = form.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        switch (words.first, words.count) {
        case ("ok", 1): self = .ok
        case ("step", 3):
            let numbers = words[1].split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 2, let number = numbers[0], let count = numbers[1], number >= 1, number <= count,
                GuestLine.isName(words[2])
            else { return nil }
            self = .step(number, of: count, name: words[2])
        case ("failed", 3...):
            guard let exit = Int(words[2]), GuestLine.isName(words[1]) else { return nil }
            self = .failed(step: words[1], exit: exit, message: words.dropFirst(3).joined(separator: " "))
        case ("package", 3):
            guard words.allSatisfy({ !$0.isEmpty }) else { return nil }
            self = .package(name: words[1], version: words[2])
        default: return nil
        }
    }

    private static func isName(_ word: String) -> Bool {
        !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    }
}
