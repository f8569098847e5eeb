import ClusterSpec
import Foundation
import PgpoolConfig
import Testing

@Suite struct CatalogueTests {
    private let catalogue = Catalogue.shared

    @Test func hasEveryParameter() {
        #expect(catalogue.names.count == 187)
        #expect(allSeries.map { catalogue.parameters(of: $0).count } == [163, 168, 177, 179, 180, 186])
    }

    /// When this fails, the table is stale: run scripts/make-catalogue.
    @Test(arguments: allSeries)
    func theTableSaysWhatTheDataSay(_ version: PgpoolVersion) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let data = try Data(contentsOf: root.appending(path: "data/pgpool-parameters.json"))
        let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let rows = try #require(file["parameters"] as? [String: [String: Any]])
        var compared = 0
        for (name, row) in rows where (row["versions"] as? [String])?.contains(version.series) == true {
            let parameter = try #require(catalogue.parameter(named: name, in: version), "\(name)")
            let difference = (row["differs"] as? [String: [String: Any]])?[version.series] ?? [:]
            func fact(_ key: String) -> Any? { difference[key] ?? row[key] }
            #expect(parameter.group == fact("group") as? String, "\(name)")
            #expect(parameter.isIndexed == (fact("indexed") as? Bool ?? false), "\(name)")
            let isFixed = ["backend_hostname", "backend_port", "backend_data_directory"].contains(name)
            #expect(parameter.context.rawValue == (isFixed ? "restart" : fact("context") as? String), "\(name)")
            switch fact("default") {
            case let text as String: #expect(parameter.defaultValue == text, "\(name)")
            case is NSNull, nil: #expect(parameter.defaultValue == nil, "\(name)")
            case let number as NSNumber:
                let isBool = fact("type") as? String == "bool"
                #expect(
                    parameter.defaultValue == (isBool ? (number.boolValue ? "on" : "off") : number.stringValue),
                    "\(name)")
            default: Issue.record("\(name): a default of another kind")
            }
            switch parameter.type {
            case .bool: #expect(fact("type") as? String == "bool", "\(name)")
            case .int(let min, let max, let unit):
                #expect(min == (fact("min") as? NSNumber)?.int64Value, "\(name)")
                #expect(Double(max) == (fact("max") as? NSNumber)?.doubleValue || max > 1 << 62, "\(name)")
                #expect(unit == fact("unit") as? String, "\(name)")
            case .double: #expect(fact("type") as? String == "double", "\(name)")
            case .word(let words): #expect(words == fact("values") as? [String], "\(name)")
            case .list: #expect(fact("type") as? String == "string_list", "\(name)")
            case .string: #expect(fact("type") as? String == "string", "\(name)")
            case .octal: #expect(fact("type") as? String == "int", "\(name)")
            }
            compared += 1
        }
        #expect(compared == catalogue.parameters(of: version).count)
    }

    @Test(arguments: allSeries)
    func everyRowOfASeriesIsWhole(_ version: PgpoolVersion) {
        for parameter in catalogue.parameters(of: version) {
            #expect(!parameter.group.isEmpty)
            switch parameter.type {
            case .int(let min, let max, let unit):
                #expect(min < max, "\(parameter.name)")
                #expect(unit.map { ["s", "ms", "min", "B", "kB"].contains($0) } ?? true, "\(parameter.name)")
            case .octal(let max): #expect(max == 0o777)
            case .double(let min, let max): #expect(min < max, "\(parameter.name)")
            case .word(let words): #expect(words.count > 1, "\(parameter.name)")
            case .bool, .string, .list: break
            }
        }
    }

    /// 0 stands for "not set" where ports begin at 1024.
    @Test(arguments: allSeries)
    func everyDefaultIsALegalValue(_ version: PgpoolVersion) throws {
        for parameter in catalogue.parameters(of: version) {
            guard let text = parameter.defaultValue, !(parameter.name.hasSuffix("_port") && text == "0") else {
                continue
            }
            #expect(throws: Never.self, "\(parameter.name) in \(version)") {
                _ = try PgpoolConfFile.write(parameter.type.parse(text), for: parameter)
            }
        }
    }

    private func parameter(_ name: String, _ minor: Int) throws -> Catalogue.Parameter {
        try #require(catalogue.parameter(named: name, in: PgpoolVersion(4, minor)))
    }

    @Test func whatDiffersInASeriesIsApplied() throws {
        // A default.
        #expect(try parameter("listen_backlog_multiplier", 2).defaultValue == "32")
        #expect(try parameter("listen_backlog_multiplier", 3).defaultValue == "2")
        #expect(try parameter("load_balance_mode", 2).defaultValue == "off")
        #expect(try parameter("load_balance_mode", 3).defaultValue == "on")
        #expect(try parameter("sr_check_user", 5).defaultValue == "nobody")
        #expect(try parameter("sr_check_user", 6).defaultValue == "")
        #expect(try parameter("log_pcp_processes", 6).defaultValue == "on")
        #expect(try parameter("log_pcp_processes", 7).defaultValue == "off")
        // A type.
        #expect(try parameter("listen_addresses", 3).type == .string)
        #expect(try parameter("listen_addresses", 4).type == .list)
        #expect(try parameter("pcp_socket_dir", 4).type == .string)
        #expect(try parameter("pcp_socket_dir", 5).type == .list)
        // A unit.
        #expect(try parameter("delay_threshold_by_time", 4).type == .int(min: 0, max: 2_147_483_647, unit: "s"))
        #expect(try parameter("delay_threshold_by_time", 5).type == .int(min: 0, max: 2_147_483_647, unit: "ms"))
        // When it takes effect.
        #expect(try parameter("log_directory", 5).context == .restart)
        #expect(try parameter("log_directory", 6).context == .reload)
        // The words.
        let modes = ["streaming_replication", "native_replication", "logical_replication", "raw", "snapshot_isolation"]
        #expect(try parameter("backend_clustering_mode", 7).type == .word(modes))
        #expect(try parameter("backend_clustering_mode", 6).type == .word(modes[..<3] + ["slony"] + modes[3...]))
    }

    @Test func typesAreThoseOfTheSource() throws {
        #expect(try parameter("log_file_mode", 5).type == .octal(max: 0o777))
        #expect(try parameter("unix_socket_permissions", 5).type == .octal(max: 0o777))
        #expect(try parameter("backend_weight", 5).type == .double(min: 0, max: 100_000_000))
        #expect(try parameter("client_idle_limit_in_recovery", 5).type == .int(min: -1, max: 2_147_483_647, unit: "s"))
        #expect(try parameter("delay_threshold", 5).type == .int(min: 0, max: 9_223_372_036_854_774_784, unit: "B"))
        #expect(try parameter("log_rotation_age", 5).type == .int(min: 0, max: 2_147_483_647, unit: "min"))
        #expect(try parameter("log_rotation_size", 5).type == .int(min: 0, max: 2_097_151, unit: "kB"))
        #expect(try parameter("connect_timeout", 5).type == .int(min: 0, max: 2_147_483_647, unit: "ms"))
        #expect(Catalogue.Context.session.action == "reload")
        #expect(Catalogue.Context.restart.action == "restart")
    }

    @Test func aParameterIsKnownInItsSeriesOnly() throws {
        #expect(catalogue.parameter(named: "socket_dir", in: PgpoolVersion(4, 4)) == nil)
        #expect(catalogue.parameter(named: "log_backend_messages", in: PgpoolVersion(4, 5)) == nil)
        #expect(catalogue.series(of: "log_backend_messages") == ["4.6", "4.7"])
        #expect(catalogue.series(of: "bogus") == [])
    }
}
