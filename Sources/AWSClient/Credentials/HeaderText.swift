/// What may stand in the value of a header field.
enum HeaderText {
    /// Whether a text has no control character, so that it cannot begin a line of its own.
    static func isLegal(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
