import ClusterSpec
import PgpoolConfig
import Testing

/// Parameters from line 5 of a spec, and what is said of them.
struct Check: Sendable, CustomTestStringConvertible {
    var parameters: String
    var expected: String
    var version: PgpoolVersion

    init(_ parameters: String, _ expected: String, _ version: PgpoolVersion = PgpoolVersion(4, 5)) {
        self.parameters = parameters
        self.expected = expected
        self.version = version
    }

    var testDescription: String { "\(version) \(parameters.debugDescription)" }
}

@Suite struct SettingChecksTests {
    @Test(arguments: [
        // Children.
        Check(
            "reserved_connections: 0",
            "c:5:27: error: [pgpool.parameters.reserved_connections] must be at least 1: at 0 a client of a full pool hangs in the listen queue instead of getting an error"
        ),
        Check(
            "reserved_connections: 97",
            """
            c:5:27: error: [pgpool.parameters.reserved_connections] 97 of 97 children are reserved, so every client is refused
            c:5:27: note: it must be less than num_init_children (pgpool.children)
            """),
        Check("reserved_connections: 96", ""),
        Check(
            "listen_backlog_multiplier: 50",
            "c:5:32: warning: [pgpool.parameters.listen_backlog_multiplier] num_init_children 97 × 50 is more than net.core.somaxconn (4096); the kernel cuts the listen queue there"
        ),
        Check("listen_backlog_multiplier: 42", ""),
        Check(
            "process_management_mode: dynamic\nmin_spare_children: 10\nmax_spare_children: 10",
            "c:7:25: error: [pgpool.parameters.max_spare_children] min_spare_children 10 is not below max_spare_children 10, so pgpool will not start"
        ),
        Check(
            "process_management_mode: dynamic\nmin_spare_children: 12",
            "c:6:25: error: [pgpool.parameters.min_spare_children] min_spare_children 12 is not below max_spare_children 10, so pgpool will not start"
        ),
        Check(
            "process_management_mode: dynamic\nmax_spare_children: 98",
            """
            c:6:25: error: [pgpool.parameters.max_spare_children] max_spare_children 98 is above num_init_children 97, so pgpool will not start
            c:6:25: note: raise pgpool.children or lower max_spare_children
            """),
        Check("process_management_mode: dynamic\nmax_spare_children: 97", ""),
        Check("min_spare_children: 50\nmax_spare_children: 10", ""),
        // The query cache.
        Check(
            "memqcache_maxcache: 2MB",
            "c:5:25: error: [pgpool.parameters.memqcache_maxcache] memqcache_maxcache 2097152 is above memqcache_cache_block_size 1048576, so pgpool will not start"
        ),
        Check(
            "memqcache_cache_block_size: 512",
            "c:5:33: error: [pgpool.parameters.memqcache_cache_block_size] memqcache_maxcache 409600 is above memqcache_cache_block_size 512, so pgpool will not start"
        ),
        Check(
            "memqcache_total_size: 1MB\nmemqcache_cache_block_size: 2MB",
            "c:5:27: error: [pgpool.parameters.memqcache_total_size] memqcache_total_size 1048576 is below memqcache_cache_block_size 2097152, so pgpool will not start"
        ),
        Check("memqcache_maxcache: 2MB\nmemqcache_method: memcached", ""),
        // Paths and sockets.
        Check(
            "logdir: log",
            "c:5:13: error: [pgpool.parameters.logdir] needs an absolute path: a relative one depends on where pgpool is started from"
        ),
        Check(
            "unix_socket_directories: '/a,b'",
            "c:5:30: error: [pgpool.parameters.unix_socket_directories] needs an absolute path: a relative one depends on where pgpool is started from"
        ),
        Check(
            "socket_dir: ./x",
            "c:5:17: error: [pgpool.parameters.socket_dir] needs an absolute path: a relative one depends on where pgpool is started from",
            PgpoolVersion(4, 3)),
        // Under the name that the user wrote.
        Check(
            "work_dir: log",
            "c:5:15: error: [pgpool.parameters.work_dir] needs an absolute path: a relative one depends on where pgpool is started from"
        ),
        Check("pcp_socket_dir: /\(String(repeating: "x", count: 92))", ""),
        Check(
            "pcp_socket_dir: /\(String(repeating: "x", count: 93))",
            "c:5:21: error: [pgpool.parameters.pcp_socket_dir] the socket's path would be 108 bytes long; the limit is 107"
        ),
        // Ports.
        Check(
            "pcp_port: 9999",
            """
            c:5:15: error: [pgpool.port] port 9999 is pgpool's pcp_port
            c:5:15: note: pick another port, or set pcp_port below pgpool.parameters
            """),
        Check(
            "pcp_port: 8071",
            """
            c:5:15: error: [health.port] port 8071 is pgpool's pcp_port
            c:5:15: note: pick another port, or set pcp_port below pgpool.parameters
            """),
        // Backends.
        Check(
            "app_name_redirect_preference_list: 'pgdoctor-replica:primary'",
            "c:5:40: error: [pgpool.parameters.app_name_redirect_preference_list] sends the doctor's question for a reader elsewhere\nc:5:40: note: remove pgdoctor-replica:primary"
        ),
        Check(
            "backend_hostname2: x\nbackend_port2: 5432",
            "c:5:24: warning: [pgpool.parameters.backend_hostname2] has no backend_weight2, so it serves no reads: the default is 0"
        ),
        Check(
            "backend_hostname2: x\nbackend_weight2: 1",
            "c:5:24: error: [pgpool.parameters.backend_hostname2] has no backend_port2, so pgpool drops this backend"),
        Check(
            "backend_port2: 5432",
            "c:5:20: error: [pgpool.parameters.backend_port2] has no backend_hostname2"),
        // Lists.
        Check(
            "log_destination: 'stderr, syslog'",
            "c:5:22: error: [pgpool.parameters.log_destination] is stderr, syslog or both as 'stderr,syslog', in lower case and without blanks"
        ),
        Check(
            "log_destination: ''",
            "c:5:22: error: [pgpool.parameters.log_destination] is stderr, syslog or both as 'stderr,syslog', in lower case and without blanks"
        ),
        Check(
            "write_function_list: 'a, b'",
            """
            c:5:26: error: [pgpool.parameters.write_function_list] Pgpool-II 4.5 keeps the blanks around an item, which then never matches
            c:5:26: note: write the items without blanks, or as a YAML list
            """),
        Check("write_function_list: 'a, b'", "", PgpoolVersion(4, 6)),
        Check("reset_query_list: 'ABORT; DISCARD ALL'", ""),
        Check(
            "listen_addresses: '10.0.0.1,localhost'",
            """
            c:5:23: error: [pgpool.parameters.listen_addresses] Pgpool-II 4.3 takes one address here
            c:5:23: note: lists came with 4.4; write one, or '*'
            """, PgpoolVersion(4, 3)),
        Check("listen_addresses: '10.0.0.1,localhost'", "", PgpoolVersion(4, 4)),
        Check(
            "listen_addresses: 10.0.0.1",
            """
            c:5:23: error: [pgpool.parameters.listen_addresses] leaves 127.0.0.1 out, where the health check asks: the load balancer would see no healthy instance
            c:5:23: note: add localhost, or write '*'
            """),
        // The watchdog and what else has no place.
        Check(
            "use_watchdog: on",
            """
            c:5:19: error: [pgpool.parameters.use_watchdog] the watchdog has no place here: the load balancer takes a failed instance out
            c:5:19: note: remove the line
            """),
        Check("use_watchdog: off", ""),
        Check(
            "replication_mode: on",
            """
            c:5:23: error: [pgpool.parameters.replication_mode] Aurora replicates by itself; pgpool must not
            c:5:23: note: remove the line
            """),
        Check(
            "heartbeat_port1: 9694",
            "c:5:22: error: [pgpool.parameters.heartbeat_port1] needs heartbeat_hostname1, or pgpool will not start"),
        Check("heartbeat_port1: 9694\nheartbeat_hostname1: x", ""),
        Check(
            "recovery_1st_stage_command: x",
            """
            c:5:33: error: [pgpool.parameters.recovery_1st_stage_command] Aurora's nodes are not recovered by pgpool
            c:5:33: note: remove the line
            """),
        Check("recovery_2nd_stage_command: ''", ""),
    ])
    func whatPgpoolWouldRefuseOrMisdoIsReported(_ check: Check) {
        #expect(problems(parameters: check.parameters, check.version) == check.expected)
    }

