package import ClusterSpec
package import Diagnostics

/// The grammar of pgpool.conf: `key = value`, one a line.
package enum PgpoolConfFile {
    package static let name = "pgpool.conf"

    /// The longest values that pgpool keeps, in bytes, by parameter; it silently cuts what is longer.
    /// Measured on 4.3.5; for host names its own documentation of 127 is the smaller bound.
    package static let longest: [String: Int] = [
        "backend_hostname": Endpoint.longestHost, "hostname": Endpoint.longestHost,
        "heartbeat_hostname": Endpoint.longestHost, "backend_data_directory": 254, "backend_application_name": 62,
        "heartbeat_device": 14,
    ]

    /// The value as pgpool.conf holds it. Refuses what the grammar cannot carry: a string has no escapes.
    package static func write(
        _ value: ParameterValue, for parameter: Catalogue.Parameter
    ) throws(Malformed) -> String {
        switch value {
        case .bool, .int, .octal, .double: return value.text
        case .word(let text), .string(let text):
            try checkLength(text, parameter)
            return try quote(text)
        }
    }

    /// Refuses what pgpool would cut.
    static func checkLength(_ text: String, _ parameter: Catalogue.Parameter) throws(Malformed) {
        guard let bound = longest[parameter.name], text.utf8.count > bound else { return }
        throw Malformed("is \(text.utf8.count) bytes long; pgpool cuts it at \(bound)")
    }

    /// A string in single quotes.
    package static func quote(_ text: String) throws(Malformed) -> String {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "'": throw Malformed("has a single quote, which pgpool.conf cannot carry")
            case _ where scalar.properties.generalCategory == .control && scalar != "\t":
                throw Malformed("has a line break or another control character, which pgpool.conf cannot carry")
            default: continue
            }
        }
        guard text.utf8.last != UInt8(ascii: "\\") else {
            throw Malformed("ends in a backslash, which would take the closing quote of pgpool.conf with it")
        }
        return "'\(text)'"
    }

    /// One setting as pgpool's parser takes it.
    package struct Entry: Hashable, Sendable {
        package enum Kind: Sendable {
            case string, word, integer, real, other
        }
        package var key: String
        /// The text that reaches the parameter, without quotes.
        package var value: String
        package var kind: Kind
        package var location: SourceLocation
        package var valueLocation: SourceLocation
    }

    /// What pgpool makes of a file.
    package struct Contents: Sendable {
        /// Every setting in the order of the file; of a key that is there twice the last one counts.
        package var entries: [Entry] = []
        /// Why pgpool refuses the file; nil when it takes it.
        package var refusal: Diagnostic?

        /// The value in force for each key.
        package var values: [String: String] {
            Dictionary(entries.map { ($0.key, $0.value) }, uniquingKeysWith: { _, last in last })
        }
    }

    /// Reads a file as pgpool's own lexer and parser do (`src/config/pool_config.l`, 4.3.5 and 4.6.1), with their
    /// oddities: the value of a key is whatever token comes next, even a line's end.
    package static func read(_ bytes: [UInt8], file: String) -> Contents {
        var contents = Contents()
        var lexer = PgpoolConfLexer(bytes: bytes, file: file)
        while let token = lexer.next() {
            if token.kind == .endOfLine { continue }
            guard token.kind == .key else {
                contents.refusal = Diagnostic(
                    .error, at: token.location,
                    "pgpool refuses the file here: '\(Parse.excerpt(token.text))' where a key is expected",
                    notes: ["a value with other characters than letters and digits needs single quotes"])
                return contents
            }
            var value = lexer.next()
            if value?.kind == .equals { value = lexer.next() }
            contents.entries.append(
                Entry(
                    key: token.text, value: value?.value ?? "", kind: value?.entryKind ?? .other,
                    location: token.location, valueLocation: value?.location ?? token.location))
        }
        return contents
    }
}
