import ClusterSpec
import Diagnostics
import PgpoolConfig
import Testing

/// A mandatory key, a value that contradicts it, and what is said.
struct Contradiction: Sendable, CustomTestStringConvertible {
    var key: String
    var value: String
    var meant: String
    var reason: String
    var since = 2

    var testDescription: String { "\(key): \(value)" }

    func expected(_ key: String) -> String {
        let column = 5 + key.utf8.count + 2
        return """
            c:5:\(column): error: [pgpool.parameters.\(key)] must be \(meant) with Aurora: \(reason)
            c:5:\(column): note: remove the line
            """
    }
}

@Suite struct SettingsTests {
    private static let contradictions = [
        Contradiction(
            key: "backend_clustering_mode", value: "raw", meant: "streaming_replication",
            reason: "Aurora replicates by itself and its readers are read-only, which is what this mode expects"),
        Contradiction(
            key: "sr_check_period", value: "10s", meant: "0",
            reason: "Aurora lacks the functions that the streaming replication check calls"),
        Contradiction(
            key: "health_check_period", value: "5", meant: "0",
            reason: "Aurora's endpoints move by themselves; pgpool must not detach a node"),
        Contradiction(
            key: "health_check_period1", value: "5", meant: "0",
            reason: "Aurora's endpoints move by themselves; pgpool must not detach a node"),
        Contradiction(
            key: "failover_on_backend_error", value: "on", meant: "off",
            reason: "Aurora owns failover; an unreachable reader is skipped and the session runs on the writer"),
        Contradiction(
            key: "fail_over_on_backend_error", value: "yes", meant: "off",
            reason: "Aurora owns failover; an unreachable reader is skipped and the session runs on the writer"),
        Contradiction(
            key: "failover_on_backend_shutdown", value: "true", meant: "off",
            reason: "Aurora owns failover; a restarting node comes back", since: 3),
        Contradiction(
            key: "enable_pool_hba", value: "off", meant: "on", reason: "with it off pool_hba.conf is dead text"),
        Contradiction(
            key: "allow_clear_text_frontend_auth", value: "on", meant: "off",
            reason: "it would take passwords in clear text without TLS; passthrough uses `hostssl … password` instead"),
        Contradiction(
            key: "backend_flag0", value: "ALLOW_TO_FAILOVER", meant: "ALWAYS_PRIMARY|DISALLOW_TO_FAILOVER",
            reason: "the writer endpoint is always the primary"),
        Contradiction(
            key: "backend_flag1", value: "ALWAYS_PRIMARY", meant: "DISALLOW_TO_FAILOVER",
            reason: "Aurora owns failover"),
    ]

    @Test(arguments: contradictions, allSeries)
    func aValueThatAuroraCannotHaveIsRefused(_ item: Contradiction, _ version: PgpoolVersion) {
        guard version.isAtLeast(4, item.since) else { return }
        #expect(problems(parameters: "\(item.key): \(item.value)", version) == item.expected(item.key))
    }

    @Test(arguments: contradictions, allSeries)
    func theMandatoryValueItselfIsAccepted(_ item: Contradiction, _ version: PgpoolVersion) throws {
        guard version.isAtLeast(4, item.since) else { return }
        let settings = try settings(parameters: "\(item.key): \(item.meant)", version)
        let name = item.key == "fail_over_on_backend_error" ? "failover_on_backend_error" : item.key
        #expect(settings.all.filter { $0.name == name }.map(\.value.text) == [item.meant])
        #expect(settings[name]?.layer == (item.key == "health_check_period1" ? .user : .mandatory))
    }

