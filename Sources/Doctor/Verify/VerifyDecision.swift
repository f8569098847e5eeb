package import ClusterSpec
import Diagnostics
import PgpoolConfig
import Postgres

/// What the facts mean.
package struct VerifyDecision: Sendable {
    private let facts: VerifyFacts
    private let spec: ClusterSpec?

    /// Without a spec it is not known what should be.
    package init(_ facts: VerifyFacts, spec: ClusterSpec?) {
        self.facts = facts
        self.spec = spec
    }

    /// What was looked at, in an order that leads from cause to effect.
    package var findings: [VerifyFinding] {
        [login, tls, version, nodes].compactMap(\.self) + backends
            + [writes, reads, weights, replication, connections].compactMap(\.self) + health
    }

    private var pool: VerifyFacts.Pool? { try? facts.pool.get() }
    private var routing: RoutingProbe.Routing? { try? facts.routing?.get() }

    // MARK: - pgpool

    private var login: VerifyFinding {
        switch facts.pool {
        case .failure(let error): VerifyFinding("login", .wrong, error.message, mend: VerifyDecision.mend(error))
        case .success(let pool) where pool.version == nil:
            VerifyFinding(
                "login", .wrong, "what answers is no pgpool",
                mend: "give --host and --port of the load balancer or of a pgpool, not of the database")
        case .success(let pool): VerifyFinding("login", .ok, "Pgpool-II \(pool.version ?? "")")
        }
    }

    /// What somebody does next who could not log in.
    static func mend(_ error: PostgresError) -> String {
        let text = error.message
        if text.contains("too many clients") || error.sqlState == "53300" {
            return "every child has a client; look at /metrics of the doctor, and at num_init_children"
        }
        if text.contains("translate host name") { return "the name does not resolve here; a port goes into --port" }
        if text.contains("pool_hba.conf") { return "pgpool.allow of the spec does not let this address in" }
        if error.sqlState == "28P01" || text.contains("authentication failed") {
            return
                "is it the user's present password? after a rotation `render-config --apply` brings pgpool the new one"
        }
        if text.contains("backend") || text.contains("all backend nodes are down") {
            return "pgpool lives, and a database does not let it in; look at the lines of writer and reader"
        }
        switch error.code {
        case .timeout: return "something accepts connections and does not answer; look at the lines of health"
        case .connectionFailed:
            return
                "is pgpool running there, at this port (a load balancer listens at 5432), and does a security group let "
                + "this address in?"
        case .queryFailed, .cancelled: return ""
        }
    }

    private var tls: VerifyFinding? {
        guard let pool else { return nil }
        if let version = pool.tlsVersion {
            let isOld = ["TLSv1", "TLSv1.1"].contains(version)
            return VerifyFinding(
                "tls", isOld ? .warning : .ok, version, mend: isOld ? "use a client library that speaks TLS 1.2" : "")
        }
        guard spec?.pgpool.tls != nil else {
            return VerifyFinding(
                "tls", .warning, "none: passwords are hashed, and data is not encrypted up to pgpool",
                mend: "name a certificate in pgpool.tls of the spec")
        }
        return VerifyFinding(
            "tls", .wrong, "none, although the spec has pgpool.tls",
            mend: "`render-config --apply` installs it; pgpool's log says why it does not take the certificate")
    }

    private var version: VerifyFinding? {
        guard let text = pool?.version else { return nil }
        guard let version = try? PgpoolVersion.parse(text) else {
            return VerifyFinding("version", .warning, "Pgpool-II \(text) is not known to this tool")
        }
        if let wanted = spec?.pgpool.version?.value,
            wanted.series != version.series || wanted.patch.map({ $0 != version.patch }) ?? false
        {
            return VerifyFinding(
                "version", .wrong, "\(version) runs, and the spec has \(wanted)", mend: "build an image of \(wanted)")
        }
        guard version.hasAuthenticationBypass, let floor = PgpoolVersion.firstMended[version.minor] else {
            return VerifyFinding("version", .ok, version.description)
        }
        return VerifyFinding(
            "version", .warning, "\(version) has an authentication bypass (CVE-2025-46801), unless it was patched",
            mend: "use \(version.series).\(floor) or newer, or a distribution's package that carries the fix")
    }

    /// pgpool's own view. It is no evidence that a node is well, but that one is down is.
    private var nodes: VerifyFinding? {
        guard let nodes = pool?.nodes, !nodes.isEmpty else { return nil }
        let text = nodes.map { "\($0.id) \($0.endpoint) \($0.status)" }.joined(separator: ", ")
        let down = nodes.filter { ["down", "quarantine"].contains($0.status) }
        guard down.isEmpty else {
            return VerifyFinding(
                "nodes", .wrong, text,
                mend: "with Aurora pgpool must never take a node out: `render-config --check` finds the setting")
        }
        return VerifyFinding("nodes", .ok, text)
    }

    // MARK: - Databases

    private var backends: [VerifyFinding] {
        VerifyFacts.Role.allCases.compactMap { role in
            guard let found = facts.backends[role] else { return nil }
            let endpoint = role == .writer ? spec?.aurora.writer : spec?.aurora.reader
            let name = endpoint.map { "\($0.value.host):\($0.value.port ?? spec?.aurora.port.value ?? 5432)" } ?? ""
            switch found {
            case .success(let server): return backend(role, name, server)
            case .failure(let error):
                // Who is outside of the VPC cannot see them, and if all works through pgpool they are well.
                let isOutside = error.code == .timeout || error.code == .connectionFailed && error.sqlState == nil
                let works = role == .writer ? routing != nil : (routing?.readOnlyCount ?? 0) > 0
                return VerifyFinding(
                    role.rawValue, isOutside && works ? .unknown : .wrong, "\(name): \(error.message)",
                    mend: isOutside && works ? "" : VerifyDecision.mend(database: error))
            }
        }
    }

    private func backend(_ role: VerifyFacts.Role, _ name: String, _ server: RoutingProbe.Server) -> VerifyFinding {
        let text = "\(name): PostgreSQL \(server.version), \(server.isReadOnly ? "read-only" : "takes writes")"
        switch (role, server.isReadOnly) {
        case (.writer, true):
            return VerifyFinding(
                role.rawValue, .wrong, text,
                mend: "a failover may be under way; else aurora.writer is not the cluster's writer endpoint, or "
                    + "default_transaction_read_only is on")
        case (.reader, false):
            let hasNone = spec?.aurora.readers.value == 0
            return VerifyFinding(
                role.rawValue, hasNone ? .ok : .warning, text,
                mend: hasNone ? "" : "the reader endpoint leads to the writer: has the cluster no reader now?")
        default: return VerifyFinding(role.rawValue, .ok, text)
        }
    }

    private static func mend(database error: PostgresError) -> String {
        switch error.sqlState {
        case "53300": "it has no connection left: see aurora.max_connections and the connection budget"
        case "28P01": "the database has another password than the one given; has it been rotated?"
        case "28000": "its pg_hba.conf or rds.force_ssl does not let this login in"
        case "57P03": "it is starting or stopping; try again"
        default:
            error.code == .timeout
                ? "it accepts connections and does not answer, or a security group drops them"
                : "it does not run, or a security group does not let this address in"
        }
    }

    // MARK: - Where statements go

    private var writes: VerifyFinding? {
        switch facts.routing {
        case nil: return nil
        case .failure(let error):
            return VerifyFinding("writes", .wrong, error.description, mend: VerifyDecision.mend(statement: error))
        case .success(let routing) where routing.write.isReadOnly:
            return VerifyFinding(
                "writes", .wrong, "they come to \(routing.write.address), which is read-only",
                mend: "after a failover the doctor mends this within seconds; see its log, and aurora.writer")
        case .success(let routing): return VerifyFinding("writes", .ok, "on \(routing.write.address)")
        }
    }

    private static func mend(statement error: PostgresError) -> String {
        switch error.sqlState {
        case "25006": "the writer is read-only: a failover is under way, or aurora.writer leads to a reader"
        case "42501": "the user may not make temporary tables; give verify one that may"
        default: mend(error)
        }
    }

    private var reads: VerifyFinding? {
        guard let routing else { return nil }
        let text =
            "\(routing.readOnlyCount) of \(routing.readCount) on read-only servers: "
            + routing.reads.sorted { $0.key.address < $1.key.address }.map { "\($0.value) on \($0.key.address)" }
            .joined(separator: ", ")
        let wantsReader = readerWeight.map { $0 > 0 } ?? true
        guard wantsReader, routing.readOnlyCount == 0, spec?.aurora.readers.value != 0 else {
            return VerifyFinding("reads", .ok, text)
        }
        return VerifyFinding(
            "reads", .wrong, text,
            mend: "no read reaches a reader: look at the lines of reader and nodes, and at `SHOW pool_nodes`")
    }

    /// The share that the standbys should have; nil when nobody says.
    private var readerWeight: Double? {
        if let nodes = pool?.nodes, !nodes.isEmpty {
            return nodes.filter { $0.role == "standby" || $0.role == "replica" }.map(\.weight).reduce(0, +)
        }
        guard let weights = spec?.pgpool.weights else { return nil }
        let (writer, reader) = (Double(weights.writer.value), Double(weights.reader.value))
        return writer + reader > 0 ? reader / (writer + reader) : nil
    }

    private var weights: VerifyFinding? {
        guard let routing, let wanted = readerWeight, routing.readCount > 0 else { return nil }
        let share = Double(routing.readOnlyCount) / Double(routing.readCount)
        let text = "the readers got \(percent(share)) of \(routing.readCount) reads, and should get \(percent(wanted))"
        // A session may stay on the node that it was given, so sessions are what is counted; four deviations are no chance.
        let deviation = (wanted * (1 - wanted) / Double(max(1, routing.sessions))).squareRoot()
        guard abs(share - wanted) > max(0.02, 4 * deviation) else { return VerifyFinding("weights", .ok, text) }
        return VerifyFinding(
            "weights", .warning, text,
            mend: "are pgpool.weights those of the spec? `render-config --check` says; a reader that is away gives its "
                + "reads to the writer")
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    private var replication: VerifyFinding? {
        guard routing != nil else { return nil }
        guard let worst = facts.lags.max(by: { $0.milliseconds < $1.milliseconds }) else {
            return VerifyFinding("replication", .unknown, "no server says how far its replicas are behind")
        }
        let text = "\(worst.server) is \(Int(worst.milliseconds.rounded())) ms behind"
        guard worst.milliseconds > 5_000 else { return VerifyFinding("replication", .ok, text) }
        return VerifyFinding(
            "replication", .warning, text, mend: "reads see old data for so long; look at the writer's load")
    }

    // MARK: - Connections

    private var connections: VerifyFinding? {
        guard let pool, pool.version != nil else { return nil }
        let known =
            facts.backends.values.compactMap { try? $0.get() } + (routing.map { [$0.write] + $0.reads.keys } ?? [])
        guard let least = known.compactMap(\.maxConnections).min() else { return nil }
        guard var spec, let children = pool.children else {
            return VerifyFinding(
                "connections", .unknown, "max_connections is \(least)",
                mend: spec == nil ? "give --config, and it is compared with what the fleet may open" : "")
        }
        spec.aurora.maxConnections = Setting(least)
        guard var budget = ConnectionBudget(spec, maxPool: pool.maxPool ?? 1, backends: max(2, pool.nodes.count)) else {
            return nil
        }
        budget.source = "the least of the servers"
        if let refusal = budget.refusal(children: children, at: nil, key: "") {
            return VerifyFinding(
                "connections", .wrong, refusal.message,
                mend: "`children: auto` fits itself; at most \(budget.mostChildren) children fit")
        }
        return VerifyFinding(
            "connections", .ok,
            "max_connections is \(least); \(budget.instances) instances open at most "
                + "\(budget.connections(children: children)), \(budget.reserved) are kept back")
    }

    // MARK: - The doctor

    /// In the order in which they are named in the documentation.
    package static let paths = ["/ready", "/live", "/primary", "/replica"]

    private var health: [VerifyFinding] {
        let answers = VerifyDecision.paths.compactMap { path in facts.health[path].map { (path, $0) } }
        let unreachable = answers.filter { if case .failure = $0.1 { true } else { false } }
        if !answers.isEmpty, unreachable.count == answers.count, case .failure(let why) = answers[0].1 {
            // A load balancer has no listener for it.
            let isTold = (try? facts.pool.get()) == nil
            return [
                VerifyFinding(
                    "health", .unknown, why.message,
                    mend: isTold
                        ? "does the doctor run there? its port is --health-port"
                        : "ask an instance itself: through the load balancer the doctor is not reached")
            ]
        }
        return answers.map { path, answer in
            switch answer {
            case .success(let answer) where answer.status == 200:
                VerifyFinding("health \(path)", .ok, "200, \(answer.text)")
            case .success(let answer): VerifyFinding("health \(path)", .wrong, "\(answer.status), \(answer.text)")
            case .failure(let why): VerifyFinding("health \(path)", .wrong, why.message)
            }
        }
    }
}
