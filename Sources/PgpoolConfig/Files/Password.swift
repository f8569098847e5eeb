package import ClusterSpec

/// A password in clear text, which never prints itself.
package struct Password: Sendable {
    /// The password's own text.
    package let clearText: String

    package init(_ clearText: String) {
        self.clearText = clearText
    }
}

extension Password: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "‹password›" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension Password {
    /// The longest password that pool_passwd carries, in bytes: pgpool silently cuts what is longer.
    package static let longest = 124

    /// Why no file can carry this password; nothing of it is in the message.
    package func check() throws(Malformed) {
        guard !clearText.isEmpty else { throw Malformed("the password is empty, which PostgreSQL never accepts") }
        guard !clearText.utf8.contains(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D }) else {
            throw Malformed(
                "the password has a line break or a NUL, which pool_passwd cannot carry",
                notes: ["a file's one final newline is dropped; a second one is not"])
        }
        guard clearText.utf8.count <= Password.longest else {
            throw Malformed(
                "the password is \(clearText.utf8.count) bytes long; pool_passwd carries \(Password.longest), and pgpool "
                    + "silently cuts what is longer",
                notes: ["set a shorter password with ALTER ROLE"])
        }
    }
}
