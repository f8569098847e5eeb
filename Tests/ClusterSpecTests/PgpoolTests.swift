import ClusterSpec
import Diagnostics
import Testing

@Suite struct PgpoolTests {
    @Test(arguments: [
        Finding("pgpool: {port: 1023}", "c:1:16: error: [pgpool.port] 1023 is out of range: from 1024 to 65535"),
        Finding(
            "pgpool: {weights: {writer: -1}}",
            "c:1:28: error: [pgpool.weights.writer] -1 is out of range: a weight is from 0 to 100000000"),
        Finding(
            "pgpool: {weights: {reader: 100000001}}",
            "c:1:28: error: [pgpool.weights.reader] 100000001 is out of range: a weight is from 0 to 100000000"),
        Finding(
            "pgpool: {weights: {reader: 1e3}}",
            "c:1:28: error: [pgpool.weights.reader] '1e3' is not a number\nc:1:28: note: write a number such as 1 or 0.5"
        ),
        Finding(
            "pgpool: {weights: {reader: inf}}",
            "c:1:28: error: [pgpool.weights.reader] 'inf' is not a number\nc:1:28: note: write a number such as 1 or 0.5"
        ),
        Finding(
            "pgpool: {weights: {writer: 0, reader: 0}}",
            """
            c:1:28: error: [pgpool.weights] both weights are 0, so no node would serve reads
            c:1:28: note: give at least one of writer and reader a weight above 0
            """),
        Finding("pgpool: {children: 0}", "c:1:20: error: [pgpool.children] 0 is out of range: from 1 to 100000"),
        Finding("pgpool: {children: many}", "c:1:20: error: [pgpool.children] 'many' is not a whole number"),
        Finding("pgpool: {max_pool: 0}", "c:1:20: error: [pgpool.max_pool] 0 is out of range: from 1 to 10000"),
        Finding(
            "pgpool: {tls: {certificate: /c}}",
            """
            c:1:15: error: [pgpool.tls.key] is missing
            c:1:15: note: pgpool shows a certificate only with its key: give both
            """),
        Finding(
            "pgpool: {tls: {key: k}}",
            """
            c:1:15: error: [pgpool.tls.certificate] is missing
            c:1:15: note: pgpool shows a certificate only with its key: give both
            c:1:21: error: [pgpool.tls.key] 'k' is not an absolute path
            c:1:21: note: begin it with /
            """),
        Finding(
            "pgpool: {tls: {certificate: c, key: k}}",
            """
            c:1:29: error: [pgpool.tls.certificate] 'c' is not an absolute path
            c:1:29: note: begin it with /
            c:1:37: error: [pgpool.tls.key] 'k' is not an absolute path
            c:1:37: note: begin it with /
            """),
        Finding(
            "pgpool: {tls: /cert.pem}",
            """
            c:1:15: error: [pgpool.tls] expected keys with values here, found a single value
            c:1:15: note: the keys are certificate, key
            """),
        Finding(
            "pgpool: {parameters: [a]}",
            """
            c:1:22: error: [pgpool.parameters] expected parameters with values
            c:1:22: note: write one a line: `log_min_messages: info`
            """),
        Finding(
            "pgpool: {parameters: {a: {b: c}}}",
            "c:1:26: error: [pgpool.parameters.a] expected one value, found keys with values"),
        Finding(
            "pgpool: {parameters: {a: }}",
            """
            c:1:25: error: [pgpool.parameters.a] has no value
            c:1:25: note: write one after the colon, or remove the line to get the default
            """),
        Finding(
            "pgpool: {parameters: {a: [x, '', [y]]}}",
            """
            c:1:30: error: [pgpool.parameters.a[1]] is empty
            c:1:34: error: [pgpool.parameters.a[2]] expected one value, found a list
            """),
        Finding("pgpool: {owner: ''}", "c:1:17: error: [pgpool.owner] '' is not the name of a system user"),
        Finding("pgpool: {owner: -x}", "c:1:17: error: [pgpool.owner] '-x' is not the name of a system user"),
        Finding("pgpool: {owner: a b}", "c:1:17: error: [pgpool.owner] 'a b' is not the name of a system user"),
        Finding(
            "pgpool: {owner: \(String(repeating: "o", count: 33))}",
            "c:1:17: error: [pgpool.owner] '\(String(repeating: "o", count: 33))' is not the name of a system user"),
        Finding(
            "pgpool: {port: 8071}",
            """
            c:1:16: error: [health.port] port 8071 is pgpool's own (pgpool.port)
            c:1:16: note: pick another port; 8071 is the default
            """),
        Finding(
            "pgpool: {port: 7000}\nhealth: {port: 7000}",
            """
            c:2:16: error: [health.port] port 7000 is pgpool's own (pgpool.port)
            c:2:16: note: pick another port; 8071 is the default
            """),
        Finding(
            "aurora: {tls: {mode: off}}\npgpool: {tls: {certificate: /c, key: /k}}",
            "c:1:22: warning: [aurora.tls.mode] pgpool has one switch for TLS: with pgpool.tls it is tried on the side of Aurora too"
        ),
    ])
    func badValuesAreReported(_ finding: Finding) { finding.check() }

