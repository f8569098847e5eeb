package import Diagnostics
import YAMLDocument

/// `auth:`, who may log in and how.
package struct Auth: Sendable {
    package enum Mode: String, CaseIterable, Sendable {
        /// pgpool checks passwords itself, from pool_passwd.
        case scram
        /// pgpool asks for the password over TLS and hands it to the server.
        case passthrough
    }

    /// Where a user's password is kept.
    package enum PasswordSource: Hashable, Sendable {
        /// A secret of AWS Secrets Manager, by name or ARN, and the label of its version.
        case secret(String, versionStage: String)
        /// A file; a relative path is relative to the spec's folder. One final newline is dropped.
        case file(String)
        /// A variable of the environment.
        case environment(String)
    }

    package struct User: Sendable {
        /// The user's own key, such as `auth.users[0]`, counted as in the file.
        package var key: String
        package var name: Setting<String>
        package var password: Setting<PasswordSource>
    }

    /// The label of the version that a secret's readers want. Source: Secrets Manager's GetSecretValue.
    package static let currentStage = "AWSCURRENT"

    package var mode: Setting<Mode>
    package var users: [User]
    package var location: SourceLocation?

    init(_ top: Section) {
        let section = top.section("auth", keys: ["mode", "users"])
        location = section.location
        mode = section.value("mode", default: .scram, Parse.word(Mode.self))
        users = []
        var lines: [String: Int] = [:]
        let items = section.items("users")
        var broken = items == nil && section.node("users") != nil
        for (node, path) in items ?? [] {
            let item = Section(
                node, path: path, keys: ["name", "secret", "version_stage", "password_file", "password_env"],
                section.findings, defaultLocation: nil)
            guard case .mapping = node.content, let user = User(item) else {
                broken = true
                continue
            }
            if let line = lines[user.name.value] {
                section.findings.error(
                    at: user.name.location, key: "\(path).name",
                    "the user '\(Parse.excerpt(user.name.value))' is here twice; the first is in line \(line)")
            }
            lines[user.name.value] = user.name.location?.line ?? 0
            users.append(user)
        }
        if users.isEmpty, !broken, mode.value == .scram {
            section.findings.warning(
                at: section.location ?? top.location, key: "auth.users", "there are no users, so nobody can log in",
                notes: ["add one: `users: [{name: app, password_file: /path}]`"])
        }
    }
}

extension Auth.User {
    init?(_ item: Section) {
        if item.node("name") == nil {
            item.findings.error(at: item.location, key: item.name("name"), "is missing")
        }
        let name = item.value("name", Parse.postgresName)
        let stage = item.value("version_stage", Parse.text)
        if let stage, item.node("secret") == nil {
            item.findings.error(
                at: stage.location, key: item.name("version_stage"), "only a secret has versions",
                notes: ["it goes with `secret:`"])
        }
        let sources: [Setting<Auth.PasswordSource>] = [
            item.value("secret") { text throws(Malformed) in
                .secret(try Parse.text(text), versionStage: stage?.value ?? Auth.currentStage)
            },
            item.value("password_file") { text throws(Malformed) in .file(try Parse.text(text)) },
            item.value("password_env") { text throws(Malformed) in .environment(try Auth.variableName(text)) },
        ].compactMap(\.self)
        let written = ["secret", "password_file", "password_env"].filter { item.node($0) != nil }
        // An unknown key is probably the one that is meant, and is reported.
        if written.count > 1 || (written.isEmpty && !item.hasUnknownKeys) {
            item.findings.error(
                at: item.location, key: item.path,
                written.isEmpty
                    ? "has no password" : "has \(written.count) passwords: \(written.joined(separator: ", "))",
                notes: ["give exactly one of secret, password_file and password_env"])
        }
        guard let name, written.count == 1, let password = sources.first else { return nil }
        self.init(key: item.path, name: name, password: password)
    }
}

extension Auth {
    /// The name of an environment variable.
    fileprivate static func variableName(_ text: String) throws(Malformed) -> String {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        else {
            throw Malformed(
                "is not the name of an environment variable",
                notes: ["write the variable's name, not the password"])
        }
        return text
    }
}
