/// One line of what `verify` says.
package struct VerifyFinding: Hashable, Sendable {
    package enum Verdict: String, Hashable, Sendable {
        case ok
        /// It works, and should be better.
        case warning
        case wrong
        /// It could not be looked at from here.
        case unknown
    }

    /// What was looked at, such as `reads`.
    package var name: String
    package var verdict: Verdict
    /// What was found, in a few words.
    package var text: String
    /// What to do about it.
    package var mend: String

    package init(_ name: String, _ verdict: Verdict, _ text: String, mend: String = "") {
        self.name = name
        self.verdict = verdict
        // What libpq says has several lines.
        self.text = text.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(
            separator: "; ")
        self.mend = mend
    }
}
