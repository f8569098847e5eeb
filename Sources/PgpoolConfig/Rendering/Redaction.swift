/// Files with their secrets replaced, so that a difference can be shown: a secret that both sides share and one that
/// differs can be told apart, and nothing else of it.
package enum Redaction {
    /// What stands in a secret's place.
    package static let mark = "‹secret›"

    /// The two texts of one file, redacted together. Files without secrets stay as they are.
    package static func redact(_ name: String, old: [UInt8]?, new: [UInt8]?) -> (old: String, new: String) {
        let separator: (ArraySlice<UInt8>) -> Secret
        switch name {
        case PoolPasswdFile.name: separator = { behindColon(1, in: $0, hasComments: false) }
        case PCPConfFile.name: separator = { behindColon(1, in: $0, hasComments: true) }
        case PassFile.name: separator = { behindColon(4, in: $0, hasComments: true) }
        case PgdoctorFile.name: separator = pgdoctorSecret
        case PgpoolConfFile.name: separator = { behindWord(["_password", "wd_authkey"], in: $0) }
        case PoolHBAFile.name: separator = { behindWord(["ldapbindpasswd="], in: $0) }
        default: return (text(old), text(new))
        }
        let oldSecrets = secrets(old ?? [], separator)
        let newSecrets = secrets(new ?? [], separator)
        return (
            redact(old ?? [], separator, shared: newSecrets, label: "old"),
            redact(new ?? [], separator, shared: oldSecrets, label: "new")
        )
    }

    private static func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

    /// Where a line's secret begins. What cannot be understood is a secret whole.
    private enum Secret {
        case none
        case from(Int)
    }

    private static func behindColon(_ number: Int, in line: ArraySlice<UInt8>, hasComments: Bool) -> Secret {
        guard !line.isEmpty, !(hasComments && line.first == UInt8(ascii: "#")) else { return .none }
        var found = 0
        var index = line.startIndex
        while index < line.endIndex {
            if line[index] == UInt8(ascii: "\\") {
                index += 1
            } else if line[index] == UInt8(ascii: ":") {
                found += 1
                if found == number { return .from(index + 1) }
            }
            index += 1
        }
        return .from(line.startIndex)
    }

    /// Behind the first of these words, wherever it stands.
    private static func behindWord(_ words: [String], in line: ArraySlice<UInt8>) -> Secret {
        for start in line.indices {
            for word in words where line[start...].starts(with: word.utf8) { return .from(start + word.utf8.count) }
        }
        return .none
    }

    /// A key that is known, a check and a comment are shown; everything else may hold the password.
    private static func pgdoctorSecret(_ line: ArraySlice<UInt8>) -> Secret {
        let key = line.prefix { $0 != UInt8(ascii: "=") }
        let word = String(decoding: key, as: UTF8.self).filter { !$0.isWhitespace }.lowercased()
        if word.isEmpty || word.hasPrefix("#") || word.hasPrefix("\"") { return .none }
        guard key.endIndex < line.endIndex, PgdoctorFile.keys.contains(word) else { return .from(line.startIndex) }
        return word == "pg_password" ? .from(key.endIndex + 1) : .none
    }

    /// Each line's secret under what stands before it.
    private static func secrets(
        _ bytes: [UInt8], _ separator: (ArraySlice<UInt8>) -> Secret
    ) -> [[UInt8]: [UInt8]] {
        var secrets: [[UInt8]: [UInt8]] = [:]
        for (_, line) in lines(of: bytes) {
            if case .from(let start) = separator(line) { secrets[Array(line[..<start])] = Array(line[start...]) }
        }
        return secrets
    }

    private static func redact(
        _ bytes: [UInt8], _ separator: (ArraySlice<UInt8>) -> Secret, shared: [[UInt8]: [UInt8]], label: String
    ) -> String {
        lines(of: bytes).map { _, line in
            guard case .from(let start) = separator(line) else { return text(Array(line)) + "\n" }
            let isSame = shared[Array(line[..<start])] == Array(line[start...])
            return text(Array(line[..<start])) + (isSame ? mark : "‹\(label) secret›") + "\n"
        }.joined()
    }
}
