import ClusterSpec
import Diagnostics

/// pool_passwd, pcp.conf and the passfile. No finding repeats a word of a secret.
enum SecretFilesLint {
    static func poolPasswd(_ file: LintInput.File) -> [Diagnostic] {
        var findings = file.openFinding("it holds passwords")
        var first: [String: Int] = [:]
        for (number, line) in lines(of: file.bytes) where !line.isEmpty {
            func report(_ severity: Severity, _ message: String, _ notes: String...) {
                findings.append(
                    Diagnostic(severity, at: file.at(number), key: PoolPasswdFile.name, message, notes: notes))
            }
            let fields = ColonFields.split(line, finalBackslash: .dropped)
            guard fields.count >= 2 else {
                report(.error, "has no colon, so it is nobody's password")
                continue
            }
            let user = String(decoding: fields[0], as: UTF8.self)
            let secret = fields[1]
            if user.hasPrefix("#") {
                report(.warning, "this file has no comments: it is the password of the user '\(Parse.excerpt(user))'")
            }
            if let earlier = first[user] {
                report(
                    .warning, "'\(Parse.excerpt(user))' stands in line \(earlier) already, and the first line counts")
            } else if !secret.isEmpty {
                first[user] = number
            }
            if line.last == 0x0D { report(.error, "ends in a carriage return, which becomes part of the password") }
            if line.last == 0x20 || line.last == 0x09 {
                report(.warning, "ends in a blank, which is part of the password")
            }
            if line.count > PoolPasswdFile.longestLine {
                report(
                    .error,
                    "is longer than \(PoolPasswdFile.longestLine) bytes; pgpool reads the rest as a line of its own")
            }
            if secret.isEmpty {
                report(.error, "has no password, so pgpool passes over it")
            } else if secret.count > PoolPasswdFile.longestEntry {
                report(
                    .error,
                    "the entry is \(secret.count) bytes long; pgpool silently cuts it at \(PoolPasswdFile.longestEntry)",
                    "a password has at most \(Password.longest) bytes")
            } else {
                judge(secret, user, report)
            }
        }
        return findings
    }

    private static func judge(_ secret: [UInt8], _ user: String, _ report: (Severity, String, String...) -> Void) {
        let text = String(decoding: secret, as: UTF8.self)
        if text.hasPrefix("SCRAM-SHA-256$") {
            report(.error, "a SCRAM verifier is of no use here: pgpool needs the password itself")
        } else if text.hasPrefix("md5"), secret.count == 35 {
            report(.warning, "an MD5 entry cannot serve SCRAM, which Aurora asks for by default")
        } else if !text.hasPrefix("TEXT"), !text.hasPrefix("AES") {
            report(
                .warning, "has no prefix: a password that begins with TEXT, AES or md5 is misread",
                "write TEXT before the password")
        }
    }

    static func pcpConf(_ file: LintInput.File) -> [Diagnostic] {
        var findings = file.openFinding("it holds the hash that logs in to pgpool's administration")
        for (number, line) in lines(of: file.bytes) {
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            func report(_ message: String, _ notes: String...) {
                findings.append(Diagnostic(.error, at: file.at(number), key: PCPConfFile.name, message, notes: notes))
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                report(
                    "has no colon, so nobody after it can log in", "comments have their # in the first column")
                continue
            }
            let hash = String(decoding: line[(colon + 1)...], as: UTF8.self)
            if line.last == 0x0D || line.last == 0x20 || line.last == 0x09 {
                report("ends in a blank or a carriage return, so it never logs in")
            } else if !PCPConfFile.isHash(hash) {
                let isUpper = PCPConfFile.isHash(hash.lowercased())
                report(
                    isUpper
                        ? "the hash has upper-case digits, so it never logs in"
                        : "is not followed by an MD5 hash, so it never logs in",
                    "`pg_md5 --prompt` prints one")
            } else if line.count > 128 {
                report("user and hash are longer than 128 bytes, so it never logs in")
            }
        }
        return findings
    }

    static func passFile(_ file: LintInput.File) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        if file.mode & 0o077 != 0 {
            findings.append(
                Diagnostic(
                    .error, at: file.at(1), key: "mode", "libpq ignores a password file that others can read",
                    notes: ["chmod 600 \(file.path)"]))
        }
        for (number, line) in lines(of: file.bytes) where !line.isEmpty && line.first != UInt8(ascii: "#") {
            guard ColonFields.split(line, finalBackslash: .kept).count < 5 else { continue }
            findings.append(
                Diagnostic(
                    .error, at: file.at(number), key: PassFile.name, "is not host:port:database:user:password"))
        }
        return findings
    }
}
