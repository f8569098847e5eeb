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
        /// Why secrets could not be had, the worst that there is; nil when each of them answered.
        var failure: ExitStatus?

        fileprivate mutating func problem(
            _ user: Auth.User, _ key: String, _ message: String, _ notes: [String], _ severity: Severity = .error
        ) {
            findings.append(
                Diagnostic(severity, at: user.password.location, key: "\(user.key).\(key)", message, notes: notes))
        }
    }

    /// Fetches the passwords from where the spec says they are kept; from secrets only if they are of any use.
    func fetch(_ users: [Auth.User], withSecrets: Bool) async -> Fetched {
        var fetched = Fetched()
        var known: [(user: Auth.User, logins: SecretFetcher.Logins)] = []
        // First of all: what is started later, such as a `credential_process`, shall not find a password there.
        let variables = takeVariables(of: users)
        let secrets = withSecrets ? await secrets.fetch(Set(users.compactMap(\.secret)), region: region) : [:]
        var failures: [SecretError.Code] = []
        for user in users {
            switch user.password.value {
            case .environment(let name):
                guard let value = variables[name] else {
                    fetched.problem(
                        user, "password_env", "the variable \(name) is not set in the environment",
                        ["export \(name) before this command"])
                    continue
                }
                known.append((user, .init(current: Login(user: nil, password: Password(value)))))
            case .file(let path):
                let path = path.hasPrefix("/") ? path : "\(folder)/\(path)"
                guard let password = readFile(path, of: user, &fetched) else { continue }
                known.append((user, .init(current: Login(user: nil, password: password))))
            case .secret(let id, let stage):
                switch secrets[SecretAccess.Secret(id: id, stage: stage)] {
                case .success(let logins): known.append((user, logins))
                case .failure(let error):
                    fetched.problem(user, "secret", error.message, error.notes)
                    failures.append(error.code)
                case nil: break
                }
            }
        }
        fetched.failure = SecretError.status(of: failures)
        fetched.take(known)
        // Who has no password is still a user of the spec, for what else is found.
        fetched.users += users.filter { user in !known.contains { $0.user.name.value == user.name.value } }
        return fetched
    }

    /// The variables that passwords are in, which are then no longer in our environment.
    private func takeVariables(of users: [Auth.User]) -> [String: String] {
        var taken: [String: String] = [:]
        for user in users {
            guard case .environment(let name) = user.password.value, let value = environment[name] else { continue }
            taken[name] = value
            unsetenv(name)
        }
        return taken
    }

    private func readFile(_ path: String, of user: Auth.User, _ fetched: inout Fetched) -> Password? {
        do throws(FileError) {
            guard let bytes = try FileSystem.read(path, limit: 64 << 10) else {
                fetched.problem(
                    user, "password_file", "there is no file \(path)",
                    ["a relative path starts from the folder of the spec"])
                return nil
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                fetched.problem(user, "password_file", "\(path) is not UTF-8", [])
                return nil
            }
            if let status = FileSystem.status(path), status.st_mode & 0o077 != 0 {
                fetched.problem(
                    user, "password_file", "\(path) is open to other users of this machine", ["chmod 600 \(path)"],
                    .warning)
            }
            return Password(Login.withoutFinalNewline(text))
        } catch {
            fetched.problem(user, "password_file", error.description, [])
            return nil
        }
    }
}

extension PasswordSources.Fetched {
    /// Takes over who can log in.
    fileprivate mutating func take(_ known: [(user: Auth.User, logins: SecretFetcher.Logins)]) {
        let roster = Roster(known.map { Roster.Entry(name: $0.user.name.value, logins: $0.logins) })
        // In an order that a rotation does not change.
        let order = known.indices.flatMap { index in
            roster.members.filter { $0.entry == index }.sorted {
                let own = known[index].user.name.value
                return ($0.name == own ? 0 : 1, $0.name) < ($1.name == own ? 0 : 1, $1.name)
            }
        }
        for member in order {
            var user = known[member.entry].user
            user.name.value = member.name
            users.append(user)
            passwords[member.name] = member.password
        }
        currentNames = roster.currentNames
        for problem in roster.problems {
            self.problem(
                known[problem.entry].user, "secret", problem.message, problem.notes, problem.isError ? .error : .warning
            )
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

extension SecretError {
    /// The exit code of what is worst: what only a person can mend comes before what passes; nil for a wrong spec.
    fileprivate static func status(of failures: [Code]) -> ExitStatus? {
        if failures.contains(.wrong) { return nil }
        if failures.contains(.notAllowed) { return .notAllowed }
        return failures.contains(.unavailable) ? .unavailable : nil
    }
}
