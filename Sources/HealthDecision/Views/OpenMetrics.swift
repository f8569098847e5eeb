/// The metrics, as text of OpenMetrics 1.0.
///
/// What is not known has no series: a zero would be a claim.
package enum OpenMetrics {
    package static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

    package static func render(_ snapshot: Snapshot) -> String {
        let families = [
            states(snapshot), [answers(snapshot)], children(snapshot), nodes(snapshot), connections(snapshot),
            probes(snapshot),
            [decisions(snapshot)], heals(snapshot.heals), doctor(snapshot),
        ]
        return families.joined().map(\.text).joined() + "# EOF\n"
    }

    private static func states(_ snapshot: Snapshot) -> [Family] {
        let state = snapshot.verdict.state
        let inState = snapshot.age(of: snapshot.verdict.since)
        return [
            Family(
                "state", .stateset, "What the doctor holds of this instance.",
                HealthState.allCases.map { Sample([("pgpool_aurora_state", $0.rawValue)], isTrue: $0 == state) }),
            Family(
                "state_age_seconds", .gauge, unit: "seconds", "How long the state has lasted.",
                [Sample(value: inState.decimalSeconds)]),
        ]
    }

    private static func answers(_ snapshot: Snapshot) -> Family {
        let samples = Question.allCases.compactMap { question in
            snapshot.verdict.answers[question].map { Sample([("question", question.rawValue)], isTrue: $0.isYes) }
        }
        return Family("answer", .gauge, "What a load balancer is told: 1 for yes.", samples)
    }

    private static func children(_ snapshot: Snapshot) -> [Family] {
        guard let children = snapshot.evidence.children else { return [] }
        var families = [
            Family("children", .gauge, "All children of pgpool.", [Sample(value: "\(children.total)")]),
            Family("children_busy", .gauge, "The children that have a session.", [Sample(value: "\(children.busy)")]),
            Family("children_free", .gauge, "The children that have no session.", [Sample(value: "\(children.free)")]),
            Family(
                "children_reserved", .gauge, "The children that pgpool keeps back from clients.",
                [Sample(value: "\(children.reserved)")]),
            Family(
                "saturated", .gauge, "Whether the next client would be refused, or would wait.",
                [Sample(isTrue: children.isSaturated)]),
        ]
        if children.poolSize > 0 {
            families += [
                Family(
                    "pool_entries", .gauge, "The pool entries that there may be: children times max_pool.",
                    [Sample(value: "\(children.poolSize)")]),
                Family(
                    "pool_entries_used", .gauge, "The pool entries that hold connections to the backends.",
                    [Sample(value: "\(children.pooled)")]),
            ]
        }
        return families
    }

    private static func nodes(_ snapshot: Snapshot) -> [Family] {
        let roles = ["writer", "reader", "unknown"]
        var states: [Sample] = []
        var weights: [Sample] = []
        for node in snapshot.nodes {
            let labels = [
                ("node", "\(node.number)"), ("endpoint", node.endpoint), ("host", node.host), ("port", "\(node.port)"),
            ]
            let seen = roles.contains(node.role) ? node.role : "unknown"
            states += roles.map { Sample(labels + [("pgpool_aurora_node_role", $0)], isTrue: $0 == seen) }
            if let weight = node.weight.decimal { weights.append(Sample(labels, value: weight)) }
        }
        return [
            Family("node_role", .stateset, "The role that the last probe saw.", states),
            Family("node_weight", .gauge, "The node's share of the reads (backend_weight).", weights),
        ]
    }

    private static func connections(_ snapshot: Snapshot) -> [Family] {
        let servers = snapshot.evidence.servers
        return [
            Family(
                "server_connections", .gauge, "The connections of all clients to the database server of an endpoint.",
                servers.map { Sample([("endpoint", $0.endpoint)], value: "\($0.open)") }),
            Family(
                "server_connections_allowed", .gauge,
                "The connections that the server allows, without those that it keeps for superusers.",
                servers.map { Sample([("endpoint", $0.endpoint)], value: "\($0.allowed)") }),
        ]
    }

    private static func probes(_ snapshot: Snapshot) -> [Family] {
        var durations: [Sample] = []
        var failures: [Sample] = []
        var ages: [Sample] = []
        for probe in ProbeName.allCases {
            let label = ("probe", probe.rawValue)
            if let statistics = snapshot.probes[probe] {
                var count = 0
                for (bound, inBucket) in zip(ProbeStatistics.bounds.map(\.description) + ["+Inf"], statistics.counts) {
                    count += inBucket
                    durations.append(Sample([label, ("le", bound)], suffix: "_bucket", value: "\(count)"))
                }
                durations.append(Sample([label], suffix: "_count", value: "\(count)"))
                durations.append(Sample([label], suffix: "_sum", value: statistics.sum.decimalSeconds))
                failures.append(Sample([label], suffix: "_total", value: "\(statistics.failures)"))
            }
            if let result = snapshot.evidence.result(of: probe) {
                ages.append(Sample([label], value: snapshot.age(of: result.at).decimalSeconds))
            }
        }
        return [
            Family("probe_duration_seconds", .histogram, unit: "seconds", "How long the probes took.", durations),
            Family("probe_failures", .counter, "How often a probe found something wrong.", failures),
            Family(
                "probe_age_seconds", .gauge, unit: "seconds", "How long ago a probe ended last.", ages),
        ]
    }

    private static func decisions(_ snapshot: Snapshot) -> Family {
        let samples = HealthState.allCases.map { state in
            Sample([("state", state.rawValue)], suffix: "_total", value: "\(snapshot.decisionCounts[state] ?? 0)")
        }
        return Family("decisions", .counter, "How often the state changed, by the new state.", samples)
    }

    private static func heals(_ heals: Snapshot.Heals) -> [Family] {
        [
            Family("heal_enabled", .gauge, "Whether stale connections are healed.", [Sample(isTrue: heals.isEnabled)]),
            Family("heal_active", .gauge, "Whether a heal is under way.", [Sample(isTrue: heals.isActive)]),
            Family(
                "heals", .counter, "The failovers that were acted upon.",
                [Sample(suffix: "_total", value: "\(heals.count)")]),
            Family(
                "heal_signals", .counter, "The signals that were sent to children of pgpool.",
                [Sample(suffix: "_total", value: "\(heals.signals)")]),
        ]
    }

    private static func doctor(_ snapshot: Snapshot) -> [Family] {
        let digest = snapshot.configDigest
        return [
            Family(
                "config", .info, "The configuration in force.",
                digest.isEmpty ? [] : [Sample([("digest", digest)], suffix: "_info", value: "1")]),
            Family(
                "build", .info, "The version of this tool.",
                [Sample([("version", snapshot.version)], suffix: "_info", value: "1")]),
            Family(
                "start_time_seconds", .gauge, unit: "seconds", "When the doctor started, in seconds since 1970.",
                snapshot.startedAt.decimal.map { [Sample(value: $0)] } ?? []),
            Family(
                "uptime_seconds", .gauge, unit: "seconds", "How long the doctor has run.",
                [Sample(value: snapshot.now.decimalSeconds)]),
        ]
    }
}

