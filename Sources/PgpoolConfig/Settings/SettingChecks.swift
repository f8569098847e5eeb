import ClusterSpec
import Diagnostics

/// What must hold between settings: pgpool refuses some of it at start, and misbehaves silently on the rest.
struct SettingChecks {
    let settings: [ResolvedSetting]
    /// nil when files are judged that no spec is known of.
    let spec: ClusterSpec?
    let version: PgpoolVersion
    private let indices: [String: Int]

    init(settings: [ResolvedSetting], spec: ClusterSpec?, version: PgpoolVersion) {
        self.settings = settings
        self.spec = spec
        self.version = version
        indices = Dictionary(settings.indices.map { (settings[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func run() -> [Diagnostic] {
        children() + spareChildren() + memoryCache() + paths() + sockets() + ports() + backends() + lists()
            + listenAddresses() + loopback() + redirections() + watchdog() + tls() + versionFloor() + secrets()
    }

    /// pgpool takes a password that is left empty from pool_passwd.
    private func secrets() -> [Diagnostic] {
        guard spec != nil else { return [] }
        return settings.filter { $0.parameter.isSecret && !$0.value.text.isEmpty }.map {
            warning($0.name, "a secret in clear text, in the spec and in pgpool.conf")
        }
    }

    private func setting(_ name: String) -> ResolvedSetting? { indices[name].map { settings[$0] } }

    /// The value in force: the setting's, else the version's own default.
    private func number(_ name: String) -> Int64? {
        let text = setting(name)?.value.text ?? Catalogue.shared.parameter(named: name, in: version)?.defaultValue
        return text.flatMap { Int64($0) }
    }

    private func text(_ name: String) -> String? {
        setting(name)?.value.text ?? Catalogue.shared.parameter(named: name, in: version)?.defaultValue
    }

    private func error(_ name: String, _ message: String, _ notes: String...) -> Diagnostic {
        let setting = setting(name)
        return Diagnostic(.error, at: setting?.location, key: setting?.key ?? name, message, notes: notes)
    }

    private func warning(_ name: String, _ message: String, _ notes: String...) -> Diagnostic {
        var diagnostic = error(name, message)
        diagnostic.severity = .warning
        diagnostic.notes = notes
        return diagnostic
    }

    private func children() -> [Diagnostic] {
        guard let children = number("num_init_children"), let reserved = number("reserved_connections") else {
            return []
        }
        if reserved < 1 {
            return [
                error(
                    "reserved_connections",
                    "must be at least 1: at 0 a client of a full pool hangs in the listen queue instead of getting an error"
                )
            ]
        }
        guard reserved >= children else { return queue(children) }
        guard setting("reserved_connections")?.layer == .user || spec == nil else {
            return [
                Diagnostic(
                    .error, at: spec?.pgpool.children.location, key: "pgpool.children",
                    "\(reserved) of \(children) children is kept in reserve (reserved_connections), so every client is "
                        + "refused", notes: ["give at least \(reserved + 1)"])
            ]
        }
        return [
            error(
                "reserved_connections", "\(reserved) of \(children) children are reserved, so every client is refused",
                "it must be less than num_init_children (pgpool.children)")
        ]
    }

    private func queue(_ children: Int64) -> [Diagnostic] {
        let multiplier = number("listen_backlog_multiplier") ?? 1
        let (queue, overflow) = children.multipliedReportingOverflow(by: multiplier)
        guard overflow || queue > SettingRule.somaxconn else { return [] }
        var found = warning(
            "listen_backlog_multiplier",
            "num_init_children \(children) × \(multiplier) is more than net.core.somaxconn (\(SettingRule.somaxconn)); "
                + "the kernel cuts the listen queue there")
        if found.location == nil, let spec {
            found.location = spec.pgpool.children.location
            found.key = "pgpool.children"
        }
        return [found]
    }

    private func spareChildren() -> [Diagnostic] {
        guard text("process_management_mode") == "dynamic", let low = number("min_spare_children"),
            let high = number("max_spare_children"), let children = number("num_init_children")
        else { return [] }
        let blamed =
            ["max_spare_children", "min_spare_children"].first { setting($0) != nil } ?? "process_management_mode"
        if low >= high {
            return [
                error(
                    blamed,
                    "min_spare_children \(low) is not below max_spare_children \(high), so pgpool will not start")
            ]
        }
        guard high > children else { return [] }
        return [
            error(
                blamed, "max_spare_children \(high) is above num_init_children \(children), so pgpool will not start",
                "raise pgpool.children or lower max_spare_children")
        ]
    }

    private func memoryCache() -> [Diagnostic] {
        guard text("memqcache_method") == "shmem", let entry = number("memqcache_maxcache"),
            let block = number("memqcache_cache_block_size"), let total = number("memqcache_total_size")
        else { return [] }
        if entry > block {
            return [
                error(
                    setting("memqcache_maxcache") == nil ? "memqcache_cache_block_size" : "memqcache_maxcache",
                    "memqcache_maxcache \(entry) is above memqcache_cache_block_size \(block), so pgpool will not start"
                )
            ]
        }
        guard total < block else { return [] }
        return [
            error(
                setting("memqcache_total_size") == nil ? "memqcache_cache_block_size" : "memqcache_total_size",
                "memqcache_total_size \(total) is below memqcache_cache_block_size \(block), so pgpool will not start")
        ]
    }

    /// These mean something relative to wherever pgpool was started.
    private func paths() -> [Diagnostic] {
        let names = [
            "logdir", "work_dir", "log_directory", "wd_ipc_socket_dir", "memqcache_oiddir", "socket_dir",
            "pcp_socket_dir", "unix_socket_directories",
        ]
        return names.compactMap { name in
            guard let setting = setting(name), setting.layer == .user else { return nil }
            let items = setting.value.text.split(separator: ",")
            guard items.isEmpty || !items.allSatisfy({ $0.hasPrefix("/") }) else { return nil }
            return error(name, "needs an absolute path: a relative one depends on where pgpool is started from")
        }
    }

    /// A socket's path has room for 107 bytes.
    private func sockets() -> [Diagnostic] {
        [("socket_dir", "port"), ("unix_socket_directories", "port"), ("pcp_socket_dir", "pcp_port")].compactMap {
            name, port in
            guard let setting = setting(name), let port = number(port) else { return nil }
            let longest = setting.value.text.split(separator: ",").map(\.utf8.count).max() ?? 0
            let length = longest + "/.s.PGSQL.\(port)".utf8.count
            guard length > 107 else { return nil }
            return error(name, "the socket's path would be \(length) bytes long; the limit is 107")
        }
    }

    private func ports() -> [Diagnostic] {
        guard let pcp = number("pcp_port"), let spec else { return [] }
        let others = [
            ("pgpool.port", Int64(spec.pgpool.port.value), spec.pgpool.port.location),
            ("health.port", Int64(spec.health.port.value), spec.health.port.location),
        ]
        return others.filter { $0.1 == pcp }.map { name, port, location in
            Diagnostic(
                .error, at: location ?? setting("pcp_port")?.location, key: name, "port \(port) is pgpool's pcp_port",
                notes: ["pick another port, or set pcp_port below pgpool.parameters"])
        }
    }

    private func backends() -> [Diagnostic] {
        let hosts = Set(settings.filter { $0.parameter.name == "backend_hostname" }.map(\.name.nodeIndex))
        let ports = Set(settings.filter { $0.parameter.name == "backend_port" }.map(\.name.nodeIndex))
        return hosts.symmetricDifference(ports).sorted().map { index in
            hosts.contains(index)
                ? error("backend_hostname\(index)", "has no backend_port\(index), so pgpool drops this backend")
                : error("backend_port\(index)", "has no backend_hostname\(index)")
        }
            + hosts.sorted().filter { setting("backend_weight\($0)") == nil }.map {
                warning("backend_hostname\($0)", "has no backend_weight\($0), so it serves no reads: the default is 0")
            }
    }

    /// Lists are cut at their separator and, before 4.6, not trimmed.
    private func lists() -> [Diagnostic] {
        var found: [Diagnostic] = []
        if let setting = setting("log_destination"),
            setting.value.text.split(separator: ",", omittingEmptySubsequences: false)
                .contains(where: { $0 != "stderr" && $0 != "syslog" })
        {
            found.append(
                error(
                    "log_destination", "is stderr, syslog or both as 'stderr,syslog', in lower case and without blanks")
            )
        }
        guard !version.isAtLeast(4, 6) else { return found }
        for setting in settings where setting.parameter.type == .list && setting.layer == .user {
            let separator = Catalogue.separator(of: setting.parameter.name)
            let items = setting.value.text.unicodeScalars.split(separator: separator)
            guard items.contains(where: { $0.first == " " || $0.last == " " }) else { continue }
            // SQL commands may begin with a blank; names and patterns then never match.
            guard separator == "," else { continue }
            found.append(
                error(
                    setting.name, "Pgpool-II \(version) keeps the blanks around an item, which then never matches",
                    "write the items without blanks, or as a YAML list"))
        }
        return found
    }

    /// The doctor asks on 127.0.0.1, both pgpool and PCP.
    private func loopback() -> [Diagnostic] {
        guard spec != nil else { return [] }
        return ["listen_addresses", "pcp_listen_addresses"].compactMap { name in
            guard let setting = setting(name), setting.layer == .user else { return nil }
            let items = setting.value.text.split(separator: ",").map { $0.filter { $0 != " " } }
            guard !items.contains(where: { ["*", "0.0.0.0", "127.0.0.1", "localhost"].contains($0) }) else {
                return nil
            }
            return error(
                name,
                "leaves 127.0.0.1 out, where the health check asks: the load balancer would see no healthy instance",
                "add localhost, or write '*'")
        }
    }

    private func listenAddresses() -> [Diagnostic] {
        guard !version.isAtLeast(4, 4) else { return [] }
        return ["listen_addresses", "pcp_listen_addresses"].compactMap { name in
            guard let setting = setting(name),
                setting.value.text.unicodeScalars.contains(where: { $0 == "," || $0 == " " })
            else {
                return nil
            }
            return error(name, "Pgpool-II \(version) takes one address here", "lists came with 4.4; write one, or '*'")
        }
    }

    private func redirections() -> [Diagnostic] {
        let names = [
            "database_redirect_preference_list", "app_name_redirect_preference_list", "user_redirect_preference_list",
        ]
        return names.compactMap { name in
            guard let setting = setting(name), !setting.value.text.isEmpty else { return nil }
            let items = setting.value.text.split(separator: ",", omittingEmptySubsequences: false)
            let probe = "\(SettingRule.replicaProbe):"
            if let own = items.first(where: { $0.hasPrefix(probe) }), own != "\(probe)standby" {
                return error(name, "sends the doctor's question for a reader elsewhere", "remove \(own)")
            }
            guard let bad = items.first(where: { !SettingChecks.isRedirection($0) }) else { return nil }
            return error(
                name, "'\(Parse.excerpt(String(bad)))' is not a redirection",
                "each item is PATTERN:NODE or PATTERN:NODE(WEIGHT), NODE being primary, standby or a number; no blanks")
        }
    }

    private static func isRedirection(_ item: Substring) -> Bool {
        guard let colon = item.lastIndex(of: ":"), colon != item.startIndex else { return false }
        var node = item[item.index(after: colon)...]
        if node.hasSuffix(")"), let open = node.firstIndex(of: "(") {
            guard let weight = Parse.decimal(String(node[node.index(after: open)...].dropLast())),
                (0...1).contains(weight)
            else { return false }
            node = node[..<open]
        }
        return ["primary", "standby"].contains(node.lowercased())
            || node.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                && Int(node).map { $0 <= Catalogue.highestIndex } == true
    }

    private func watchdog() -> [Diagnostic] {
        var found: [Diagnostic] = []
        if text("use_watchdog") == "on" {
            found.append(
                error(
                    "use_watchdog", "the watchdog has no place here: the load balancer takes a failed instance out",
                    "remove the line"))
        }
        if text("replication_mode") == "on" {
            found.append(error("replication_mode", "Aurora replicates by itself; pgpool must not", "remove the line"))
        }
        for setting in settings where setting.parameter.name == "heartbeat_port" {
            let partner = "heartbeat_hostname\(setting.name.nodeIndex)"
            if self.setting(partner) == nil {
                found.append(error(setting.name, "needs \(partner), or pgpool will not start"))
            }
        }
        for name in ["recovery_1st_stage_command", "recovery_2nd_stage_command"] where text(name) != "" {
            guard setting(name) != nil else { continue }
            found.append(error(name, "Aurora's nodes are not recovered by pgpool", "remove the line"))
        }
        return found
    }

    private func tls() -> [Diagnostic] {
        guard let authority = setting("ssl_ca_cert"), !authority.value.text.isEmpty else { return [] }
        if spec?.aurora.tls.mode.value == .verifyCA {
            return [
                error(
                    "ssl_ca_cert",
                    "aurora.tls.mode verify-ca verifies by ssl_ca_cert_dir, for which ssl_ca_cert stays empty",
                    "put the certificate into aurora.tls.ca_dir")
            ]
        }
        guard spec?.pgpool.tls != nil || !(text("ssl_cert") ?? "").isEmpty else { return [] }
        return [
            warning(
                "ssl_ca_cert", "also judges client certificates: a client that presents an unrelated one is refused",
                "use `aurora: {tls: {mode: verify-ca}}`, which does not")
        ]
    }

    private func versionFloor() -> [Diagnostic] {
        guard version.hasAuthenticationBypass, let floor = PgpoolVersion.firstMended[version.minor] else { return [] }
        let mended = "\(version.series).\(floor)"
        let note =
            "for a distribution's package that carries the fix, write the series alone: `version: \"\(version.series)\"`"
        guard let spec else {
            return [
                Diagnostic(
                    .error, key: "version",
                    "Pgpool-II \(version) has an authentication bypass (CVE-2025-46801), fixed in \(mended)",
                    notes: ["use \(mended) or newer"])
            ]
        }
        if spec.auth.mode.value == .passthrough {
            return [
                Diagnostic(
                    .error, at: spec.auth.mode.location, key: "auth.mode",
                    "with passthrough Pgpool-II \(version) lets a wrong password in on a cached connection "
                        + "(CVE-2025-46801, fixed in \(mended))",
                    notes: ["use \(mended) or newer, or `mode: scram`", note])
            ]
        }
        return [
            Diagnostic(
                .warning, at: spec.pgpool.version?.location, key: "pgpool.version",
                "Pgpool-II \(version) has an authentication bypass (CVE-2025-46801), fixed in \(mended)",
                notes: ["use \(mended) or newer", note])
        ]
    }
}

extension String {
    /// The number at the end of an indexed parameter's name.
    fileprivate var nodeIndex: Int { Catalogue.splitIndex(self).index ?? 0 }
}

extension Catalogue {
    /// What joins the items of a list.
    static func separator(of name: String) -> Unicode.Scalar {
        ["reset_query_list", "primary_routing_query_pattern_list"].contains(name) ? ";" : ","
    }
}
