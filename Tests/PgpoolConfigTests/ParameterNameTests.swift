import ClusterSpec
import PgpoolConfig
import Testing

/// What a name means in a series, in words.
private func meaning(_ name: String, _ minor: Int) -> String {
    do throws(NameError) {
        let found = try Catalogue.shared.resolve(name, in: PgpoolVersion(4, minor))
        let index = found.index.map { " #\($0)" } ?? ""
        return found.name + index + (found.renamedFrom.map { " from \($0)" } ?? "")
    } catch {
        switch error {
        case .unknown(let nearest): return "unknown, near \(nearest ?? "nothing")"
        case .otherSeries(let series): return "in \(series.joined(separator: " "))"
        case .needsIndex: return "needs an index"
        case .hasIndex: return "has an index"
        }
    }
}

@Suite struct ParameterNameTests {
    /// The old name, the new one, and the first minor of series 4 that reads the new one.
    private static let renames = [
        ("socket_dir", "unix_socket_directories", 4), ("delegate_IP", "delegate_ip", 4), ("logdir", "work_dir", 7),
        ("fail_over_on_backend_error", "failover_on_backend_error", 2),
        ("black_query_pattern_list", "primary_routing_query_pattern_list", 2),
        ("white_function_list", "read_only_function_list", 2), ("black_function_list", "write_function_list", 2),
        ("white_memqcache_table_list", "cache_safe_memqcache_table_list", 2),
        ("black_memqcache_table_list", "cache_unsafe_memqcache_table_list", 2),
        ("follow_master_command", "follow_primary_command", 2),
    ]

    @Test(arguments: renames)
    func eitherNameMeansTheOneThatTheSeriesReads(_ old: String, _ new: String, _ since: Int) {
        for minor in 2...7 {
            let isNew = minor >= since
            #expect(meaning(new, minor) == (isNew ? new : "\(old) from \(new)"), "4.\(minor)")
            #expect(meaning(old, minor) == (isNew ? "\(new) from \(old)" : old), "4.\(minor)")
        }
    }

    @Test(arguments: [
        ("port", 5, "port"),
        ("backend_weight0", 5, "backend_weight0 #0"), ("backend_weight127", 5, "backend_weight127 #127"),
        ("health_check_period", 5, "health_check_period"), ("health_check_period3", 5, "health_check_period3 #3"),
        ("connect_timeout", 5, "connect_timeout"), ("connect_timeout1", 5, "connect_timeout1 #1"),
        // Names with a digit of their own.
        ("recovery_1st_stage_command", 5, "recovery_1st_stage_command"),
        // Indexes.
        ("backend_weight", 5, "needs an index"), ("wd_port", 2, "needs an index"),
        ("heartbeat_device", 7, "needs an index"),
        ("port0", 5, "has an index"), ("log_statement1", 5, "has an index"),
        // Other series.
        ("log_backend_messages", 5, "in 4.6 4.7"), ("recovery_database", 6, "in 4.7"),
        ("min_spare_children", 3, "in 4.4 4.5 4.6 4.7"),
        ("user_redirect_preference_list", 4, "in 4.5 4.6 4.7"),
        // Unknown.
        ("log_statment", 5, "unknown, near log_statement"), ("LOG_STATEMENT", 5, "unknown, near log_statement"),
        ("backend_wieght1", 5, "unknown, near backend_weight1"),
        ("num_init_childern", 5, "unknown, near num_init_children"),
        ("bogus_thing_here", 5, "unknown, near nothing"), ("", 5, "unknown, near nothing"),
        ("0", 5, "unknown, near nothing"), ("include", 5, "unknown, near nothing"),
        ("other_pgpool_hostname0", 5, "unknown, near nothing"),
        // A switch is not a format.
        ("print_timestamp", 5, "unknown, near nothing"),
    ])
    func aNameIsFoundOrItIsSaidWhyNot(_ name: String, _ minor: Int, _ expected: String) {
        #expect(meaning(name, minor) == expected)
    }

    /// pgpool takes `backend_port00` for node 0, and 128 for a place behind its array.
    @Test(arguments: [
        "backend_weight00", "backend_weight01", "backend_weight128", "backend_weight99999999999999999999",
    ])
    func anIndexThatPgpoolMisreadsIsNone(_ name: String) {
        let text = meaning(name, 5)
        #expect(text.hasPrefix("unknown") || text.hasPrefix("in 4") || text == "needs an index", "\(text)")
    }

    @Test(arguments: allSeries)
    func everyNameOfASeriesMeansItselfOrItsSuccessor(_ version: PgpoolVersion) {
        for parameter in Catalogue.shared.parameters(of: version) {
            let name = parameter.isIndexed ? parameter.name + "1" : parameter.name
            let found = meaning(name, version.minor)
            let plain = parameter.isIndexed ? "\(name) #1" : name
            #expect(found == plain || found.hasSuffix("from \(name)"), "\(found)")
        }
    }

    @Test func twoNamesOfOneParameterAreOneTooMany() {
        #expect(
            problems(parameters: "delegate_IP: 10.0.0.1\ndelegate_ip: 10.0.0.1") == """
                c:6:5: error: [pgpool.parameters.delegate_ip] is the same parameter as delegate_IP in line 5
                c:6:5: note: Pgpool-II 4.5 calls it delegate_ip; keep one of the two
                """)
    }

    @Test func everyBadNameIsReportedWithItsPlace() {
        #expect(
            problems(
                parameters: "log_statment: on\nport0: 1\nbackend_weight: 1\nlog_backend_messages: none\nnonsense_key: 1"
            )
                == """
                c:5:5: error: [pgpool.parameters.log_statment] Pgpool-II 4.5 has no such parameter
                c:5:5: note: did you mean log_statement?
                c:6:5: error: [pgpool.parameters.port0] takes no number at its end
                c:6:5: note: write it without the number
                c:7:5: error: [pgpool.parameters.backend_weight] needs the number of a node at its end
                c:7:5: note: write backend_weight0 for the writer
                c:8:5: error: [pgpool.parameters.log_backend_messages] Pgpool-II 4.5 does not know this parameter
                c:8:5: note: it is in 4.6 to 4.7
                c:9:5: error: [pgpool.parameters.nonsense_key] Pgpool-II 4.5 has no such parameter
                """)
    }
}
