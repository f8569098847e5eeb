import ClusterSpec
import Diagnostics

/// What a rule may look at to find its value.
struct RuleContext {
    var spec: ClusterSpec
    var version: PgpoolVersion
    var layout: Layout
    var children: Int
    /// How many backends there are: the writer, the reader, and those that the user adds by `parameters`.
    var backends: Int

    /// The endpoint of backend 0 or 1.
    func endpoint(_ index: Int) -> Setting<Endpoint>? { index == 0 ? spec.aurora.writer : spec.aurora.reader }
}

/// Where the rendered files will stand.
package enum Layout: Sendable {
    /// A folder that a person looks at, and from which pgpool can be started as it is: where sockets and the pid file
    /// go is left to the build's own defaults.
    case folder
    /// `/etc/pgpool-aurora/current` with our own units, which make `/run/pgpool`.
    case installed
}

/// One row of the layers: a key, who decides it, and why.
struct SettingRule: Sendable {
    /// Where a rule's value comes from.
    enum Source: Sendable {
        /// Aurora needs it.
        case mandatory
        /// Ours; `parameters` may say otherwise.
        case ours
        /// Another key of the spec decides it, or nil and we do, so `parameters` may only repeat it.
        case spec(String?, @Sendable (RuleContext) -> SourceLocation?)
    }

    var name: String
    var source: Source
    var reason: String
    /// The value where it is the same for every spec.
    var fixedValue: String?
    /// The value as text, or nil when the rule does not apply.
    var value: @Sendable (RuleContext) -> String?

    static func mandatory(_ name: String, _ value: String, _ reason: String) -> SettingRule {
        SettingRule(name: name, source: .mandatory, reason: reason, fixedValue: value) { _ in value }
    }

    static func ours(_ name: String, _ value: String, _ reason: String) -> SettingRule {
        SettingRule(name: name, source: .ours, reason: reason) { _ in value }
    }

    static func ours(_ name: String, _ reason: String, _ value: @escaping @Sendable (RuleContext) -> String?)
        -> SettingRule
    {
        SettingRule(name: name, source: .ours, reason: reason, value: value)
    }

    static func spec(
        _ name: String, _ key: String?, _ reason: String,
        at location: @escaping @Sendable (RuleContext) -> SourceLocation?,
        _ value: @escaping @Sendable (RuleContext) -> String?
    ) -> SettingRule {
        SettingRule(name: name, source: .spec(key, location), reason: reason, value: value)
    }
}

extension SettingRule {
    /// What Aurora needs. A rule for a name without an index holds for every index too.
    static let mandatory: [SettingRule] = [
        .mandatory(
            "backend_clustering_mode", "streaming_replication",
            "Aurora replicates by itself and its readers are read-only, which is what this mode expects"),
        .mandatory("sr_check_period", "0", "Aurora lacks the functions that the streaming replication check calls"),
        .mandatory("health_check_period", "0", "Aurora's endpoints move by themselves; pgpool must not detach a node"),
        .mandatory(
            "failover_on_backend_error", "off",
            "Aurora owns failover; an unreachable reader is skipped and the session runs on the writer"),
        .mandatory("failover_on_backend_shutdown", "off", "Aurora owns failover; a restarting node comes back"),
        .mandatory("enable_pool_hba", "on", "with it off pool_hba.conf is dead text"),
        .mandatory(
            "allow_clear_text_frontend_auth", "off",
            "it would take passwords in clear text without TLS; passthrough uses `hostssl … password` instead"),
    ]

    /// What other keys of the spec decide.
    static let fromSpec: [SettingRule] =
        [
            .spec("port", "pgpool.port", "the port that clients and the load balancer use") {
                $0.spec.pgpool.port.location
            } _: {
                String($0.spec.pgpool.port.value)
            },
            .spec(
                "num_init_children", "pgpool.children",
                "how many clients one instance serves at once; see the connection budget"
            ) {
                $0.spec.pgpool.children.location
            } _: {
                String($0.children)
            },
            .spec("max_pool", "pgpool.max_pool", "the number of distinct (user, database) pairs that a child keeps") {
                $0.spec.pgpool.maxPool.location
            } _: {
                String($0.spec.pgpool.maxPool.value)
            },
            .spec("pool_passwd", nil, "it stands beside pgpool.conf, so that both are swapped together") { _ in
                nil
            } _: { _ in
                "pool_passwd"
            },
            .spec(
                "ssl", "aurora.tls.mode", "one switch for both sides: TLS to Aurora, and to clients with a certificate"
            ) {
                $0.spec.pgpool.tls?.certificate.location ?? $0.spec.aurora.tls.mode.location
            } _: {
                $0.spec.aurora.tls.mode.value != .off || $0.spec.pgpool.tls != nil ? "on" : "off"
            },
            .spec("ssl_cert", "pgpool.tls.certificate", "what pgpool shows to clients") {
                $0.spec.pgpool.tls?.certificate.location
            } _: {
                $0.spec.pgpool.tls?.certificate.value
            },
            .spec("ssl_key", "pgpool.tls.key", "the certificate's key") {
                $0.spec.pgpool.tls?.key.location
            } _: {
                $0.spec.pgpool.tls?.key.value
            },
            .spec(
                "ssl_ca_cert_dir", "aurora.tls.ca_dir",
                "verifies Aurora's certificate chain; unlike ssl_ca_cert it does not judge client certificates"
            ) {
                $0.spec.aurora.tls.caDirectory.location
            } _: {
                $0.spec.aurora.tls.mode.value == .verifyCA ? $0.spec.aurora.tls.caDirectory.value : nil
            },
        ] + backends

