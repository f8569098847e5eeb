import ClusterSpec
import Diagnostics
import FoundationEssentials
import Glibc
import PgpoolConfig
import Postgres
import RealCluster
import RenderedCluster
import Templates
import Testing
import YAMLDocument

/// Every parameter of the installed series on the real pgpool: a legal value that is not the default comes back by
/// PGPOOL SHOW, and an illegal one is refused before pgpool sees it.
struct CatalogueTests {
    private static let version = PgpoolVersion(4, 3)

    /// What the spec refuses on purpose, with the reason: it has no place in front of Aurora.
    private static let refused: [String: String] = [
        "use_watchdog": "the load balancer takes a failed instance out",
        "replication_mode": "Aurora replicates by itself",
        "recovery_1st_stage_command": "Aurora's nodes are not recovered by pgpool",
        "recovery_2nd_stage_command": "Aurora's nodes are not recovered by pgpool",
        "memory_cache_enabled": "goes off by itself without a memcached to reach; a test of its own shows it",
        "ssl_ca_cert": "contradicts verify-ca, which this spec has; a test of its own shows it",
    ]

    /// What PGPOOL SHOW cannot show, with the reason.
    private static let notShown: [String: String] = [
        "pool_passwd": "masked", "sr_check_password": "masked", "recovery_password": "masked",
        "wd_lifecheck_password": "masked", "health_check_password": "masked",
        "notice_per_node_statement": "came after 4.3.5",
        "fail_over_on_backend_error": "crashes the child in 4.3.5; rendered as its successor",
    ]

    /// Values that cannot be made from the type alone.
    private static let special: [String: String] = [
        "log_destination": "stderr,syslog", "database_redirect_preference_list": "reports:standby(0.3)",
        "app_name_redirect_preference_list": "psql:primary", "dml_adaptive_object_relationship_list": "t1:t2",
        "primary_routing_query_pattern_list": "nextval.*;setval.*", "reset_query_list": "ABORT; DISCARD ALL",
        "cache_safe_memqcache_table_list": "t1,t2", "cache_unsafe_memqcache_table_list": "t3",
        "read_only_function_list": "f1,f2", "write_function_list": "g1,g2", "wd_monitoring_interfaces_list": "any",
        "log_file_mode": "0640", "client_idle_limit": "3600", "client_idle_limit_in_recovery": "7",
        "max_pool": "2", "num_init_children": "9", "reserved_connections": "2", "listen_backlog_multiplier": "3",
        "log_min_messages": "info", "relcache_size": "512", "memqcache_total_size": "134217728",
        "memqcache_cache_block_size": "2097152", "child_max_connections": "50", "heartbeat_device": "eth7",
    ]

    private struct Case {
        var name: String
        var parameter: Catalogue.Parameter
        var text: String
        var value: ParameterValue
    }

    /// A legal value for each parameter, another than the default and another than `avoiding` says.
    private func cases(folder: String, ports: [Int], certificate: TestCertificate) throws -> [Case] {
        var ports = ports
        return try Catalogue.shared.parameters(of: Self.version).map { parameter in
            // An index that stands for no backend leaves the two real ones alone.
            let name =
                parameter.isIndexed
                ? "\(parameter.name)\(parameter.name.hasPrefix("backend_") ? 1 : 0)" : parameter.name
            let text = try text(parameter, folder: folder, ports: &ports, certificate: certificate)
            return Case(name: name, parameter: parameter, text: text, value: try parameter.type.parse(text))
        }
    }

    private func text(
        _ parameter: Catalogue.Parameter, folder: String, ports: inout [Int], certificate: TestCertificate
    ) throws -> String {
        let name = parameter.name
        if let text = Self.special[name] { return text }
        switch name {
        case "ssl_cert": return certificate.certificatePath
        case "ssl_key": return certificate.keyPath
        case "socket_dir", "pcp_socket_dir", "logdir", "wd_ipc_socket_dir", "log_directory", "memqcache_oiddir",
            "ssl_ca_cert_dir":
            return folder
        case "pid_file_name": return "\(folder)/other.pid"
        case "listen_addresses", "pcp_listen_addresses": return "127.0.0.1"
        case "backend_hostname": return "127.0.0.1"
        case "backend_weight": return "3"
        default: break
        }
        switch parameter.type {
        case .bool: return parameter.defaultValue == "on" ? "off" : "on"
        case .int(let low, let high, _) where high == 65535 && low == 1024: return String(ports.removeLast())
        case .int(let low, _, _): return String(max(low, Int64(parameter.defaultValue ?? "0") ?? 0) + 1)
        case .word(let words): return try #require(words.first { $0 != parameter.defaultValue })
        default: return "value of \(name)".replacing(" ", with: "_")
        }
    }

