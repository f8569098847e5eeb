import ClusterSpec
import Diagnostics
import PgpoolConfig
import TestBasics
import Testing

/// What pgpool.conf gets for a parameter's text, or why it is refused.
private func rendered(_ name: String, _ text: String, _ version: PgpoolVersion = PgpoolVersion(4, 5)) -> String {
    guard let parameter = Catalogue.shared.parameter(named: name, in: version) else { return "no \(name)" }
    return written { () throws(Malformed) in try PgpoolConfFile.write(parameter.type.parse(text), for: parameter) }
}

@Suite struct ParameterValueTests {
    @Test(arguments: ["on", "ON", "true", "True", "yes", "1"])
    func truthIsOn(_ text: String) { #expect(rendered("log_statement", text) == "on") }

    @Test(arguments: ["off", "Off", "false", "FALSE", "no", "0"])
    func falsehoodIsOff(_ text: String) { #expect(rendered("log_statement", text) == "off") }

    /// pgpool would take each of these for on.
    @Test(arguments: ["offf", "disabled", "", "2", "of", "n", "off ", "00", "enabled"])
    func whatPgpoolWouldSilentlyTurnOnIsRefused(_ text: String) {
        #expect(
            rendered("log_statement", text)
                == "refused: '\(text)' is not a truth value\nnote: write true or false")
    }

    @Test(arguments: [
        ("child_life_time", "300", "300"), ("child_life_time", "+5", "5"), ("child_life_time", "010", "10"),
        ("child_life_time", "5min", "300"), ("child_life_time", "5 min", "300"), ("child_life_time", "2000ms", "2"),
        ("child_life_time", "1h", "3600"), ("child_life_time", "2d", "172800"), ("child_life_time", "0", "0"),
        ("child_life_time", "2147483647", "2147483647"),
        ("client_idle_limit_in_recovery", "-1", "-1"),
        ("log_rotation_age", "1d", "1440"), ("log_rotation_age", "120s", "2"),
        ("log_rotation_size", "1MB", "1024"), ("log_rotation_size", "2097151", "2097151"),
        ("memqcache_total_size", "64MB", "67108864"), ("memqcache_total_size", "1TB", "1099511627776"),
        ("memqcache_maxcache", "400kB", "409600"), ("memqcache_maxcache", "17B", "17"),
        ("connect_timeout", "10s", "10000"), ("health_check_timeout", "1min", "60"),
        ("delay_threshold", "9223372036854774784", "9223372036854774784"),
        ("num_init_children", "32", "32"),
    ])
    func numbersComeInTheParametersOwnUnit(_ name: String, _ text: String, _ expected: String) {
        #expect(rendered(name, text) == expected)
    }

    @Test func aUnitFollowsTheSeries() {
        #expect(rendered("delay_threshold_by_time", "3s", PgpoolVersion(4, 4)) == "3")
        #expect(rendered("delay_threshold_by_time", "3s", PgpoolVersion(4, 5)) == "3000")
    }

    @Test(arguments: [
        // pgpool would round.
        ("child_life_time", "1500ms", "'1500ms' is not a whole number of s, which this parameter counts in"),
        ("child_life_time", "500ms", "'500ms' is not a whole number of s, which this parameter counts in"),
        ("log_rotation_age", "30s", "'30s' is not a whole number of min, which this parameter counts in"),
        ("log_rotation_size", "100B", "'100B' is not a whole number of kB, which this parameter counts in"),
        ("child_life_time", "1.5", "'1.5' is not a whole number"),
        ("child_life_time", "1.5min", "'1.5min' is not a whole number"),
        ("child_life_time", "1e2", "'1e2' is not a whole number"),
        ("child_life_time", "0x10", "'0x10' is not a whole number"),
        ("child_life_time", "1_0", "'1_0' is not a whole number"),
        ("child_life_time", "", "'' is not a whole number"),
        ("child_life_time", " ", "' ' is not a whole number"),
        ("child_life_time", "s", "'s' is not a whole number"),
        ("child_life_time", "-", "'-' is not a whole number"),
        ("child_life_time", "5-3s", "'5-3s' is not a whole number"),
        ("num_init_children", "5s", "'5s' has a unit, which this parameter does not take"),
        ("child_life_time", "-1", "-1 s is out of range: from 0 to 2147483647 s"),
        ("child_life_time", "2147483648", "2147483648 s is out of range: from 0 to 2147483647 s"),
        ("child_life_time", "100000d", "8640000000 s is out of range: from 0 to 2147483647 s"),
        ("client_idle_limit_in_recovery", "-2", "-2 s is out of range: from -1 to 2147483647 s"),
        ("port", "80", "80 is out of range: from 1024 to 65535"),
        ("log_rotation_size", "2097152", "2097152 kB is out of range: from 0 to 2097151 kB"),
        ("memqcache_cache_block_size", "511", "511 B is out of range: from 512 to 2147483647 B"),
        // pgpool reads a long by way of a double.
        (
            "delay_threshold", "9223372036854775807",
            "9223372036854775807 B is out of range: from 0 to 9223372036854774784 B"
        ),
        ("delay_threshold", "9223372036854775808", "'9223372036854775808' is not a whole number"),
        (
            "memqcache_total_size", "9999999999TB",
            "'9999999999TB' is not a whole number of B, which this parameter counts in"
        ),
    ])
    func numbersThatPgpoolWouldMisreadOrRefuseAreRefused(_ name: String, _ text: String, _ message: String) {
        #expect(rendered(name, text) == "refused: \(message)")
    }

    @Test(arguments: [
        ("child_life_time", "30S", "'S' is not a unit here\nnote: units are ms, s, min, h, d"),
        ("child_life_time", "30m", "'m' is not a unit here\nnote: units are ms, s, min, h, d"),
        ("child_life_time", "10MB", "'MB' is not a unit here\nnote: units are ms, s, min, h, d"),
        ("memqcache_total_size", "64mb", "'mb' is not a unit here\nnote: units are B, kB, MB, GB, TB"),
        ("memqcache_total_size", "64KB", "'KB' is not a unit here\nnote: units are B, kB, MB, GB, TB"),
    ])
    func unitsAreThoseOfTheParameter(_ name: String, _ text: String, _ message: String) {
        #expect(rendered(name, text) == "refused: \(message)")
    }

    @Test(arguments: [("0600", "0600"), ("600", "0600"), ("0", "00"), ("777", "0777"), ("0000640", "0640")])
    func permissionsAreOctal(_ text: String, _ expected: String) {
        #expect(rendered("log_file_mode", text) == expected)
    }

    @Test(arguments: [
        ("0o600", "'0o600' is not an octal number\nnote: write it as 0600"),
        ("0680", "'0680' is not an octal number\nnote: write it as 0600"),
        ("-1", "'-1' is not an octal number\nnote: write it as 0600"),
        ("+7", "'+7' is not an octal number\nnote: write it as 0600"),
        ("rw-------", "'rw-------' is not an octal number\nnote: write it as 0600"),
        ("1000", "01000 is out of range: at most 0777"),
    ])
    func whatAreNoPermissionsIsRefused(_ text: String, _ message: String) {
        #expect(rendered("log_file_mode", text) == "refused: \(message)")
    }

    @Test(arguments: [
        ("0", "0"), ("1", "1"), ("0.5", "0.5"), (".5", "0.5"), ("5.", "5"), ("+2.50", "2.5"), ("-0", "0"),
        ("0.1", "0.1"), ("0.00001", "0.00001"), ("0.000012345", "0.000012345"), ("00012", "12"),
        ("0.0000000000000000000001", "0.0000000000000000000001"),
        ("100000000", "100000000"), ("99999999.5", "99999999.5"), ("33.333333333333336", "33.333333333333336"),
    ])
    func weightsAreWrittenWithoutAnExponent(_ text: String, _ expected: String) {
        #expect(rendered("backend_weight", text) == expected)
    }

    /// A real without quotes is one token of pgpool's, and the same number.
    @Test func everyWeightIsReadBackAsOneNumber() throws {
        var generator = SeededGenerator(seed: 7)
        let parameter = try #require(Catalogue.shared.parameter(named: "backend_weight", in: PgpoolVersion(4, 5)))
        for _ in 0..<300 {
            let exponent = Double.random(in: -30...8, using: &generator)
            let value = Double.random(in: 0...1, using: &generator) * (exponent == 0 ? 1 : pow10(exponent))
            let text = try PgpoolConfFile.write(.double(value), for: parameter)
            let contents = PgpoolConfFile.read(Array("w = \(text)\n".utf8), file: "f")
            #expect(contents.refusal == nil && contents.entries.count == 1, "\(text)")
            #expect(contents.entries.first.flatMap { Double($0.value) } == value, "\(text)")
        }
    }

    private func pow10(_ exponent: Double) -> Double {
        var result = 1.0
        for _ in 0..<Int(abs(exponent)) { result *= 10 }
        return exponent < 0 ? 1 / result : result
    }

    @Test(arguments: [
        ("abc", "'abc' is not a number\nnote: write a number such as 1 or 0.5"),
        ("", "'' is not a number\nnote: write a number such as 1 or 0.5"),
        ("1 x", "'1 x' is not a number\nnote: write a number such as 1 or 0.5"),
        ("nan", "'nan' is not a number\nnote: write a number such as 1 or 0.5"),
        ("inf", "'inf' is not a number\nnote: write a number such as 1 or 0.5"),
        ("1e3", "'1e3' is not a number\nnote: write a number such as 1 or 0.5"),
        ("0x1p3", "'0x1p3' is not a number\nnote: write a number such as 1 or 0.5"),
        ("1.2.3", "'1.2.3' is not a number\nnote: write a number such as 1 or 0.5"),
        ("-1", "-1 is out of range: from 0 to 100000000"),
        ("100000001", "100000001 is out of range: from 0 to 100000000"),
    ])
    func whatPgpoolWouldTakeForZeroIsRefused(_ text: String, _ message: String) {
        #expect(rendered("backend_weight", text) == "refused: \(message)")
    }

    @Test(arguments: [
        ("log_min_messages", "info", "'info'"), ("log_min_messages", "DEBUG5", "'debug5'"),
        ("syslog_facility", "local3", "'LOCAL3'"), ("check_temp_table", "On", "'on'"),
        ("disable_load_balance_on_write", "dml_adaptive", "'dml_adaptive'"),
        ("process_management_strategy", "lazy", "'lazy'"),
    ])
    func wordsAreTakenInAnyCaseAndWrittenAsPgpoolHasThem(_ name: String, _ text: String, _ expected: String) {
        #expect(rendered(name, text) == expected)
    }

    @Test(arguments: [
        ("log_error_verbosity", "tersee", "'tersee' is not one of terse, default, verbose\nnote: did you mean terse?"),
        (
            "relcache_query_target", "master", "'master' is not one of primary, load_balance_node"
        ),
        ("check_temp_table", "true", "'true' is not one of catalog, trace, none, on, off"),
        ("memqcache_method", "shmem ", "'shmem ' is not one of shmem, memcached\nnote: did you mean shmem?"),
        ("memqcache_method", "", "'' is not one of shmem, memcached"),
    ])
    func wordsThatPgpoolDoesNotKnowAreRefused(_ name: String, _ text: String, _ message: String) {
        #expect(rendered(name, text) == "refused: \(message)")
    }

    @Test func aModeThatASeriesRetiredIsRefusedThere() {
        #expect(rendered("backend_clustering_mode", "slony", PgpoolVersion(4, 6)) == "'slony'")
        #expect(
            rendered("backend_clustering_mode", "slony", PgpoolVersion(4, 7)).hasPrefix(
                "refused: 'slony' is not one of "))
    }

