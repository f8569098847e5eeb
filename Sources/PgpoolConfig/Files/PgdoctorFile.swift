package import ClusterSpec
import Diagnostics

/// The grammar of pgdoctor.cfg: `key = value` lines and SQL checks. Every line that is no known key is a check.
package enum PgdoctorFile {
    package static let name = "pgdoctor.cfg"

    /// The longest line that the C pgdoctor reads whole, in bytes without its end.
    static let longestLine = 1022
    /// The longest connection string that it can build, in bytes.
    static let longestConnectionString = 255

    /// The keys, in the order in which we write them.
    package static let keys = [
        "http_port", "syslog_facility", "pg_host", "pg_port", "pg_user", "pg_password", "pg_database",
        "pg_connection_timeout",
    ]
    /// A key of the original that the fork takes for SQL; read, never written.
    static let dropped = "pg_max_replication_lag"
    /// The keys whose values are numbers; the others of `pg_` go through libpq's connection string parser.
    static let numbers = ["http_port", "pg_port", "pg_connection_timeout", dropped]

    /// A value of a connection parameter. It goes through libpq's own parser, so blanks and quotes can be quoted; `#`
    /// and `=` cannot be carried at all.
    package static func write(connectionValue text: String) throws(Malformed) -> String {
        if let bad = text.unicodeScalars.first(where: { $0 == "#" || $0 == "=" }) {
            throw Malformed("has a '\(bad)', which pgdoctor.cfg cannot carry")
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Malformed("has a control character, which pgdoctor.cfg cannot carry")
        }
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "'" && $0 != "\\" && $0 != "\"" }
        if isPlain { return text }
        var quoted = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "'"
    }

    /// Refuses values, as written, that make a connection string longer than the C program's buffer, which cuts it.
    static func checkConnectionString(of values: [String]) throws(Malformed) {
        let frame = "host= port= dbname= user= password= connect_timeout= sslmode=disable"
        let length = frame.utf8.count + values.reduce(0) { $0 + $1.utf8.count }
        guard length <= longestConnectionString else {
            throw Malformed(
                "the user's and the database's names make a connection string of \(length) bytes; pgdoctor cuts it at "
                    + "\(longestConnectionString)",
                notes: ["pick a health user whose name is shorter, or has fewer quotes and backslashes"])
        }
    }

    /// An SQL check as one line.
    package static func write(_ check: Health.Check) throws(Malformed) -> String {
        try refuseInCheck(check.query.value, what: "the query")
        var line = "\"\(check.query.value)\""
        if let comparison = check.comparison {
            try refuseInCheck(comparison.value, what: "the value")
            line += " \(comparison.operator.rawValue) \"\(comparison.value)\""
        }
        guard line.utf8.count <= longestLine else {
            throw Malformed(
                "is \(line.utf8.count) bytes long; pgdoctor reads \(longestLine)", notes: ["put it into a view"])
        }
        return line
    }

    private static func refuseInCheck(_ text: String, what: String) throws(Malformed) {
        if let bad = text.unicodeScalars.first(where: { $0 == "\"" || $0 == "#" }) {
            throw Malformed(
                "\(what) has a '\(bad)', which pgdoctor.cfg cannot carry",
                notes: ["put the query into a view or function"])
        }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw Malformed(
                "\(what) has a line break, which pgdoctor.cfg cannot carry", notes: ["write it on one line"])
        }
        guard text.unicodeScalars.first?.properties.isWhitespace == false,
            text.unicodeScalars.last?.properties.isWhitespace == false
        else { throw Malformed("\(what) begins or ends with a blank, or is empty") }
    }

    /// A check as the C program takes it.
    package struct Check: Hashable, Sendable {
        package var query: String
        package var symbol: String?
        package var expected: String?
        package var line: Int
        /// Whether the line begins with a quote. The C program takes any other line for SQL as well.
        package var isQuoted = true
    }

    /// What the C program makes of a file.
    package struct Contents: Sendable {
        /// The last value of each key, in lower case.
        package var values: [String: String] = [:]
        /// The line of each key that counts.
        package var keyLines: [String: Int] = [:]
        package var checks: [Check] = []
        /// The lines that make the program stop at start.
        package var fatalLines: [Int] = []

        /// A value as libpq's connection string parser takes it; nil when the key is missing or its quotes do not close.
        package func connectionValue(_ key: String) -> String? { values[key].flatMap(PgdoctorFile.unquote) }
    }

    /// Reads a file as the C pgdoctor does: a `#` cuts the line anywhere, a second `=` cuts the value.
    package static func read(_ bytes: [UInt8]) -> Contents {
        var contents = Contents()
        for (number, whole) in lines(of: bytes) {
            var rest = whole
            while !rest.isEmpty {
                let part = rest.prefix(longestLine + 1)
                rest = rest.dropFirst(part.count)
                read(line: trim(part.prefix { $0 != UInt8(ascii: "#") }), number: number, into: &contents)
            }
        }
        return contents
    }

    private static func read(line: ArraySlice<UInt8>, number: Int, into contents: inout Contents) {
        guard !line.isEmpty else { return }
        let pieces = line.split(separator: UInt8(ascii: "="))
        let key = pieces.first.map { text(trim($0)).lowercased() } ?? ""
        if keys.contains(key) || key == dropped {
            let value = pieces.count > 1 ? text(trim(pieces[1])) : ""
            contents.values[key] = value
            contents.keyLines[key] = number
            // The program hands the missing text of a number to strtol as a null pointer.
            if value.isEmpty, numbers.contains(key) { contents.fatalLines.append(number) }
            return
        }
        let quoted = line.split(separator: UInt8(ascii: "\""))
        guard let query = quoted.first else {
            contents.fatalLines.append(number)
            return
        }
        let symbol = quoted.count > 1 ? text(trim(quoted[1])) : nil
        let expected = quoted.count > 2 ? text(trim(quoted[2])) : nil
        if symbol?.isEmpty == false, expected == nil {
            contents.fatalLines.append(number)
            return
        }
        contents.checks.append(
            Check(
                query: text(query), symbol: symbol, expected: expected, line: number,
                isQuoted: line.first == UInt8(ascii: "\"")))
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

    /// Without what C's `isspace` takes for a blank.
    private static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        var bytes = bytes
        while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return bytes
    }

    /// A value through libpq's connection string parser; nil when it does not end where the value does.
    private static func unquote(_ text: String) -> String? {
        var result = String.UnicodeScalarView()
        var scalars = Array(text.unicodeScalars)[...]
        let isQuoted = scalars.first == "'"
        if isQuoted { scalars.removeFirst() }
        while let scalar = scalars.popFirst() {
            if isQuoted, scalar == "'" { return scalars.isEmpty ? String(result) : nil }
            if !isQuoted, scalar.properties.isWhitespace { return nil }
            if scalar == "\\" {
                if let next = scalars.popFirst() { result.append(next) }
            } else {
                result.append(scalar)
            }
        }
        return isQuoted || result.isEmpty ? nil : String(result)
    }
}
