package import ClusterSpec
package import Diagnostics
import Glibc

/// The grammar of pool_hba.conf: records of fields, the first that matches decides.
package enum PoolHBAFile {
    package static let name = "pool_hba.conf"

    static let longestLine = 8189
    static let longestToken = 254
    static let types = ["local", "host", "hostssl", "hostnossl"]
    static let methods = ["trust", "reject", "md5", "scram-sha-256", "cert", "password", "pam", "ldap"]
    private static let keywords = ["all", "sameuser", "samegroup", "samerole", "replication", "samehost", "samenet"]

    /// A database's or user's name as a field; quotes take every special meaning away.
    package static func write(name: String) throws(Malformed) -> String {
        guard !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw Malformed("has a control character, which pool_hba.conf cannot carry")
        }
        let isPlain =
            !name.isEmpty
            && name.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789_.-".unicodeScalars.contains($0))
            }
        guard name.utf8.count <= longestToken else {
            throw Malformed("is \(name.utf8.count) bytes long; pool_hba.conf carries \(longestToken)")
        }
        if isPlain, !keywords.contains(name.lowercased()) { return name }
        var quoted = "\""
        for scalar in name.unicodeScalars {
            if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
            quoted.unicodeScalars.append(scalar)
        }
        quoted.unicodeScalars.append("\"")
        return quoted
    }

    /// A field's item.
    package struct Token: Hashable, Sendable {
        package var text: String
        /// Begun with a quote, so that it is never a keyword.
        package var isQuoted: Bool
    }

    package struct Record: Hashable, Sendable {
        package var type: String
        package var databases: [Token]
        package var users: [Token]
        /// The address with its mask, if there is one, as they stand; nil for `local`.
        package var address: Token?
        package var mask: String?
        package var method: String
        package var options: [String]
        package var line: Int
    }

    package struct Contents: Sendable {
        package var records: [Record] = []
        /// Why pgpool drops the whole file; empty when it takes it.
        package var refusals: [Diagnostic] = []
    }

    /// Reads a file as pgpool does (`src/auth/pool_hba.c`): with one refusal the whole file counts for nothing.
    package static func read(_ bytes: [UInt8], file: String) -> Contents {
        var contents = Contents()
        for (number, line) in lines(of: bytes) {
            let location = SourceLocation(file: file, line: number, column: 1)
            do throws(Malformed) {
                // The buffer has one byte more for a line that has no end.
                let longest = line.endIndex == bytes.endIndex ? longestLine + 1 : longestLine
                guard line.count <= longest else { throw Malformed("is longer than \(longestLine) bytes") }
                let fields = try fields(of: line.prefix { $0 != 0 })
                if !fields.isEmpty { contents.records.append(try record(fields, line: number)) }
            } catch {
                contents.refusals.append(
                    Diagnostic(.error, at: location, error.message, notes: error.notes))
            }
        }
        if contents.records.isEmpty, contents.refusals.isEmpty {
            contents.refusals.append(
                Diagnostic(
                    .error, at: SourceLocation(file: file, line: 1, column: 1), "there is no record in this file"))
        }
        return contents
    }

    private static func record(_ fields: [[Token]], line: Int) throws(Malformed) -> Record {
        func single(_ index: Int, _ what: String) throws(Malformed) -> Token {
            guard index < fields.count else { throw Malformed("the line ends before the \(what)") }
            guard fields[index].count == 1, let token = fields[index].first else {
                throw Malformed("the \(what) is a list")
            }
            return token
        }
        let type = try single(0, "type").text
        guard types.contains(type) else {
            let near = nearestName(to: type, in: types).map { "did you mean \($0)?" }
            throw Malformed("'\(Parse.excerpt(type))' is not a connection type", notes: near.map { [$0] } ?? [])
        }
        guard fields.count > 1 else { throw Malformed("the line ends before the database") }
        guard fields.count > 2 else { throw Malformed("the line ends before the user") }
        var next = 3
        var address: Token?
        var mask: String?
        if type != "local" {
            let token = try single(next, "address")
            next += 1
            address = token
            if let bits = try numericBits(of: token) {
                let text = try single(next, "mask").text
                next += 1
                guard addressBits(text) == bits else {
                    throw Malformed("'\(Parse.excerpt(text))' is not a mask for \(Parse.excerpt(token.text))")
                }
                mask = text
            }
        }
        let method = try single(next, "method").text
        guard methods.contains(method) else {
            let near = nearestName(to: method, in: methods).map { "did you mean \($0)?" }
            throw Malformed(
                "'\(Parse.excerpt(method))' is not an authentication method", notes: near.map { [$0] } ?? [])
        }
        let options = fields[(next + 1)...].flatMap { $0.map(\.text) }
        for option in options { try check(option: option, of: method) }
        return Record(
            type: type, databases: fields[1], users: fields[2], address: address, mask: mask, method: method,
            options: options, line: line)
    }

    private static let options = ["pamservice", "pam_use_hostname", "backend_use_passwd"]
    private static let ldapOptions = [
        "ldapurl", "ldaptls", "ldapscheme", "ldapserver", "ldapport", "ldapbinddn", "ldapbindpasswd",
        "ldapsearchattribute", "ldapsearchfilter", "ldapbasedn", "ldapprefix", "ldapsuffix", "backend_use_passwd",
    ]

    private static func check(option: String, of method: String) throws(Malformed) {
        let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            // It may be the rest of a password with a blank in it.
            throw Malformed("a word behind the method is not an option of the form name=value")
        }
        let name = String(parts[0])
        guard options.contains(name) || ldapOptions.contains(name) else {
            let near = nearestName(to: name, in: options + ldapOptions).map { "did you mean \($0)?" }
            throw Malformed("an option behind the method is none that pgpool knows", notes: near.map { [$0] } ?? [])
        }
        guard method == "ldap" || !ldapOptions.contains(name) else {
            throw Malformed("'\(name)' is an option of the method ldap")
        }
    }

    /// The bits of a numeric address that has no prefix length and is followed by a mask; nil for a keyword, a host name
    /// and an address with its prefix length.
    private static func numericBits(of token: Token) throws(Malformed) -> Int? {
        if !token.isQuoted, ["all", "samehost", "samenet"].contains(token.text) { return nil }
        let parts = token.text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let bits = addressBits(String(parts[0]))
        guard parts.count == 2 else { return bits }
        guard let bits else {
            throw Malformed("'\(Parse.excerpt(token.text))' has a prefix length behind a host name")
        }
        guard let length = Int(parts[1]), (0...bits).contains(length) else {
            throw Malformed("'/\(Parse.excerpt(String(parts[1])))' is not a prefix length: it is from 0 to \(bits)")
        }
        return nil
    }

    /// 32 or 128 for what `getaddrinfo` takes for a numeric address, glibc's short forms such as `10.1` included.
    private static func addressBits(_ text: String) -> Int? {
        if let bytes = CIDRBlock.addressBytes(text) { return bytes.count * 8 }
        var address = in_addr()
        return !text.contains(" ") && inet_aton(text, &address) != 0 ? 32 : nil
    }

    /// The fields of a line, each a list of tokens.
    static func fields(of line: ArraySlice<UInt8>) throws(Malformed) -> [[Token]] {
        var fields: [[Token]] = []
        var index = line.startIndex
        var joins = false
        while true {
            while index < line.endIndex, isBlank(line[index]) || line[index] == UInt8(ascii: ",") {
                index += 1
            }
            guard index < line.endIndex, line[index] != UInt8(ascii: "#"), line[index] != 0 else { return fields }
            let (token, endedByComma) = try token(in: line, at: &index)
            if !token.isQuoted, token.text.hasPrefix("@"), token.text.utf8.count > 1 {
                throw Malformed("'\(Parse.excerpt(token.text))' includes another file, which is not followed here")
            }
            if joins { fields[fields.count - 1].append(token) } else { fields.append([token]) }
            joins = endedByComma
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private static func token(
        in line: ArraySlice<UInt8>, at index: inout Int
    ) throws(Malformed) -> (Token, endedByComma: Bool) {
        let isQuoted = line[index] == UInt8(ascii: "\"")
        var text: [UInt8] = []
        var inQuotes = false
        var wasQuote = false
        var endedByComma = false
        while index < line.endIndex {
            let byte = line[index]
            if !inQuotes, isBlank(byte) || byte == UInt8(ascii: "#") { break }
            guard text.count <= longestToken else { throw Malformed("a field is longer than \(longestToken) bytes") }
            if !inQuotes, byte == UInt8(ascii: ",") {
                endedByComma = true
                index += 1
                break
            }
            if byte == UInt8(ascii: "\"") {
                // The second of two quotes inside quotes is the character itself.
                if !inQuotes, wasQuote { text.append(byte) }
                wasQuote = inQuotes
                inQuotes.toggle()
            } else {
                wasQuote = false
                text.append(byte)
            }
            index += 1
        }
        return (Token(text: String(decoding: text, as: UTF8.self), isQuoted: isQuoted), endedByComma)
    }
}