    /// The spec's text for cases: what another key of the spec decides goes there.
    private func spec(
        _ cases: [Case], _ cluster: RealCluster, certificate: TestCertificate, reader: String? = nil
    ) -> String {
        let owned = Set([
            "port", "num_init_children", "max_pool", "pool_passwd", "ssl", "ssl_cert", "ssl_key", "ssl_ca_cert_dir",
        ])
        let values = Dictionary(uniqueKeysWithValues: cases.map { ($0.name, $0.text) })
        let parameters = cases.filter {
            !owned.contains($0.name) && Self.refused[$0.name] == nil && !mandatory.contains($0.parameter.name)
                && !["backend_hostname", "backend_port", "backend_weight"].contains($0.parameter.name)
                && $0.name != "fail_over_on_backend_error"
        }
        return """
            aurora:
              writer: 127.0.0.1:\(cluster.ports[.writer] ?? 0)
              reader: \(reader ?? "127.0.0.1:\(cluster.ports[.reader] ?? 0)")
              tls: {mode: verify-ca, ca_dir: \(values["ssl_ca_cert_dir"] ?? "")}
            auth: {users: [{name: app, password_env: NONE}]}
            pgpool:
              port: \(values["port"] ?? "")
              children: \(values["num_init_children"] ?? "")
              max_pool: \(values["max_pool"] ?? "")
              allow: [127.0.0.0/8]
              weights: {writer: 1, reader: 3}
              tls: {certificate: \(certificate.certificatePath), key: \(certificate.keyPath)}
              parameters:
            \(parameters.map { "    \($0.name): '\($0.text)'" }.joined(separator: "\n"))
            """
    }

    /// What Aurora needs, whatever a user says.
    private let mandatory: Set<String> = [
        "backend_clustering_mode", "backend_flag", "sr_check_period", "health_check_period",
        "failover_on_backend_error",
        "failover_on_backend_shutdown", "enable_pool_hba", "allow_clear_text_frontend_auth",
    ]

    private func render(_ text: String) throws -> Rendering {
        try Rendering(
            RenderInput(
                spec: try ClusterSpec(YAMLDocument(parsing: Array(text.utf8), file: "cluster.yaml")),
                version: Self.version, layout: .folder, passwords: ["app": Password("app-password")],
                pcpHash: String(repeating: "0", count: 32)), templates: TemplateSet(Templates.all))
    }

    private func write(_ rendering: Rendering, to folder: String) throws {
        for file in rendering.files {
            try Data(file.text.utf8).write(to: URL(filePath: "\(folder)/\(file.name)"))
            chmod("\(folder)/\(file.name)", 0o600)
        }
    }

    private func folder(_ cluster: RealCluster) async throws -> String {
        let folder = "\(cluster.directory)/catalogue\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let authority = try #require(await cluster.certificateAuthority)
        try FileManager.default.copyItem(atPath: authority.certificatePath, toPath: "\(folder)/ca.pem")
        try await cluster.rehash(folder)
        return folder
    }

    private func shown(_ name: String, _ connection: PostgresConnection) async throws -> String? {
        let result = try await connection.query("PGPOOL SHOW \"\(name)\"")
        return result[column: "value"]?.first ?? result.scalar
    }

