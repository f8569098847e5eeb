import ClusterSpec
import Diagnostics
import PgpoolConfig
import Testing

/// What pgpool makes of a file: its records field by field, or why it drops the file.
private func reading(_ text: String) -> String {
    let contents = PoolHBAFile.read(Array(text.utf8), file: "f")
    guard contents.refusals.isEmpty else { return contents.refusals.map(\.description).joined(separator: "\n") }
    func show(_ token: PoolHBAFile.Token) -> String { token.isQuoted ? "<\(token.text)>" : token.text }
    return contents.records.map { record in
        var fields = [record.type]
        fields += [record.databases, record.users].map { $0.map(show).joined(separator: ",") }
        fields += [record.address.map(show), record.mask, record.method].compactMap(\.self) + record.options
        return fields.joined(separator: " | ")
    }.joined(separator: "\n")
}

@Suite struct PoolHBAFileTests {
    @Test(arguments: [
        ("host all all 10.0.0.0/8 trust\n", "host | all | all | 10.0.0.0/8 | trust"),
        ("local\tall\tall\ttrust", "local | all | all | trust"),
        ("hostssl db app ::1/128 scram-sha-256\r\n\r\n", "hostssl | db | app | ::1/128 | scram-sha-256"),
        ("hostnossl a,b c,d all reject\n", "hostnossl | a,b | c,d | all | reject"),
        ("# c\n\n  # d\nlocal a b md5 # e\n", "local | a | b | md5"),
        ("host all all 127.0.0.1 255.255.255.255 trust\n", "host | all | all | 127.0.0.1 | 255.255.255.255 | trust"),
        ("host all all localhost trust\n", "host | all | all | localhost | trust"),
        ("host all all .example.com trust\n", "host | all | all | .example.com | trust"),
        ("host all all samenet cert\n", "host | all | all | samenet | cert"),
        // Quoted, it is a host of that name.
        ("host all all \"all\" trust\n", "host | all | all | <all> | trust"),
        // A typo of an address is a host name.
        ("host all all 127.0.0.300 trust\n", "host | all | all | 127.0.0.300 | trust"),
        ("host all all [::1] trust\n", "host | all | all | [::1] | trust"),
        // glibc's short forms of an address.
        ("host all all 127.1/16 trust\n", "host | all | all | 127.1/16 | trust"),
        ("host all all 10 255.0.0.0 trust\n", "host | all | all | 10 | 255.0.0.0 | trust"),
        ("host all all 10.0.0.0/+08 trust\n", "host | all | all | 10.0.0.0/+08 | trust"),
        ("host all all 10.1.2.3/8 password\n", "host | all | all | 10.1.2.3/8 | password"),
        ("local a b pam pamservice=x\n", "local | a | b | pam | pamservice=x"),
        ("\"host\" a b all trust\n", "host | a | b | all | trust"),
        ("local replication +group trust\n", "local | replication | +group | trust"),
    ])
    func recordsHaveTheirFields(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    @Test(arguments: [
        // Comma: the next token belongs to the same field, whatever blanks and commas are between.
        ("local x,,  \"foo\" , y trust\n", "local | x,<foo> | y | trust"),
        ("local a, b u trust\n", "local | a,b | u | trust"), ("local a,,b u trust,\n", "local | a,b | u | trust"),
        ("local a ,b u trust\n", "f:1:1: error: 'u' is not an authentication method"),
        ("local a b,\n", "f:1:1: error: the line ends before the method"),
        // `#` outside quotes, also within a word.
        ("local abc#def u trust\n", "f:1:1: error: the line ends before the user"),
        ("local \"a#b\" u trust\n", "local | <a#b> | u | trust"),
        ("local \"a b,c\" u trust\n", "local | <a b,c> | u | trust"),
        ("local \"post\"\"gres\" u trust\n", "local | <post\"gres> | u | trust"),
        ("local \"\" u trust\n", "local | <> | u | trust"),
        ("local al\"l\" \"al\"l trust\n", "local | all | <all> | trust"),
        ("local \"a u trust\n", "f:1:1: error: the line ends before the user"),
        ("local a\\ b trust\n", "local | a\\ | b | trust"),
        ("local \"@x\" @ trust\n", "local | <@x> | @ | trust"),
        ("local a\u{A0}b u trust\n", "local | a\u{A0}b | u | trust"),
        ("local a\u{0B}b u trust\n", "local | a\u{0B}b | u | trust"),
        // A NUL hides the rest of the line.
        ("local a b trust\0 garbage\n", "local | a | b | trust"),
        ("local a b\0 trust\n", "f:1:1: error: the line ends before the method"),
    ])
    func fieldsAreSplitAsPgpoolSplitsThem(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    @Test(arguments: [
        ("", "f:1:1: error: there is no record in this file"),
        ("# c\n", "f:1:1: error: there is no record in this file"),
        ("HOST all all all trust\n", "f:1:1: error: 'HOST' is not a connection type\nf:1:1: note: did you mean host?"),
        ("hostgssenc all all all trust\n", "f:1:1: error: 'hostgssenc' is not a connection type"),
        ("include x\n", "f:1:1: error: 'include' is not a connection type"),
        ("\u{FEFF}local a b trust\n", "f:1:1: error: '\u{FEFF}local' is not a connection type"),
        ("local,host a b trust\n", "f:1:1: error: the type is a list"),
        ("local\n", "f:1:1: error: the line ends before the database"),
        ("local a\n", "f:1:1: error: the line ends before the user"),
        ("local a b\n", "f:1:1: error: the line ends before the method"),
        ("host a b\n", "f:1:1: error: the line ends before the address"),
        ("host a b 10.0.0.1,10.0.0.2 trust\n", "f:1:1: error: the address is a list"),
        ("host a b 10.0.0.1 trust\n", "f:1:1: error: 'trust' is not a mask for 10.0.0.1"),
        ("host a b 10.0.0.1\n", "f:1:1: error: the line ends before the mask"),
        ("host a b 10.0.0.1 ffff:: trust\n", "f:1:1: error: 'ffff::' is not a mask for 10.0.0.1"),
        ("host a b 10.0.0.0/33 trust\n", "f:1:1: error: '/33' is not a prefix length: it is from 0 to 32"),
        ("host a b 10.0.0.0/8x trust\n", "f:1:1: error: '/8x' is not a prefix length: it is from 0 to 32"),
        ("host a b ::/129 trust\n", "f:1:1: error: '/129' is not a prefix length: it is from 0 to 128"),
        ("host a b some.host/8 trust\n", "f:1:1: error: 'some.host/8' has a prefix length behind a host name"),
        ("host a b 10.0.0.0/8 255.0.0.0 trust\n", "f:1:1: error: '255.0.0.0' is not an authentication method"),
        ("local a b ident\n", "f:1:1: error: 'ident' is not an authentication method"),
        (
            "local a b scram\n",
            "f:1:1: error: 'scram' is not an authentication method\nf:1:1: note: did you mean scram-sha-256?"
        ),
        ("local a b md5,trust\n", "f:1:1: error: the method is a list"),
        ("local a b trust map\n", "f:1:1: error: a word behind the method is not an option of the form name=value"),
        ("local a b trust map=x\n", "f:1:1: error: an option behind the method is none that pgpool knows"),
        ("local a b cert clientcert=1\n", "f:1:1: error: an option behind the method is none that pgpool knows"),
        ("local a b md5 ldapserver=x\n", "f:1:1: error: 'ldapserver' is an option of the method ldap"),
        ("local @users b trust\n", "f:1:1: error: '@users' includes another file, which is not followed here"),
        (
            "local a b trust\nbad\nlocal c d nope\n",
            """
            f:2:1: error: 'bad' is not a connection type
            f:3:1: error: 'nope' is not an authentication method
            """
        ),
    ])
    func oneBadLineDropsTheFile(_ text: String, _ expected: String) { #expect(reading(text) == expected) }

    /// Measured: 255 bytes before a blank or the line's end, 254 before a comma or a closing quote.
    @Test func tokensHaveABound() {
        let tooLong = "f:1:1: error: a field is longer than 254 bytes"
        func token(_ count: Int) -> String { String(repeating: "x", count: count) }
        #expect(reading("local \(token(255)) b trust\n") == "local | \(token(255)) | b | trust")
        #expect(reading("local \(token(256)) b trust\n") == tooLong)
        #expect(reading("local \(token(254)),a b trust\n") == "local | \(token(254)),a | b | trust")
        #expect(reading("local \(token(255)),a b trust\n") == tooLong)
        #expect(reading("local \"\(token(254))\" b trust\n") == "local | <\(token(254))> | b | trust")
        #expect(reading("local \"\(token(255))\" b trust\n") == tooLong)
    }

    /// Measured: 8,189 bytes and a line feed; without one 8,190.
    @Test(arguments: [(8_189, true, true), (8_190, true, false), (8_190, false, true), (8_191, false, false)])
    func linesHaveABound(_ length: Int, _ hasLineEnd: Bool, _ isTaken: Bool) {
        let record = "local a b trust\n"
        let comment = "#" + String(repeating: "c", count: length - 1)
        let text = record + comment + (hasLineEnd ? "\n" : "")
        #expect(reading(text) == (isTaken ? "local | a | b | trust" : "f:2:1: error: is longer than 8189 bytes"))
    }

    @Test(arguments: [
        ("app", "app"), ("app_1.x-y", "app_1.x-y"), ("all", "\"all\""), ("ALL", "\"ALL\""),
        ("sameuser", "\"sameuser\""),
        ("replication", "\"replication\""), ("", "\"\""), ("a b", "\"a b\""), ("a,b", "\"a,b\""), ("a#b", "\"a#b\""),
        ("@file", "\"@file\""), ("+group", "\"+group\""), ("/regex", "\"/regex\""), ("a\"b", "\"a\"\"b\""),
        ("\"", "\"\"\"\""), ("a\"\u{301}b", "\"a\"\"\u{301}b\""), ("\u{FC}", "\"\u{FC}\""), ("a\\", "\"a\\\""),
        ("a'b", "\"a'b\""),
        ("a\nb", "refused: has a control character, which pool_hba.conf cannot carry"),
        ("a\tb", "refused: has a control character, which pool_hba.conf cannot carry"),
        ("a\0b", "refused: has a control character, which pool_hba.conf cannot carry"),
    ])
    func namesAreQuotedWhereTheyMustBe(_ name: String, _ expected: String) {
        #expect(written { () throws(Malformed) in try PoolHBAFile.write(name: name) } == expected)
    }

    @Test func aNameIsNotLongerThanPgpoolReadsInQuotes() {
        let longest = String(repeating: " ", count: 254)
        #expect(written { () throws(Malformed) in try PoolHBAFile.write(name: longest) } == "\"\(longest)\"")
        #expect(
            written { () throws(Malformed) in try PoolHBAFile.write(name: longest + " ") }
                == "refused: is 255 bytes long; pool_hba.conf carries 254")
    }
}
