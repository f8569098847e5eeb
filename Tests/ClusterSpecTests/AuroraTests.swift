import ClusterSpec
import Diagnostics
import Testing
import YAMLDocument

@Suite struct AuroraTests {
    @Test(arguments: [
        Finding("aurora: {port: 80}", "c:1:16: error: [aurora.port] 80 is out of range: from 1024 to 65535"),
        Finding("aurora: {port: 65536}", "c:1:16: error: [aurora.port] 65536 is out of range: from 1024 to 65535"),
        Finding("aurora: {port: pg}", "c:1:16: error: [aurora.port] 'pg' is not a whole number"),
        Finding("aurora: {port: 5432.0}", "c:1:16: error: [aurora.port] '5432.0' is not a whole number"),
        Finding("aurora: {port: ''}", "c:1:16: error: [aurora.port] '' is not a whole number"),
        Finding(
            "aurora: {port: 5_432}",
            "c:1:16: error: [aurora.port] '5_432' is not a whole number\nc:1:16: note: write 5432"),
        Finding(
            "aurora: {port: 99999999999999999999}",
            "c:1:16: error: [aurora.port] '99999999999999999999' is not a whole number"),
        Finding(
            "aurora:\n  port:\n",
            """
            c:2:8: error: [aurora.port] has no value
            c:2:8: note: write one after the colon, or remove the line to get the default
            """),
        Finding("aurora: {port: [5432]}", "c:1:16: error: [aurora.port] expected one value, found a list"),
        Finding("aurora: {port: {a: 1}}", "c:1:16: error: [aurora.port] expected one value, found keys with values"),
        Finding("aurora: {database: ''}", "c:1:20: error: [aurora.database] is empty"),
        Finding(
            "aurora: {database: \"a\\nb\"}",
            "c:1:20: error: [aurora.database] has a line break or another control character"),
        Finding(
            "aurora: {database: \(String(repeating: "d", count: 64))}",
            "c:1:20: error: [aurora.database] is 64 bytes long; PostgreSQL's names end at 63"),
        Finding(
            "aurora: {database: postgres}",
            """
            c:1:20: warning: [aurora.database] pgpool never pools connections to the database 'postgres'
            c:1:20: note: name the application's own database
            """),
        Finding(
            "aurora: {instance_class: m5.large}",
            """
            c:1:26: error: [aurora.instance_class] 'm5.large' is not a DB instance class
            c:1:26: note: write one such as db.r6g.large
            """),
        Finding(
            "aurora: {instance_class: db.serverless}",
            """
            c:1:26: error: [aurora.instance_class] max_connections of db.serverless depends on its capacity
            c:1:26: note: give `max_connections`, as `SHOW max_connections` prints it on the writer
            """),
        Finding(
            "aurora: {instance_class: db.q1.large}",
            """
            c:1:26: error: [aurora.instance_class] the memory of 'db.q1.large' is not known
            c:1:26: note: give `max_connections` instead, as `SHOW max_connections` prints it on the writer
            """),
        Finding(
            "aurora: {max_connections: 0}",
            "c:1:27: error: [aurora.max_connections] 0 is out of range: from 1 to 262143"),
        Finding(
            "aurora: {max_connections: 262144}",
            "c:1:27: error: [aurora.max_connections] 262144 is out of range: from 1 to 262143"),
        Finding(
            "aurora: {max_connections: '5,000'}",
            "c:1:27: error: [aurora.max_connections] '5,000' is not a whole number\nc:1:27: note: write 5000"),
        Finding("aurora: {readers: -1}", "c:1:19: error: [aurora.readers] -1 is out of range: from 0 to 15"),
        Finding("aurora: {readers: 16}", "c:1:19: error: [aurora.readers] 16 is out of range: from 0 to 15"),
        Finding(
            "aurora: {other_clients: -1}",
            "c:1:25: error: [aurora.other_clients] -1 is out of range: from 0 to 100000"),
        Finding(
            "aurora: {tls: {mode: verify}}",
            """
            c:1:22: error: [aurora.tls.mode] 'verify' is not one of off, require, verify-ca
            c:1:22: note: did you mean verify-ca?
            """),
        Finding(
            "aurora: {tls: {mode: true}}",
            "c:1:22: error: [aurora.tls.mode] 'true' is not one of off, require, verify-ca"),
        Finding(
            "aurora: {tls: {ca_dir: ca}}",
            "c:1:24: error: [aurora.tls.ca_dir] 'ca' is not an absolute path\nc:1:24: note: begin it with /"),
        Finding(
            "aurora: {tls: require}",
            """
            c:1:15: error: [aurora.tls] expected keys with values here, found a single value
            c:1:15: note: the keys are mode, ca_dir
            """),
    ])
    func badValuesAreReported(_ finding: Finding) { finding.check() }

