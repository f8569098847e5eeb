/// Makes sense of a console that is read again and again, of which only the end is kept.
package struct ConsoleReader: Sendable {
    package let buildID: BuildID
    /// What the guest has said of its end, once it has. One that says both has failed.
    package private(set) var verdict: GuestLine?
    /// The furthest step.
    package private(set) var step: GuestLine?
    package private(set) var packages: [String: String] = [:]
    /// The lines that were read last, without the build's own.
    private var lines: [String] = []
    /// The number of the furthest step.
    private var furthest = 0

    package init(buildID: BuildID) {
        self.buildID = buildID
    }

    /// Reads what the console shows now; returns the steps that are new, in their order.
    ///
    /// A guest that begins again says nothing new until it gets further than before.
    package mutating func read(_ bytes: [UInt8]) -> [GuestLine] {
        let all = ConsoleReader.lines(of: bytes)
        guard !all.isEmpty else { return [] }
        var new: [GuestLine] = []
        var others: [String] = []
        for text in all {
            guard let said = GuestLine(text, buildID: buildID) else {
                // What comes after the first verdict is of no interest.
                if verdict == nil, !text.isEmpty { others.append(text) }
                continue
            }
            switch said {
            case .step(let number, _, _):
                guard number > furthest else { continue }
                furthest = number
                step = said
                new.append(said)
            case .package(let name, let version): packages[name] = version
            case .failed(let step, let exit, let message):
                guard !isFailed else { continue }
                verdict = .failed(step: step, exit: exit, message: ConsoleReader.redacted(message))
            case .ok: if verdict == nil { verdict = said }
            }
        }
        if !others.isEmpty { lines = others }
        return new
    }

    private var isFailed: Bool {
        if case .failed = verdict { true } else { false }
    }

    /// The last lines, without what a signed address ends in.
    package func tail(_ count: Int) -> [String] { lines.suffix(count).map(ConsoleReader.redacted) }

    /// CR and LF in any number end a line; what is no UTF-8 is shown as such.
    private static func lines(of bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0x0A).map { line in
            // Colours, and whatever else a terminal would not show.
            String(String(decoding: line, as: UTF8.self).unicodeScalars.filter { $0.value >= 0x20 || $0 == "\t" })
        }
    }

    /// A signed address without its query, or no word at all of a query whose address is not there.
    static func redacted(_ line: String) -> String {
        guard isSigned(line[...]) else { return line }
        return ConsoleReader.words(of: line[...], by: [" ", "\t"]) { word in
            guard isSigned(word) else { return String(word) }
            let address = word.prefix { $0 != "?" }
            return isSigned(address) ? "***" : address + "?***"
        }
    }

    private static func isSigned(_ text: Substring) -> Bool { text.lowercased().contains("x-amz-") }

    /// The text with its words changed, and what is between them kept.
    private static func words(
        of text: Substring, by separators: [Character], _ change: (Substring) -> String
    ) -> String {
        guard let separator = separators.first else { return change(text) }
        return text.split(separator: separator, omittingEmptySubsequences: false)
            .map { words(of: $0, by: Array(separators.dropFirst()), change) }.joined(separator: String(separator))
    }
}
