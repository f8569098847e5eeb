import JSONDocument
package import PgpoolConfig

/// What a secret of a database user holds.
package struct Login: Sendable {
    /// Nil when the secret is the password alone.
    package var user: String?
    package var password: Password

    package init(user: String?, password: Password) {
        self.user = user
        self.password = password
    }
}

/// Why a secret is none of a database user. Nothing of the secret is in it but the names of its keys.
package struct SecretTextError: Error, Hashable, Sendable {
    package var message: String
    package var notes: [String] = []
}

extension Login {
    /// Reads the text of a secret: a JSON object with `password` and perhaps `username`, as RDS and the rotation functions
    /// keep it, or else the password itself. One final newline is dropped from the latter.
    package init(secret text: String) throws(SecretTextError) {
        let start = text.drop(while: \.isWhitespace)
        guard let document = try? JSONDocument(parsing: Array(text.utf8), file: ""), let members = document.root.members
        else {
            // A password may begin with a brace, but hardly with a brace, a quote and a key.
            guard !(start.hasPrefix("{") && start.dropFirst().drop(while: \.isWhitespace).hasPrefix("\"")) else {
                throw SecretTextError(
                    message: "looks like JSON, but is broken",
                    notes: [#"write {"username": "…", "password": "…"}, or the password alone"#])
            }
            self.init(user: nil, password: Password(Login.withoutFinalNewline(text)))
            return
        }
        guard let password = document.root["password"] else {
            let keys = members.map { "'\($0.key)'" }.joined(separator: ", ")
            throw SecretTextError(
                message: members.isEmpty ? "is an empty object" : "has no key 'password', but \(keys)",
                notes: [#"write {"username": "…", "password": "…"}, or the password alone"#])
        }
        guard let password = password.text else { throw SecretTextError(message: "has a password that is no string") }
        let user = document.root["username"]
        guard user == nil || user?.isNull == true || user?.text != nil else {
            throw SecretTextError(message: "has a username that is no string")
        }
        self.init(user: user?.text, password: Password(password))
    }

    /// The text without its one final newline, as editors and `echo` leave it.
    package static func withoutFinalNewline(_ text: String) -> String {
        guard text.utf8.last == 0x0A else { return text }
        let bytes = text.utf8.dropLast(text.utf8.dropLast().last == 0x0D ? 2 : 1)
        return String(decoding: Array(bytes), as: UTF8.self)
    }
}
