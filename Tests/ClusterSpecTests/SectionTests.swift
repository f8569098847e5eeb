import ClusterSpec
import Diagnostics
import Testing

@Suite struct SectionTests {
    @Test(arguments: [
        Finding("arora: {}", "c:1:1: error: [arora] unknown key\nc:1:1: note: did you mean aurora?"),
        Finding(
            "backend: {}",
            """
            c:1:1: error: [backend] unknown key
            c:1:1: note: the keys here are aurora, auth, pgpool, fleet, health, image, service
            """),
        Finding(
            "aurora: {writter: x}", "c:1:10: error: [aurora.writter] unknown key\nc:1:10: note: did you mean writer?"),
        Finding(
            "aurora: {tls: {ca: /x}}",
            "c:1:16: error: [aurora.tls.ca] unknown key\nc:1:16: note: the keys here are mode, ca_dir"),
        Finding(
            "pgpool: {num_init_children: 5}",
            """
            c:1:10: error: [pgpool.num_init_children] unknown key
            c:1:10: note: the keys here are version, port, weights, children, max_pool, allow, tls, parameters, owner
            """),
        Finding(
            "pgpool: {weights: {Writer: 1}}",
            "c:1:20: error: [pgpool.weights.Writer] unknown key\nc:1:20: note: did you mean writer?"),
        Finding(
            "image: {publish: {keeep: 5}}",
            "c:1:19: error: [image.publish.keeep] unknown key\nc:1:19: note: did you mean keep?"),
        Finding(
            "image: {volume: {sizes: 5}}",
            "c:1:18: error: [image.volume.sizes] unknown key\nc:1:18: note: did you mean size?"),
        Finding(
            "pgpool: {port: 9999, port: 9998}",
            "c:1:22: error: duplicate key 'port'\nc:1:22: note: The first one is on line 1; remove one of them."),
        Finding(
            "fleet: {}\naurora: {}\nfleet: {}\n",
            "c:3:1: error: duplicate key 'fleet'\nc:3:1: note: The first one is on line 1; remove one of them."),
        Finding(
            "- aurora",
            """
            c:1:1: error: expected keys with values here, found a list
            c:1:1: note: the keys are aurora, auth, pgpool, fleet, health, image, service
            """),
        Finding(
            "just text",
            """
            c:1:1: error: expected keys with values here, found a single value
            c:1:1: note: the keys are aurora, auth, pgpool, fleet, health, image, service
            """),
        Finding(
            "aurora: [writer]",
            """
            c:1:9: error: [aurora] expected keys with values here, found a list
            c:1:9: note: the keys are writer, reader, port, database, instance_class, max_connections, readers, other_clients, tls
            """),
        Finding(
            "pgpool: {allow: 10.0.0.0/8}",
            """
            c:1:17: error: [pgpool.allow] expected a list, found a single value
            c:1:17: note: write `allow: [first, second]`, or one item a line, each after `- `
            """),
        Finding(
            "pgpool: {allow: [~]}",
            """
            c:1:18: error: [pgpool.allow[0]] has no value
            c:1:18: note: write one after the colon, or remove the line to get the default
            """),
    ])
    func whatIsNotUnderstoodIsReported(_ finding: Finding) { finding.check() }

    @Test func everyErrorIsReportedInOneRunInTheOrderOfTheFile() {
        Finding(
            """
            image: {provider: cloud}
            pgpool:
              port: none
              weights: {writer: x}
              bogus: 1
            aurora:
              port: 1
              writer: "http://x"
              tls: {mode: maybe}
            health: {user: ghost, checks: [{operator: "="}]}
            auth: {users: [{name: ''}]}
            """,
            """
            c:1:19: error: [image.provider] 'cloud' is not one of ec2, local
            c:3:9: error: [pgpool.port] 'none' is not a whole number
            c:4:21: error: [pgpool.weights.writer] 'x' is not a number
            c:4:21: note: write a number such as 1 or 0.5
            c:5:3: error: [pgpool.bogus] unknown key
            c:5:3: note: the keys here are version, port, weights, children, max_pool, allow, tls, parameters, owner
            c:7:9: error: [aurora.port] 1 is out of range: from 1024 to 65535
            c:8:11: error: [aurora.writer] 'http://x' is a URL
            c:8:11: note: write the host alone, or host:port
            c:9:15: error: [aurora.tls.mode] 'maybe' is not one of off, require, verify-ca
            c:10:16: error: [health.user] 'ghost' is not one of auth.users
            c:10:16: note: add it there, so that its password is known
            c:10:32: error: [health.checks[0].query] is missing
            c:10:32: error: [health.checks[0].value] is missing: the operator has nothing to compare with
            c:11:16: error: [auth.users[0]] has no password
            c:11:16: note: give exactly one of secret, password_file and password_env
            c:11:23: error: [auth.users[0].name] is empty
            """
        ).check()
    }

    @Test func aLongValueIsCutInTheMessageAndControlCharactersAreReplaced() {
        let long = String(repeating: "x", count: 1_000)
        Finding(
            "pgpool: {port: \(long)}",
            "c:1:16: error: [pgpool.port] '\(long.prefix(60))…' is not a whole number"
        ).check()
        Finding(
            "pgpool: {port: \"a\\e[31m\\nb\"}",
            "c:1:16: error: [pgpool.port] 'a\u{FFFD}[31m\u{FFFD}b' is not a whole number"
        ).check()
    }

    @Test func warningsDoNotStopASpec() throws {
        let spec = try spec("aurora: {database: postgres}\nauth: {users: [{name: a, secret: s}]}")
        #expect(spec.warnings.map(\.key) == ["aurora.database"])
    }
}
