import ClusterSpec
import ConfigInstall
import Diagnostics
import Glibc
import LocalFiles
import PgpoolConfig

/// Where the passwords of `auth.users` come from.
struct PasswordSources {
    /// The folder that relative paths start from: the spec's own.
    var folder: String
    var environment: [String: String]

    struct Fetched {
        /// By user.
        var passwords: [String: Password] = [:]
        /// What is wrong, without a word of any password.
        var findings: [Diagnostic] = []
        /// Whether a source could not be asked at all.
        var isUnavailable = false
    }

    /// Fetches the passwords from where the spec says they are kept.
    func fetch(_ users: [Auth.User]) -> Fetched {
        var fetched = Fetched()
        var used: Set<String> = []
        for user in users {
            func problem(_ key: String, _ message: String, _ notes: String..., severity: Severity = .error) {
                fetched.findings.append(
                    Diagnostic(
                        severity, at: user.password.location, key: "\(user.key).\(key)", message, notes: notes)
                )
            }
            switch user.password.value {
            case .environment(let name):
                guard let value = environment[name] else {
                    problem(
                        "password_env", "the variable \(name) is not set in the environment",
                        "export \(name) before this command")
                    continue
                }
                fetched.passwords[user.name.value] = Password(value)
                used.insert(name)
            case .file(let path):
                let path = path.hasPrefix("/") ? path : "\(folder)/\(path)"
                do throws(FileError) {
                    guard let bytes = try FileSystem.read(path, limit: 64 << 10) else {
                        problem(
                            "password_file", "there is no file \(path)",
                            "a relative path starts from the folder of the spec")
                        continue
                    }
                    guard let text = String(validating: bytes, as: UTF8.self) else {
                        problem("password_file", "\(path) is not UTF-8")
                        continue
                    }
                    fetched.passwords[user.name.value] = Password(PasswordSources.withoutFinalNewline(text))
                    if let status = FileSystem.status(path), status.st_mode & 0o077 != 0 {
                        problem(
                            "password_file", "\(path) is open to other users of this machine", "chmod 600 \(path)",
                            severity: .warning)
                    }
                } catch {
                    problem("password_file", error.description)
                }
            case .secret:
                fetched.isUnavailable = true
                problem(
                    "secret", "this version cannot read AWS Secrets Manager",
                    "use password_file or password_env instead")
            }
        }
        // What we start inherits our environment, and shall not find a password there.
        for name in used { unsetenv(name) }
        return fetched
    }

    private static func withoutFinalNewline(_ text: String) -> String {
        guard text.utf8.last == 0x0A else { return text }
        let bytes = text.utf8.dropLast(text.utf8.dropLast().last == 0x0D ? 2 : 1)
        return String(decoding: Array(bytes), as: UTF8.self)
    }
}