    @Test func everyParameterComesBackAsItWasSet() async throws {
        let cluster = try await Prepared.clusterWithTLS
        let folder = try await folder(cluster)
        let certificate = try await #require(await cluster.certificateAuthority).issue(commonName: "localhost")
        let cases = try cases(folder: folder, ports: RealCluster.freePorts(12), certificate: certificate)
        let rendering = try render(spec(cases, cluster, certificate: certificate))
        try write(rendering, to: folder)
        let pgpool = try await cluster.startPgpool(configurationDirectory: folder)
        let connection = try await PostgresConnection.connect(
            ConnectionParameters(
                host: "127.0.0.1", port: pgpool.port, database: "app", user: "app", password: "app-password",
                sslmode: .disable))
        var compared = 0
        for test in cases where Self.notShown[test.name.filter { !$0.isNumber }] == nil {
            guard let setting = rendering.settings[test.name] else {
                // Not rendered: refused on purpose, or decided by Aurora for all nodes at once.
                #expect(
                    Self.refused[test.name] != nil || mandatory.contains(test.parameter.name),
                    "\(test.name) was dropped")
                continue
            }
            let answer = try await shown(test.name, connection)
            if test.parameter.name == "backend_flag" {
                #expect(answer == "DISALLOW_TO_FAILOVER")
            } else {
                #expect(answer == Shown.text(setting), "\(test.name)")
                if test.name != "app_name_redirect_preference_list", !mandatory.contains(test.parameter.name),
                    !["backend_port1", "ssl"].contains(test.name)
                {
                    #expect(setting.value == test.value, "\(test.name)")
                }
            }
            compared += 1
        }
        // 160 parameters of 4.3, less those that are refused or not shown.
        #expect(
            compared + Self.refused.count + Self.notShown.count + 2
                >= Catalogue.shared.parameters(of: Self.version).count)
        await connection.close()
        await pgpool.stop()
    }

    @Test func whatCannotStandWithTheOthers() async throws {
        let cluster = try await Prepared.clusterWithTLS
        let authority = try #require(await cluster.certificateAuthority).certificatePath
        let running = try await RenderedPgpool.start(
            cluster,
            .init(
                parameters:
                    "ssl_ca_cert: \(authority)\nmemory_cache_enabled: on\nmemqcache_oiddir: \(cluster.directory)"))
        let connection = try await running.connect()
        #expect(try await shown("ssl_ca_cert", connection) == authority)
        #expect(try await shown("memory_cache_enabled", connection) == "on")
        await connection.close()
        await running.pgpool.stop()
    }

    @Test func whatAReloadChangesAndWhatOnlyARestartChanges() async throws {
        let cluster = try await Prepared.clusterWithTLS
        let folder = try await folder(cluster)
        let certificate = try await #require(await cluster.certificateAuthority).issue(commonName: "localhost")
        let base = try RenderedFiles(cluster, .init(parameters: "statement_level_load_balance: off"))
        let pgpool = try await cluster.startPgpool(configurationDirectory: base.folder)
        func connect(_ pgpool: RunningPgpool) async throws -> PostgresConnection {
            try await PostgresConnection.connect(
                ConnectionParameters(
                    host: "127.0.0.1", port: pgpool.port, database: "app", user: "app", password: "app-password",
                    sslmode: .disable))
        }
        let cases = try cases(folder: folder, ports: RealCluster.freePorts(12), certificate: certificate)
            .filter { Self.notShown[$0.name.filter { !$0.isNumber }] == nil }
        var before: [String: String] = [:]
        let first = try await connect(pgpool)
        for test in cases { before[test.name] = try await shown(test.name, first) }
        await first.close()

        // Everything changes at once, the reader's host and port too, and pgpool is reloaded.
        let rendering = try render(
            spec(cases, cluster, certificate: certificate, reader: "localhost:\(cluster.ports[.writer] ?? 0)"))
        try write(rendering, to: base.folder)
        // The files are user postgres's.
        try await cluster.own(base.folder)
        pgpool.reload()
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        var connection = try await connect(pgpool)
        while try await shown("log_error_verbosity", connection) == before["log_error_verbosity"] {
            try #require(ContinuousClock.now < deadline, "\(pgpool.log().suffix(2000))")
            await connection.close()
            try await Task.sleep(for: .milliseconds(100))
            connection = try await connect(pgpool)
        }
        var wrong: [String] = []
        var judged: [String: String] = [:]
        var same: Set<String> = []
        for test in cases {
            guard let setting = rendering.settings[test.name], test.parameter.name != "backend_flag" else { continue }
            let wanted = Shown.text(setting)
            guard wanted != before[test.name] else {
                same.insert(test.name)
                continue
            }
            let isInForce = try await shown(test.name, connection) == wanted
            if isInForce != (test.parameter.context != .restart) {
                wrong.append("\(test.name) \(test.parameter.context) \(isInForce)")
            }
            judged[test.name] = wanted
        }
        #expect(wrong == [])
        // What Aurora needs is the same in both, and tests stay on loopback.
        #expect(same.subtracting(mandatory) == ["listen_addresses"])
        #expect(judged.count + same.count + Self.refused.count + 2 >= cases.count)
        await connection.close()
        await pgpool.stop()

        // A restart brings the rest.
        let restarted = try await cluster.startPgpool(configurationDirectory: base.folder)
        let last = try await connect(restarted)
        for (name, wanted) in judged { #expect(try await shown(name, last) == wanted, "\(name)") }
        await last.close()
        await restarted.stop()
    }

    @Test func anIllegalValueIsRefusedBeforePgpoolSeesIt() throws {
        for parameter in Catalogue.shared.parameters(of: Self.version) {
            let illegal: [String]
            switch parameter.type {
            case .bool: illegal = ["offf", "maybe", "2", "disabled"]
            case .int(let low, let high, _):
                illegal = ["many", "1.5", "\(low - 1)", high < .max ? "\(high + 1)" : "1e99"]
            case .octal: illegal = ["0999", "rw", "01777"]
            case .double: illegal = ["abc", "nan", "-1", "1e3"]
            case .word: illegal = ["nonsense", "1"]
            case .string, .list: illegal = ["it''s", "a\\", "\"a\\nb\""]
            }
            let name = parameter.isIndexed && !parameter.indexIsOptional ? "\(parameter.name)0" : parameter.name
            for text in illegal {
                let yaml = """
                    aurora: {writer: w, reader: r}
                    auth: {users: [{name: app, password_env: NONE}]}
                    pgpool:
                      parameters:
                        \(name): \(text.hasPrefix("\"") ? text : "'\(text)'")
                    """
                let error = #expect(throws: DiagnosticsError.self, "\(name): \(text)") { try render(yaml) }
                #expect(error?.diagnostics.contains { $0.location?.line == 5 } == true, "\(name): \(text)")
            }
        }
    }
}
