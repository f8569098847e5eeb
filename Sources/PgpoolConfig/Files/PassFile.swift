package import ClusterSpec

/// The grammar of libpq's password file: `host:port:database:user:password`, one a line.
package enum PassFile {
    package static let name = "pgdoctor.pgpass"

    package struct Entry: Sendable {
        package var host: String
        package var port: String
        package var database: String
        package var user: String
        package var password: Password

        package init(host: String, port: String, database: String, user: String, password: Password) {
            self.host = host
            self.port = port
            self.database = database
            self.user = user
            self.password = password
        }
    }

    /// One of the first four fields; a lone `*` would match everything and is escaped.
    package static func write(field: String) throws(Malformed) -> String {
        guard !field.utf8.contains(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D }) else {
            throw Malformed("has a line break or a NUL, which a password file cannot carry")
        }
        return field == "*" ? "\\*" : ColonFields.escape(field)
    }

    package static func write(_ password: Password) throws(Malformed) -> String {
        try password.check()
        return ColonFields.escape(password.clearText)
    }

    /// The entries of a file in its order; a field that is nil matches anything. Mirrors libpq's `passwordFromFile`.
    package static func read(_ bytes: [UInt8]) -> [(fields: [String?], password: Password)] {
        lines(of: bytes).compactMap { _, line in
            var line = line
            while line.last == 0x0D { line.removeLast() }
            guard !line.isEmpty, line.first != UInt8(ascii: "#") else { return nil }
            let raw = split(line)
            guard raw.count >= 5 else { return nil }
            let fields = ColonFields.split(line, finalBackslash: .kept).map { String(decoding: $0, as: UTF8.self) }
            let patterns = zip(raw, fields).prefix(4).map { $0.elementsEqual([UInt8(ascii: "*")]) ? nil : $1 }
            return (patterns, Password(fields[4]))
        }
    }

    /// The password that libpq takes for a connection: that of the first line that matches.
    package static func password(
        in bytes: [UInt8], host: String, port: String, database: String, user: String
    ) -> Password? {
        let wanted = [host, port, database, user]
        return read(bytes).first { line in zip(line.fields, wanted).allSatisfy { $0 == nil || $0 == $1 } }?.password
    }

    /// The fields with their escapes, for telling `*` from `\*`.
    private static func split(_ line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var fields: [ArraySlice<UInt8>] = []
        var start = line.startIndex
        var index = line.startIndex
        while index < line.endIndex {
            if line[index] == UInt8(ascii: "\\") {
                index += 1
            } else if line[index] == UInt8(ascii: ":") {
                fields.append(line[start..<index])
                start = index + 1
            }
            index += 1
        }
        return fields + [line[start...]]
    }
}
