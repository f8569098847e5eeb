/// Files with their secrets replaced, so that a difference can be shown: a secret that both sides share and one that
/// differs can be told apart, and nothing else of it.
package enum Redaction {
    /// What stands in a secret's place.
    package static let mark = "‹secret›"

    /// The two texts of one file, redacted together. Files without secrets stay as they are.
    package static func redact(_ name: String, old: [UInt8]?, new: [UInt8]?) -> (old: String, new: String) {
        let separator: (ArraySlice<UInt8>) -> ArraySlice<UInt8>.Index?
        switch name {
        case PoolPasswdFile.name, PCPConfFile.name: separator = { unescapedColon(1, in: $0) }
        case PassFile.name: separator = { unescapedColon(4, in: $0) }
        case PgdoctorFile.name:
            separator = { line in
                let key = line.prefix { $0 != UInt8(ascii: "=") }
                let text = String(decoding: key, as: UTF8.self).filter { !$0.isWhitespace }.lowercased()
                return text == "pg_password" && key.endIndex < line.endIndex ? key.endIndex : nil
            }
        case PgpoolConfFile.name:
            separator = { line in
                let key = line.prefix { $0 != UInt8(ascii: "=") && $0 != 0x20 }
                let text = String(decoding: key, as: UTF8.self)
                guard Catalogue.isSecret(text) else { return nil }
                return line.firstIndex(of: UInt8(ascii: "="))
            }
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

    /// Where the n-th unescaped colon of a line stands.
    private static func unescapedColon(_ number: Int, in line: ArraySlice<UInt8>) -> Int? {
        guard line.first != UInt8(ascii: "#") else { return nil }
        var found = 0
        var index = line.startIndex
        while index < line.endIndex {
            if line[index] == UInt8(ascii: "\\") {
                index += 1
            } else if line[index] == UInt8(ascii: ":") {
                found += 1
                if found == number { return index }
            }
            index += 1
        }
        return nil
    }

    /// Each line's secret under what stands before it.
    private static func secrets(
        _ bytes: [UInt8], _ separator: (ArraySlice<UInt8>) -> Int?
    ) -> [[UInt8]: [UInt8]] {
        var secrets: [[UInt8]: [UInt8]] = [:]
        for (_, line) in lines(of: bytes) {
            if let index = separator(line) { secrets[Array(line[...index])] = Array(line[(index + 1)...]) }
        }
        return secrets
    }

    private static func redact(
        _ bytes: [UInt8], _ separator: (ArraySlice<UInt8>) -> Int?, shared: [[UInt8]: [UInt8]], label: String
    ) -> String {
        lines(of: bytes).map { _, line in
            guard let index = separator(line) else { return text(Array(line)) + "\n" }
            let isSame = shared[Array(line[...index])] == Array(line[(index + 1)...])
            // A space of the file's own stays where the grammar has one.
            return text(Array(line[...index])) + (isSame ? mark : "‹\(label) secret›") + "\n"
        }.joined()
    }
}
