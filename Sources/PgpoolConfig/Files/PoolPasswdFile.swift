package import ClusterSpec
import Diagnostics

/// The grammar of pool_passwd: `user:password`, one a line, no comments.
package enum PoolPasswdFile {
    package static let name = "pool_passwd"

    /// The longest line that pgpool reads whole, in bytes without its end.
    static let longestLine = 1022
    /// The longest decoded entry with its prefix, in bytes; pgpool silently cuts what is longer.
    static let longestEntry = 128
    static let prefix = "TEXT"

    /// A user's name as the file holds it.
    package static func write(user: String) throws(Malformed) -> String {
        guard !user.utf8.contains(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D }) else {
            throw Malformed("the user's name has a line break or a NUL, which pool_passwd cannot carry")
        }
        return ColonFields.escape(user)
    }

    /// A password as the file holds it: always with its prefix, since a bare one that begins with TEXT, AES or md5 is
    /// misread.
    package static func write(_ password: Password) throws(Malformed) -> String {
        try password.check()
        return prefix + ColonFields.escape(password.clearText)
    }

    /// One entry as pgpool takes it.
    package struct Entry: Sendable {
        package enum Secret: Sendable {
            case clearText(Password)
            /// `md5` and 32 hexadecimal digits; cannot serve SCRAM.
            case md5(String)
            case aes(String)
            case scram(String)
        }
        package var user: String
        package var secret: Secret
        package var line: Int
    }

    /// The entries of a file in its order; pgpool takes the first of a user. Mirrors `src/auth/pool_passwd.c`.
    package static func read(_ bytes: [UInt8]) -> [Entry] {
        var entries: [Entry] = []
        for (number, line) in lines(of: bytes) {
            // A buffer of 1,024 bytes: what is longer goes on as a line of its own.
            var rest = line
            while !rest.isEmpty {
                let part = rest.prefix(longestLine + 1)
                rest = rest.dropFirst(part.count)
                let fields = ColonFields.split(part, finalBackslash: .dropped)
                guard fields.count >= 2, !fields[1].isEmpty else { continue }
                let text = String(decoding: fields[1].prefix(longestEntry), as: UTF8.self)
                entries.append(
                    Entry(user: String(decoding: fields[0], as: UTF8.self), secret: secret(text), line: number))
            }
        }
        return entries
    }

    private static func secret(_ text: String) -> Entry.Secret {
        // By bytes: a letter and a combining character after it are one character to Swift.
        func begins(_ prefix: String) -> Bool { text.utf8.starts(with: prefix.utf8) }
        if begins("md5"), text.utf8.count == 35 { return .md5(text) }
        if begins("AES") { return .aes(text) }
        if begins("SCRAM-SHA-256$") { return .scram(text) }
        let clear = text.utf8.dropFirst(begins(prefix) ? prefix.utf8.count : 0)
        return .clearText(Password(String(decoding: clear, as: UTF8.self)))
    }
}