    @Test func aWordIsAWordEvenWhereYAMLSeesATruthValue() throws {
        #expect(try spec("aurora: {tls: {mode: off}}").aurora.tls.mode.value == .off)
    }

    @Test(arguments: [
        ("db.internal", Endpoint(host: "db.internal")), ("db.internal:6432", Endpoint(host: "db.internal", port: 6432)),
        ("10.1.2.3", Endpoint(host: "10.1.2.3")), ("10.1.2.3:1024", Endpoint(host: "10.1.2.3", port: 1024)),
        ("'fd00::1'", Endpoint(host: "fd00::1")), ("'[fd00::1]'", Endpoint(host: "fd00::1")),
        ("'[fd00::1]:65535'", Endpoint(host: "fd00::1", port: 65535)),
        ("db.internal.", Endpoint(host: "db.internal.")), ("under_score-1", Endpoint(host: "under_score-1")),
    ])
    func endpointsHaveManyForms(_ text: String, _ expected: Endpoint) throws {
        #expect(try spec("aurora: {writer: \(text)}").aurora.writer?.value == expected)
    }

    @Test(arguments: [
        ("''", "has no host"), ("':5432'", "has no host"), ("'[]:5432'", "has no host"),
        ("h:80", "80 is out of range: from 1024 to 65535"), ("'h:'", "'' is not a whole number"),
        ("h:x", "'x' is not a whole number"), ("'[fd00::1'", "has no closing bracket"),
        ("'[fd00::1]5432'", "has text behind the bracket"),
    ])
    func badEndpointsAreReported(_ text: String, _ message: String) {
        #expect(findings(in: "aurora: {writer: \(text)}") == "c:1:18: error: [aurora.writer] \(message)")
    }