    @Test(arguments: [
        "a", "a:", ":primary", "a:master", "a:128", "a:+1", "a: primary", "a:primary ", "a:standby(2)", "a:standby(x)",
        "a:standby(", "a:1,", ",a:1",
    ])
    func whatIsNoRedirectionIsReported(_ text: String) {
        let bad = text.split(separator: ",", omittingEmptySubsequences: false).first { $0 != "a:1" } ?? ""
        #expect(
            problems(parameters: "database_redirect_preference_list: '\(text)'") == """
                c:5:40: error: [pgpool.parameters.database_redirect_preference_list] '\(bad)' is not a redirection
                c:5:40: note: each item is PATTERN:NODE or PATTERN:NODE(WEIGHT), NODE being primary, standby or a number; no blanks
                """)
    }

    @Test(arguments: [
        "a:primary", "a:STANDBY", "a:0", "a:127", "a:standby(0.5)", "a:b:1", "^re.*gex$:primary(1),x:1", "",
    ])
    func redirectionsHaveAPatternANodeAndPerhapsAWeight(_ text: String) {
        #expect(problems(parameters: "database_redirect_preference_list: '\(text)'") == "")
    }

    @Test func aCAForClientsIsNotTheOneForAurora() {
        let parameters = "pgpool:\n  parameters: {ssl_ca_cert: /ca.pem}\n"
        #expect(problems(specText(parameters)) == "")
        #expect(
            problems(
                specText("  \(parameters)").replacing(
                    "max_connections", with: "tls: {mode: verify-ca}, max_connections"
                ).replacing("  pgpool", with: "pgpool"))
                    == """
                    c:4:29: error: [pgpool.parameters.ssl_ca_cert] aurora.tls.mode verify-ca verifies by ssl_ca_cert_dir, for which ssl_ca_cert stays empty
                    c:4:29: note: put the certificate into aurora.tls.ca_dir
                    """)
        #expect(
            problems(specText(parameters + "  tls: {certificate: /c, key: /k}")) == """
                c:4:29: warning: [pgpool.parameters.ssl_ca_cert] also judges client certificates: a client that presents an unrelated one is refused
                c:4:29: note: use `aurora: {tls: {mode: verify-ca}}`, which does not
                """)
    }

    @Test(arguments: [(2, 22), (3, 15), (4, 12), (5, 7), (6, 1)])
    func aReleaseBelowTheFloorIsWarnedOf(_ minor: Int, _ floor: Int) {
        let version = "4.\(minor).\(floor - 1)"
        #expect(
            problems(specText("pgpool: {version: \(version)}"), PgpoolVersion(4, minor, floor - 1)) == """
                c:3:19: warning: [pgpool.version] Pgpool-II \(version) has an authentication bypass (CVE-2025-46801), fixed in 4.\(minor).\(floor)
                c:3:19: note: use 4.\(minor).\(floor) or newer
                c:3:19: note: for a distribution's package that carries the fix, write the series alone: `version: "4.\(minor)"`
                """)
        #expect(problems(specText(), PgpoolVersion(4, minor, floor)) == "")
        #expect(problems(specText(), PgpoolVersion(4, minor)) == "")
    }

    @Test func passthroughBelowTheFloorIsRefused() {
        let text = specText("pgpool: {tls: {certificate: /c, key: /k}}").replacing(
            "auth: {", with: "auth: {mode: passthrough, ")
        #expect(
            problems(text, PgpoolVersion(4, 5, 6)) == """
                c:2:14: error: [auth.mode] with passthrough Pgpool-II 4.5.6 lets a wrong password in on a cached connection (CVE-2025-46801, fixed in 4.5.7)
                c:2:14: note: use 4.5.7 or newer, or `mode: scram`
                c:2:14: note: for a distribution's package that carries the fix, write the series alone: `version: "4.5"`
                """)
        #expect(problems(text, PgpoolVersion(4, 5, 7)) == "")
    }

    @Test func whatTheNumberOfChildrenDecidesIsReportedThere() {
        #expect(
            problems(specText("pgpool: {children: 1}")) == """
                c:3:20: error: [pgpool.children] 1 of 1 children is kept in reserve (reserved_connections), so every client is refused
                c:3:20: note: give at least 2
                """)
        #expect(
            problems(specText("pgpool: {children: 5000}").replacing(", max_connections: 1000", with: "")) == """
                c:3:20: warning: [pgpool.children] num_init_children 5000 × 1 is more than net.core.somaxconn (4096); the kernel cuts the listen queue there
                """)
    }

    @Test func everyCheckIsReportedInOneRun() {
        let text = problems(parameters: "reserved_connections: 0\nuse_watchdog: on\nlog_destination: x\npcp_port: 9999")
        #expect(text.split(separator: "\n").filter { $0.contains(": error: ") }.count == 4)
    }
}