    @Test func aWeightMayBeAFraction() throws {
        let weights = try spec("pgpool: {weights: {writer: .5, reader: +2.50}}").pgpool.weights
        #expect(weights.writer.value == 0.5)
        #expect(weights.reader.value == 2.5)
        #expect(try spec("pgpool: {weights: {writer: 0}}").pgpool.weights.writer.value == 0)
    }

    @Test func childrenAreANumberOrAuto() throws {
        #expect(try spec("pgpool: {children: 12}").pgpool.children.value == .count(12))
        #expect(try spec("pgpool: {children: auto}").pgpool.children.value == .auto)
    }

    @Test func parametersKeepTheirTextAndOrder() throws {
        let parameters = try spec(
            """
            pgpool:
              parameters:
                ssl_ciphers: 'HIGH:!aNULL'
                log_statement: off
                child_life_time: 5min
                failover_command: ''
                write_function_list: [nextval, "set\\tval"]
                reset_query_list: []
                "odd key": null_is_text
            """.replacing("\\t", with: "")
        ).pgpool.parameters
        #expect(
            parameters.map(\.name) == [
                "ssl_ciphers", "log_statement", "child_life_time", "failover_command", "write_function_list",
                "reset_query_list", "odd key",
            ])
        #expect(
            parameters.map(\.value.value) == [
                .one("HIGH:!aNULL"), .one("off"), .one("5min"), .one(""), .items(["nextval", "setval"]), .items([]),
                .one("null_is_text"),
            ])
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8", false), ("0.0.0.0/0", "0.0.0.0/0", false), ("192.0.2.1/32", "192.0.2.1/32", false),
        ("fd00::/8", "fd00::/8", true), ("::/0", "::/0", true), ("'2001:db8::1/128'", "2001:db8::1/128", true),
    ])
    func networksAreAddressesWithAPrefixLength(_ text: String, _ description: String, _ isIPv6: Bool) throws {
        let network = try spec("pgpool: {allow: ['\(text.filter { $0 != "'" })']}").pgpool.allow.first?.value
        #expect(network?.description == description)
        #expect(network?.isIPv6 == isIPv6)
        #expect(network?.hasHostBits == false)
    }

    @Test(arguments: [
        ("10.0.0.0", "'10.0.0.0' has no prefix length", "for this one address write 10.0.0.0/32"),
        ("fd00::1", "'fd00::1' has no prefix length", "for this one address write fd00::1/128"),
        ("10.0.0.0/8/8", "'10.0.0.0/8/8' has no prefix length", "for this one address write 10.0.0.0/32"),
        ("10.0/8", "'10.0/8' is not a network", "write an address and a prefix length: 10.0.0.0/8, or fd00::/8"),
        (
            "10.0.0.256/8", "'10.0.0.256/8' is not a network",
            "write an address and a prefix length: 10.0.0.0/8, or fd00::/8"
        ),
        (
            "010.0.0.0/8", "'010.0.0.0/8' is not a network",
            "write an address and a prefix length: 10.0.0.0/8, or fd00::/8"
        ),
        ("all", "'all' is not a network", "write an address and a prefix length: 10.0.0.0/8, or fd00::/8"),
        ("", "'' is not a network", "write an address and a prefix length: 10.0.0.0/8, or fd00::/8"),
        ("10.0.0.0/33", "'/33' is not a prefix length: it is from 0 to 32", nil),
        ("10.0.0.0/", "'/' is not a prefix length: it is from 0 to 32", nil),
        ("10.0.0.0/-1", "'/-1' is not a prefix length: it is from 0 to 32", nil),
        ("10.0.0.0/255.0.0.0", "'/255.0.0.0' is not a prefix length: it is from 0 to 32", nil),
        ("fd00::/129", "'/129' is not a prefix length: it is from 0 to 128", nil),
    ])
    func badNetworksAreReported(_ text: String, _ message: String, _ note: String?) {
        let first = "c:1:18: error: [pgpool.allow[0]] \(message)"
        #expect(
            findings(in: "pgpool: {allow: ['\(text)']}")
                == (note.map { "\(first)\nc:1:18: note: \($0)" } ?? first))
    }

    @Test(arguments: [("10.1.2.3/8", 32), ("fd00::1/64", 128)])
    func bitsBehindThePrefixAreWarnedOf(_ network: String, _ bits: Int) {
        let address = network.prefix { $0 != "/" }
        #expect(
            findings(in: "pgpool: {allow: ['\(network)']}") == """
                c:1:18: warning: [pgpool.allow] \(network) means the whole network: bits behind the prefix are ignored
                c:1:18: note: for the one address write \(address)/\(bits)
                """)
    }
}
