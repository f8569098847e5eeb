import ClusterSpec
import PgpoolConfig
import Postgres
import RealCluster
import RenderedCluster
import Testing

/// The oracle is the value that the real pgpool shows: it starts happily on files that it misreads.
struct ShowTests {
    @Test func everyRenderedSettingIsTheOneThatRuns() async throws {
        let cluster = try await Prepared.cluster
        let parameters = """
            log_min_messages: info
            client_idle_limit: 2h
            child_life_time: 90s
            log_rotation_age: 1d
            memqcache_total_size: 32MB
            log_file_mode: 0640
            log_line_prefix: '%m "quoted" #=\\d '
            health_check_timeout: 7
            connect_timeout1: 1500
            reset_query_list: [ABORT, DISCARD ALL]
            read_only_function_list: 'get_.*,select_.*'
            app_name_redirect_preference_list: 'report:standby(0.5)'
            disable_load_balance_on_write: always
            ssl_ciphers: 'HIGH:!aNULL'
            """
        let running = try await RenderedPgpool.start(cluster, .init(parameters: parameters))
        let connection = try await running.connect()
        var shown = 0
        for setting in running.rendering.settings.all {
            let result = try await connection.query("PGPOOL SHOW \(setting.name)")
            // An indexed parameter without its index is shown as a table, the value of all nodes first.
            let answer = result[column: "value"]?.first ?? result.scalar
            switch setting.name {
            // pgpool masks it, whatever it is.
            case "pool_passwd": #expect(answer == "*****")
            // It prints the flags in an order of its own.
            case "backend_flag0": #expect(answer == "DISALLOW_TO_FAILOVER|ALWAYS_PRIMARY")
            default: #expect(answer == Shown.text(setting), "\(setting.name)")
            }
            shown += 1
        }
        #expect(shown == running.rendering.settings.all.count && shown > 40)
        await connection.close()
        await running.pgpool.stop()
    }

    @Test func theNodesHaveTheirRolesAndWeights() async throws {
        let running = try await RenderedPgpool.start(
            try await Prepared.cluster, .init(pgpool: "allow: [127.0.0.0/8]\nweights: {writer: 1, reader: 3}"))
        let connection = try await running.connect()
        let nodes = try await connection.query("SHOW pool_nodes")
        #expect(nodes[column: "role"] == ["primary", "standby"])
        #expect(nodes[column: "lb_weight"] == ["0.250000", "0.750000"])
        #expect(
            nodes[column: "port"] == [
                String(running.cluster.ports[.writer] ?? 0), String(running.cluster.ports[.reader] ?? 0),
            ])
        await connection.close()
        await running.pgpool.stop()
    }
}

/// How pgpool prints a value that it was given.
enum Shown {
    private static let time: [(String, Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1),
    ]
    private static let memory: [(String, Int64)] = [("GB", 1 << 30), ("MB", 1 << 20), ("kB", 1 << 10), ("B", 1)]

    static func text(_ setting: ResolvedSetting) -> String {
        switch setting.value {
        // It prints a weight as a whole number, and octal permissions in decimal.
        case .double(let value): return String(Int64(value))
        case .octal(let value): return String(value)
        case .int(let value):
            // Indexed parameters are shown without a unit.
            guard case .int(_, _, let unit?) = setting.parameter.type, !setting.parameter.isIndexed, value > 0 else {
                return String(value)
            }
            let family = time.contains { $0.0 == unit } ? time : memory
            let factor = family.first { $0.0 == unit }?.1 ?? 1
            let best = family.first { (value * factor) % $0.1 == 0 }
            return best.map { "\(value * factor / $0.1)\($0.0)" } ?? String(value)
        default: return setting.value.text
        }
    }
}