    @Test(arguments: [
        ("failover_command", "", "''"), ("failover_command", "a \"b\" #c = d", "'a \"b\" #c = d'"),
        ("failover_command", "a\tb", "'a\tb'"), ("failover_command", "ünï\u{1F600}", "'ünï\u{1F600}'"),
        ("log_line_prefix", "%m\\n", "'%m\\n'"),
        ("failover_command", "it's", "refused: has a single quote, which pgpool.conf cannot carry"),
        (
            "failover_command", "a\nb",
            "refused: has a line break or another control character, which pgpool.conf cannot carry"
        ),
        (
            "failover_command", "a\rb",
            "refused: has a line break or another control character, which pgpool.conf cannot carry"
        ),
        (
            "failover_command", "a\0b",
            "refused: has a line break or another control character, which pgpool.conf cannot carry"
        ),
        (
            "failover_command", "a\\",
            "refused: ends in a backslash, which would take the closing quote of pgpool.conf with it"
        ),
        // One character for Swift: a prepended mark and a backslash.
        (
            "failover_command", "a\u{0600}\\",
            "refused: ends in a backslash, which would take the closing quote of pgpool.conf with it"
        ),
        ("failover_command", "a'\u{0301}", "refused: has a single quote, which pgpool.conf cannot carry"),
    ])
    func stringsAreQuotedOrRefused(_ name: String, _ text: String, _ expected: String) {
        #expect(rendered(name, text) == expected)
    }

    /// Measured: what is longer is silently cut.
    @Test(arguments: [
        ("backend_hostname", 127), ("hostname", 127), ("heartbeat_hostname", 127), ("backend_data_directory", 254),
        ("backend_application_name", 62), ("heartbeat_device", 14),
    ])
    func stringsThatPgpoolWouldCutAreRefused(_ name: String, _ longest: Int) {
        let text = String(repeating: "x", count: longest)
        #expect(rendered(name, text) == "'\(text)'")
        #expect(rendered(name, text + "x") == "refused: is \(longest + 1) bytes long; pgpool cuts it at \(longest)")
    }
}
