import ClusterSpec
import DatabaseSecrets
import Diagnostics
import Glibc
import LocalFiles
import PgpoolConfig

/// Where the passwords of `auth.users` come from.
struct PasswordSources {
    /// The folder that relative paths start from: the spec's own.
    var folder: String
    var environment: [String: String]
    var secrets: SecretAccess
    /// The spec's region, for secrets by name.
    var region: Setting<String>?

    struct Fetched {
        /// The spec's users, and those whom a secret names beside or instead of one.
        var users: [Auth.User] = []
        /// By user.
        var passwords: [String: Password] = [:]
        /// The names under which users of the spec log in now, where that is another one.
        var currentNames: [String: String] = [:]
        /// What is wrong, without a word of any password.
        var findings: [Diagnostic] = []
        /// The worst that kept a source from being asked; nil when each of them answered.
        var failure: ExitStatus?

        fileprivate mutating func problem(
            _ user: Auth.User, _ key: String, _ message: String, _ notes: [String], _ severity: Severity = .error
        ) {
            findings.append(
                Diagnostic(severity, at: user.password.location, key: "\(user.key).\(key)", message, notes: notes))
        }
    }

    /// Fetches the passwords from where the spec says they are kept.
    func fetch(_ users: [Auth.User]) async -> Fetched {
        var fetched = Fetched()
        let secrets = await secrets.fetch(Set(users.compactMap(\.secret)), region: region)
        var used: Set<String> = []
        for user in users {
            switch user.password.value {
            case .environment(let name):
                fetched.users.append(user)
                guard let value = environment[name] else {
                    fetched.problem(
                        user, "password_env", "the variable \(name) is not set in the environment",
                        ["export \(name) before this command"])
                    continue
                }
                fetched.passwords[user.name.value] = Password(value)
                used.insert(name)
            case .file(let path):
                fetched.users.append(user)
                readFile(path.hasPrefix("/") ? path : "\(folder)/\(path)", of: user, &fetched)
            case .secret(let id, let stage):
                switch secrets[SecretAccess.Secret(id: id, stage: stage)] {
                case .success(let logins): take(logins, of: user, among: users, &fetched)
                case .failure(let error):
                    fetched.users.append(user)
                    fetched.problem(user, "secret", error.message, error.notes)
                    fetched.failure = error.code.status ?? fetched.failure
                case nil: preconditionFailure("a secret that was not asked for")
                }
            }
        }
        // What we start inherits our environment, and shall not find a password there.
        for name in used { unsetenv(name) }
        return fetched
    }

    private func readFile(_ path: String, of user: Auth.User, _ fetched: inout Fetched) {
        do throws(FileError) {
            guard let bytes = try FileSystem.read(path, limit: 64 << 10) else {
                fetched.problem(
                    user, "password_file", "there is no file \(path)",
                    ["a relative path starts from the folder of the spec"])
                return
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                fetched.problem(user, "password_file", "\(path) is not UTF-8", [])
                return
            }
            fetched.passwords[user.name.value] = Password(Login.withoutFinalNewline(text))
            if let status = FileSystem.status(path), status.st_mode & 0o077 != 0 {
                fetched.problem(
                    user, "password_file", "\(path) is open to other users of this machine", ["chmod 600 \(path)"],
                    .warning)
            }
        } catch {
            fetched.problem(user, "password_file", error.description, [])
        }
    }

    /// Adds the users whom a secret names: the current one and, when a rotation alternates between two, the one before.
    private func take(
        _ logins: SecretFetcher.Logins, of user: Auth.User, among users: [Auth.User], _ fetched: inout Fetched
    ) {
        let current = logins.current.user ?? user.name.value
        var taken = [(current, logins.current.password)]
        if let previous = logins.previous, let name = previous.user { taken.append((name, previous.password)) }
        // In an order that a rotation does not change.
        taken.sort { ($0.0 == user.name.value ? 0 : 1, $0.0) < ($1.0 == user.name.value ? 0 : 1, $1.0) }
        for (name, password) in taken {
            // Who has an entry of their own has their password there.
            guard name == user.name.value || !users.contains(where: { $0.name.value == name }) else { continue }
            var entry = user
            entry.name.value = name
            fetched.users.append(entry)
            fetched.passwords[name] = password
        }
        if current != user.name.value { fetched.currentNames[user.name.value] = current }
        if !taken.contains(where: { $0.0 == user.name.value }) {
            fetched.problem(
                user, "secret",
                "the secret is for \(taken.map { "'\($0.0)'" }.joined(separator: " and ")), so '\(user.name.value)' cannot log in",
                ["name the user that the secret names, unless its rotation alternates between users"], .warning)
        }
    }
}

extension Auth.User {
    /// The secret that holds the password; nil when another source does.
    fileprivate var secret: SecretAccess.Secret? {
        guard case .secret(let id, let stage) = password.value else { return nil }
        return SecretAccess.Secret(id: id, stage: stage)
    }
}

extension SecretError.Code {
    /// The exit code that says it; nil for that of a wrong spec.
    fileprivate var status: ExitStatus? {
        switch self {
        case .unavailable: .unavailable
        case .notAllowed: .notAllowed
        case .wrong: nil
        }
    }
}