    @Test(arguments: [
        ("port: 9998", "pgpool.port", "9999"), ("num_init_children: 5", "pgpool.children", "97"),
        ("max_pool: 4", "pgpool.max_pool", "1"),
        ("backend_hostname0: x", "aurora.writer", "w.db"), ("backend_hostname1: x", "aurora.reader", "r.db"),
        ("backend_port0: 5433", "aurora.port", "5432"), ("backend_port1: 5433", "aurora.port", "5432"),
        ("backend_weight0: 2", "pgpool.weights.writer", "1"), ("backend_weight1: 2", "pgpool.weights.reader", "10"),
        ("ssl: off", "aurora.tls.mode", "on"),
    ])
    func whatAnotherKeyOfTheSpecDecidesIsRefused(_ line: String, _ key: String, _ value: String) throws {
        let name = line.prefix { $0 != ":" }
        let column = 5 + name.utf8.count + 2
        #expect(
            problems(parameters: line) == """
                c:5:\(column): error: [pgpool.parameters.\(name)] contradicts \(key), which says \(value)
                c:5:\(column): note: set \(key) and remove this line
                """)
        // The same value is no contradiction.
        #expect(try settings(parameters: "\(name): \(value)").all.filter { $0.name == name }.count == 1)
    }

    @Test func theFileOfPasswordsIsOurs() {
        #expect(
            problems(parameters: "pool_passwd: /etc/other") == """
                c:5:18: error: [pgpool.parameters.pool_passwd] must be pool_passwd: it stands beside pgpool.conf, so that both are swapped together
                c:5:18: note: remove the line
                """)
    }

    @Test(arguments: [
        ("connection_life_time: 120", "connection_life_time", "120"),
        ("child_life_time: 10min", "child_life_time", "600"),
        ("log_statement: on", "log_statement", "on"), ("reserved_connections: 2", "reserved_connections", "2"),
        ("read_only_function_list: 'a,b'", "read_only_function_list", "a,b"),
        ("load_balance_mode: off", "load_balance_mode", "off"),
        ("listen_addresses: localhost", "listen_addresses", "localhost"),
        (
            "app_name_redirect_preference_list: 'x:primary'", "app_name_redirect_preference_list",
            "pgdoctor-replica:standby,x:primary"
        ),
        ("app_name_redirect_preference_list: ''", "app_name_redirect_preference_list", "pgdoctor-replica:standby"),
        (
            "app_name_redirect_preference_list: 'pgdoctor-replica:standby,a:1'", "app_name_redirect_preference_list",
            "pgdoctor-replica:standby,a:1"
        ),
    ])
    func theUsersValueWinsOverOurDefault(_ line: String, _ name: String, _ value: String) throws {
        for version in allSeries {
            let settings = try settings(parameters: line, version)
            #expect(settings.all.filter { $0.name == name }.map(\.value.text) == [value])
            #expect(settings[name]?.layer == .user)
            #expect(settings[name]?.location?.line == 5)
        }
    }

    @Test func aListOfItemsIsJoinedAsPgpoolSplitsIt() throws {
        let settings = try settings(
            parameters: """
                write_function_list: [nextval, setval]
                reset_query_list: [ABORT, "SELECT 1,2"]
                log_destination: [stderr, syslog]
                database_redirect_preference_list: ["a:primary", "b:standby(0.5)"]
                cache_safe_memqcache_table_list: []
                """)
        #expect(settings["write_function_list"]?.value.text == "nextval,setval")
        #expect(settings["reset_query_list"]?.value.text == "ABORT;SELECT 1,2")
        #expect(settings["log_destination"]?.value.text == "stderr,syslog")
        #expect(settings["database_redirect_preference_list"]?.value.text == "a:primary,b:standby(0.5)")
        #expect(settings["cache_safe_memqcache_table_list"]?.value.text == "")
    }

    @Test func anItemThatWouldBeSplitIsRefused() {
        #expect(
            problems(parameters: "write_function_list: [\"a,b\"]\nreset_query_list: [\"a;b\"]\nwd_authkey: [a]") == """
                c:5:26: error: [pgpool.parameters.write_function_list] 'a,b' has a ',', which would split it in two
                c:6:23: error: [pgpool.parameters.reset_query_list] 'a;b' has a ';', which would split it in two
                c:7:17: error: [pgpool.parameters.wd_authkey] takes one value, not a list
                """)
        // A combining character does not hide the separator.
        #expect(problems(parameters: "write_function_list: [\"a,\u{301}b\"]").contains("which would split it in two"))
    }

    @Test func anUnknownWordOfAListIsStillAList() throws {
        #expect(try settings(parameters: "log_line_prefix: '%t: '")["log_line_prefix"]?.value.text == "%t: ")
    }

    @Test(arguments: allSeries)
    func everySettingIsKnownToItsSeriesAndThereOnce(_ version: PgpoolVersion) throws {
        for layout in [Layout.folder, .installed] {
            let settings = try Settings(spec(), version: version, layout: layout)
            for setting in settings.all {
                #expect(
                    Catalogue.shared.parameter(named: setting.parameter.name, in: version) != nil, "\(setting.name)")
                #expect(!setting.reason.isEmpty)
            }
            #expect(Set(settings.all.map(\.name)).count == settings.all.count)
        }
    }

    @Test(arguments: allSeries)
    func anInstalledPgpoolHasItsFoldersUnderRun(_ version: PgpoolVersion) throws {
        let settings = try Settings(spec(), version: version, layout: .installed)
        #expect(
            settings[version.isAtLeast(4, 4) ? "unix_socket_directories" : "socket_dir"]?.value.text == "/run/pgpool")
        #expect(settings[version.isAtLeast(4, 7) ? "work_dir" : "logdir"]?.value.text == "/run/pgpool")
        #expect(settings["pid_file_name"]?.value.text == "/run/pgpool/pgpool.pid")
        let folder = try Settings(spec(), version: version, layout: .folder)
        #expect(folder["pid_file_name"]?.value.text == "pgpool.pid")
        #expect(folder["logdir"] == nil && folder["work_dir"] == nil)
    }

    @Test func statementsAreBalancedWithExactlyTwoBackends() throws {
        #expect(try settings(parameters: "log_statement: on")["statement_level_load_balance"]?.value.text == "on")
        let three = try settings(parameters: "backend_hostname2: x.db\nbackend_port2: 5432\nbackend_weight2: 5")
        #expect(three["statement_level_load_balance"]?.value.text == "off")
        #expect(three["backend_flag2"]?.value.text == "DISALLOW_TO_FAILOVER")
        #expect(three["backend_flag2"]?.layer == .mandatory)
    }

    @Test func tlsFollowsTheSpec() throws {
        func tls(_ lines: String) throws -> [String] {
            let text = specText(lines).replacing(
                "aurora: {", with: lines.contains("MODE") ? "aurora: {tls: {mode: verify-ca}, " : "aurora: {")
            let settings = try Settings(
                spec(text.replacing("MODE", with: "")), version: PgpoolVersion(4, 5), layout: .folder)
            return settings.all.filter { $0.topic == .tls }.map { "\($0.name)=\($0.value.text)" }
        }
        #expect(try tls("") == ["ssl=on"])
        #expect(try tls("# MODE") == ["ssl=on", "ssl_ca_cert_dir=/etc/pgpool-aurora/ca"])
        #expect(try tls("pgpool: {tls: {certificate: /c, key: /k}}") == ["ssl=on", "ssl_cert=/c", "ssl_key=/k"])
    }

    @Test func aTinyWeightIsAWeight() throws {
        let settings = try Settings(
            spec(specText("pgpool: {weights: {writer: 0.00001}}")), version: PgpoolVersion(4, 5), layout: .folder)
        #expect(settings["backend_weight0"]?.value.text == "0.00001")
    }
}