    private static let backends: [SettingRule] = [(0, "writer"), (1, "reader")].flatMap { index, name in
        [
            .spec("backend_hostname\(index)", "aurora.\(name)", "the cluster's \(name) endpoint") {
                $0.endpoint(index)?.location
            } _: {
                $0.endpoint(index)?.value.host
            },
            .spec("backend_port\(index)", "aurora.port", "the \(name) endpoint's port") {
                $0.endpoint(index)?.value.port == nil ? $0.spec.aurora.port.location : $0.endpoint(index)?.location
            } _: {
                String($0.endpoint(index)?.value.port ?? $0.spec.aurora.port.value)
            },
            .spec("backend_weight\(index)", "pgpool.weights.\(name)", "the \(name)'s share of the reads") {
                weight($0, index).location
            } _: {
                ParameterValue.double(weight($0, index).value).text
            },
        ]
    }

    private static func weight(_ context: RuleContext, _ index: Int) -> Setting<Double> {
        index == 0 ? context.spec.pgpool.weights.writer : context.spec.pgpool.weights.reader
    }

    /// The listen queue that the kernel grants at most (`net.core.somaxconn`, as the image sets it).
    static let somaxconn = 4096

    /// Ours, with a reason each.
    static let ours: [SettingRule] = [
        .ours("listen_addresses", "*", "the load balancer reaches the instance by its own address"),
        .ours(
            "listen_backlog_multiplier",
            "num_init_children times this is the listen queue; the kernel cuts it at somaxconn"
        ) { String(max(1, min(2, somaxconn / $0.children))) },
        .ours(
            "reserved_connections", "1",
            "a full pool then answers with an error at once; at 0 the client hangs in the listen queue"),
        .ours("process_management_mode", "a steady number of children keeps the connection budget plain") {
            $0.version.isAtLeast(4, 4) ? "static" : nil
        },
        .ours("connection_life_time", "60", "idle pooled connections end, so that they follow Aurora's endpoints"),
        .ours("child_life_time", "300", "an idle child is renewed"),
        .ours("child_max_connections", "1000", "a busy child is renewed, and its memory with it"),
        .ours("load_balance_mode", "on", "reads go to the reader"),
        .ours(
            "disable_load_balance_on_write", "transaction",
            "after a write the rest of the transaction reads from the writer; `always` protects autocommit reads too"),
        .ours(
            "statement_level_load_balance",
            "with two backends every read picks its node; with more, SET does not reach all of them"
        ) { $0.backends == 2 ? "on" : "off" },
        .ours("read_only_function_list", "", "empty: pgpool looks a function's volatility up"),
        .ours("write_function_list", "", "empty: pgpool looks a function's volatility up"),
        .ours(
            "app_name_redirect_preference_list", "\(replicaProbe):standby",
            "how the doctor reaches the reader; your own list is added to it"),
        .ours("log_destination", "stderr", "the journal takes it from there"),
        .ours("log_statement", "off", "statement logs cost a third of the throughput"),
        .ours("log_per_node_statement", "off", "statement logs cost a third of the throughput"),
        .ours("log_hostname", "off", "it looks each client's name up"),
        .ours("pcp_listen_addresses", "localhost", "administration stays on the instance"),
        runtime("unix_socket_directories", "/run/pgpool"),
        runtime("pcp_socket_dir", "/run/pgpool"),
        runtime("wd_ipc_socket_dir", "/run/pgpool"),
        runtime("work_dir", "/run/pgpool"),
        .ours("pid_file_name", "one for each configuration, so that two never take each other for running") {
            $0.layout == .installed ? "/run/pgpool/pgpool.pid" : "pgpool.pid"
        },
    ]

    /// The application name by which the doctor asks for a reader.
    static let replicaProbe = "pgdoctor-replica"

    private static func runtime(_ name: String, _ path: String) -> SettingRule {
        .ours(name, "a folder of our unit's own, empty at each start") { $0.layout == .installed ? path : nil }
    }
}

extension SettingRule {
    /// What a version calls the parameter of a rule; nil when it does not know it.
    static func resolve(_ name: String, in version: PgpoolVersion) -> ResolvedName? {
        if let known = RuleNames.of(version)[name] { return known }
        return (try? Catalogue.shared.find(name, in: version)) ?? nil
    }
}

/// What each series calls the parameters of the rules, found once.
private enum RuleNames {
    static func of(_ version: PgpoolVersion) -> [String: ResolvedName] {
        switch version.series {
        case "4.2": series42
        case "4.3": series43
        case "4.4": series44
        case "4.5": series45
        case "4.6": series46
        case "4.7": series47
        default: [:]
        }
    }

    private static let series42 = make(PgpoolVersion(4, 2))
    private static let series43 = make(PgpoolVersion(4, 3))
    private static let series44 = make(PgpoolVersion(4, 4))
    private static let series45 = make(PgpoolVersion(4, 5))
    private static let series46 = make(PgpoolVersion(4, 6))
    private static let series47 = make(PgpoolVersion(4, 7))

    private static func make(_ version: PgpoolVersion) -> [String: ResolvedName] {
        let rules = SettingRule.mandatory + SettingRule.fromSpec + SettingRule.ours
        return Dictionary(
            rules.compactMap { rule in
                ((try? Catalogue.shared.find(rule.name, in: version)) ?? nil).map { (rule.name, $0) }
            }, uniquingKeysWith: { first, _ in first })
    }
}