/// A family of metrics and its samples.
private struct Family {
    enum Kind: String {
        case counter, gauge, histogram, info, stateset
    }

    /// Without the prefix.
    let name: String
    let kind: Kind
    let unit: String?
    let help: String
    let samples: [Sample]

    init(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String, _ samples: [Sample]) {
        self.name = "pgpool_aurora_\(name)"
        self.kind = kind
        self.unit = unit
        self.help = help
        self.samples = samples
    }

    /// Nothing at all when there is no sample.
    var text: String {
        guard !samples.isEmpty else { return "" }
        var text = "# TYPE \(name) \(kind.rawValue)\n"
        if let unit { text += "# UNIT \(name) \(unit)\n" }
        text += "# HELP \(name) \(Sample.escape(help))\n"
        for sample in samples { text += sample.line(of: name) }
        return text
    }
}

private struct Sample {
    /// What the sample's name has after the family's.
    let suffix: String
    let labels: [(name: String, value: String)]
    let value: String

    init(_ labels: [(String, String)] = [], suffix: String = "", value: String) {
        self.suffix = suffix
        self.labels = labels
        self.value = value
    }

    init(_ labels: [(String, String)] = [], isTrue: Bool) { self.init(labels, value: isTrue ? "1" : "0") }

    func line(of family: String) -> String {
        let labels = labels.map { "\($0.name)=\"\(Self.escape($0.value))\"" }.joined(separator: ",")
        return "\(family)\(suffix)\(labels.isEmpty ? "" : "{\(labels)}") \(value)\n"
    }

    /// By scalars: a line break after a carriage return would hide in one character.
    static func escape(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": escaped.append(contentsOf: ["\\", scalar])
            case "\n": escaped.append(contentsOf: ["\\", "n"])
            default: escaped.append(scalar)
            }
        }
        return String(escaped)
    }
}