    @Test(arguments: [
        "a b", "a..b", "-a", "a.-b", "a/b", "h;x", "h'x", "é", "h,i", "a:b:c",
        String(repeating: "l", count: 64),
    ])
    func whatIsNoHostNameIsReported(_ host: String) {
        let yaml = "\"\(host)\""
        let shown = host.count > 60 ? host.prefix(60) + "…" : host
        #expect(
            findings(in: "aurora: {reader: \(yaml)}") == """
                c:1:18: error: [aurora.reader] '\(shown)' is not a host name
                c:1:18: note: a host name has letters, digits, hyphens, underscores and dots
                """)
    }

    @Test(arguments: ["postgres://db:5432/app", "https://db"])
    func aURLIsNoEndpoint(_ url: String) {
        #expect(
            findings(in: "aurora: {writer: '\(url)'}") == """
                c:1:18: error: [aurora.writer] '\(url)' is a URL
                c:1:18: note: write the host alone, or host:port
                """)
    }

    @Test func aHostNameHasAtMost127Characters() throws {
        let label = String(repeating: "a", count: 63)
        let longest = "\(label).\(label.dropLast()).z"
        #expect(longest.utf8.count == 128)
        #expect(
            findings(in: "aurora: {writer: \(longest)}") == """
                c:1:18: error: [aurora.writer] is 128 characters long; pgpool would cut it at 127
                c:1:18: note: give it a shorter name by a CNAME record
                """)
        let fits = String(longest.dropFirst())
        #expect(try spec("aurora: {writer: \(fits)}").aurora.writer?.value.host == fits)
    }

    @Test(arguments: [
        ("app.cluster-c1.us-east-1.rds.amazonaws.com", AuroraEndpointKind.writer),
        ("APP.Cluster-C1.us-east-1.RDS.amazonaws.com.", .writer),
        ("app.cluster-ro-c1.us-east-1.rds.amazonaws.com", .reader),
        ("app.cluster-custom-c1.us-east-1.rds.amazonaws.com", .custom),
        ("app-1.c1.us-east-1.rds.amazonaws.com", .instance),
        ("app.proxy-c1.us-east-1.rds.amazonaws.com", .other),
        ("app.endpoint.proxy-c1.us-east-1.rds.amazonaws.com", .other),
        ("app.shardgrp-c1.us-east-1.rds.amazonaws.com", .other),
        ("app.global-c1.global.rds.amazonaws.com", .writer),
        ("app.cluster-c1.rds.cn-north-1.amazonaws.com.cn", .writer),
        ("app.cluster-ro-c1.rds.cn-northwest-1.amazonaws.com.cn", .reader),
        ("app.cluster-custom-c1.rds.cn-north-1.amazonaws.com.cn", .custom),
        ("app-1.c1.rds.cn-north-1.amazonaws.com.cn", .instance),
        ("app.cluster-c1.cn-north-1.rds.amazonaws.com.cn", .writer),
        ("app.cluster-ro-c1.us-gov-west-1.rds-fips.amazonaws.com", .reader),
        ("rds.cluster-ro-c1.us-east-1.rds.amazonaws.com", .reader),
        ("app.cluster-c1.eusc-de-east-1.rds.amazonaws.eu", .writer),
        ("db.internal", .other), ("10.0.0.1", .other), ("fd00::1", .other), ("", .other),
        ("my.rds.example.com", .other),
    ])
    func amazonsNamesTellTheKindOfAnEndpoint(_ host: String, _ kind: AuroraEndpointKind) {
        #expect(AuroraEndpointKind(host: host) == kind)
    }

    @Test(arguments: [
        Finding(
            "aurora: {writer: a.cluster-ro-c1.us-east-1.rds.amazonaws.com}",
            """
            c:1:18: error: [aurora.writer] this is a reader endpoint (cluster-ro-)
            c:1:18: note: the writer endpoint has `.cluster-` in its name, without `ro-`
            """),
        Finding(
            "aurora: {reader: a.cluster-c1.us-east-1.rds.amazonaws.com}",
            """
            c:1:18: warning: [aurora.reader] this is a writer endpoint (.cluster-), so reads would land on the writer
            c:1:18: note: the reader endpoint has `.cluster-ro-` in its name
            """),
        Finding(
            "aurora:\n  writer: a1.c1.us-east-1.rds.amazonaws.com\n  reader: a2.c1.us-east-1.rds.amazonaws.com\n",
            """
            c:2:11: warning: [aurora.writer] this is the endpoint of one instance, which does not follow a failover
            c:2:11: note: use the cluster's writer endpoint
            c:3:11: warning: [aurora.reader] this is the endpoint of one instance, which does not follow a failover
            c:3:11: note: use the cluster's reader endpoint
            """),
        Finding(
            "aurora: {writer: db, reader: DB}",
            "c:1:30: warning: [aurora.reader] is the same endpoint as aurora.writer, so reads are not taken off the writer"
        ),
        // One warning says it all.
        Finding(
            "aurora:\n  writer: a.cluster-c1.us-east-1.rds.amazonaws.com\n  reader: a.cluster-c1.us-east-1.rds.amazonaws.com",
            "c:3:11: warning: [aurora.reader] is the same endpoint as aurora.writer, so reads are not taken off the writer"
        ),
        Finding("aurora: {writer: db, reader: 'db:5433'}", ""),
        Finding(
            "aurora: {writer: db, reader: 'db:5432'}",
            "c:1:30: warning: [aurora.reader] is the same endpoint as aurora.writer, so reads are not taken off the writer"
        ),
    ])
    func endpointsThatAreNotWhatTheyShouldBeAreReported(_ finding: Finding) { finding.check() }

    @Test func bothEndpointsAreMissedUnlessTheyAreWrong() throws {
        func missing(_ text: String) throws -> String {
            let (spec, findings) = ClusterSpec.read(try .init(parsing: Array(text.utf8), file: "c"))
            return spec.missingEndpoints(file: "c", findings).map(\.description).joined(separator: "\n")
        }
        let advice = "below `aurora:`; `aws rds describe-db-clusters` prints it"
        #expect(
            try missing("") == """
                c:1:1: error: [aurora.writer] the writer endpoint is missing
                c:1:1: note: add `writer: HOST` \(advice)
                c:1:1: error: [aurora.reader] the reader endpoint is missing
                c:1:1: note: add `reader: HOST` \(advice)
                """)
        #expect(
            try missing("aurora:\n  writer: 'a b'\n") == """
                c:2:3: error: [aurora.reader] the reader endpoint is missing
                c:2:3: note: add `reader: HOST` \(advice)
                """)
        #expect(try missing("aurora: {writer: a, reader: b}") == "")
    }
}
