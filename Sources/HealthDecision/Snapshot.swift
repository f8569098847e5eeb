/// All that the doctor knows at one time: what its pages and metrics are made from.
package struct Snapshot: Sendable {
    /// A database node as pgpool.conf has it, and what is known of it.
    package struct Node: Sendable, Equatable {
        /// pgpool's number of the node: 0 is the writer endpoint.
        package var number: Int
        /// `writer` or `reader`: what its endpoint is for.
        package var endpoint: String
        package var host: String
        package var port: Int
        /// `backend_weight`, its share of the reads.
        package var weight: Double
        /// The role that the last probe saw: `writer`, `reader` or `unknown`.
        package var role: String
        /// The addresses that the host's name has now.
        package var addresses: [String]

        package init(
            number: Int, endpoint: String, host: String, port: Int, weight: Double, role: String, addresses: [String]
        ) {
            self.number = number
            self.endpoint = endpoint
            self.host = host
            self.port = port
            self.weight = weight
            self.role = role
            self.addresses = addresses
        }
    }

    /// How busy pgpool's children were at a time.
    package struct Load: Sendable, Equatable {
        package var at: Duration
        package var busy: Int
        package var total: Int
        /// The children that pgpool keeps back from clients (`reserved_connections`).
        package var reserved: Int
        /// How many of the busy ones are the doctor's own; nil when that is not known.
        package var own: Int?

        package init(at: Duration, busy: Int, total: Int, reserved: Int = 0, own: Int? = nil) {
            self.at = at
            self.busy = busy
            self.total = total
            self.reserved = reserved
            self.own = own
        }
    }

    /// A change of the state.
    package struct Decision: Sendable, Equatable {
        package var at: Duration
        package var from: HealthState
        package var to: HealthState
        package var reason: String

        package init(at: Duration, from: HealthState, to: HealthState, reason: String) {
            self.at = at
            self.from = from
            self.to = to
            self.reason = reason
        }
    }

    /// What was done about stale pooled connections.
    package struct Heals: Sendable, Equatable {
        package var isEnabled: Bool
        /// The failovers that were acted upon.
        package var count = 0
        /// The signals that were sent to children of pgpool.
        package var signals = 0
        /// Whether one is under way.
        package var isActive = false
        package var lastBegan: Duration?
        package var lastReason: String?
        package var lastTook: Duration?

        package init(isEnabled: Bool) { self.isEnabled = isEnabled }
    }

    /// The time that this was made, on the doctor's clock.
    package var now: Duration
    /// The time that the doctor's clock began, in seconds since 1970.
    package var startedAt: Double
    package var verdict: Verdict
    package var evidence: Evidence
    package var nodes: [Node]
    /// The last minutes, oldest first.
    package var loads: [Load]
    /// The last ones, newest first.
    package var decisions: [Decision]
    /// How often the state changed, by the new state.
    package var decisionCounts: [HealthState: Int]
    package var heals: Heals
    package var probes: [ProbeName: ProbeStatistics]
    /// The digest of the configuration in force; empty when unknown.
    package var configDigest: String
    /// The version of this tool.
    package var version: String

    package init(
        now: Duration, startedAt: Double, verdict: Verdict, evidence: Evidence, nodes: [Node] = [],
        loads: [Load] = [], decisions: [Decision] = [], decisionCounts: [HealthState: Int] = [:], heals: Heals,
        probes: [ProbeName: ProbeStatistics] = [:], configDigest: String = "", version: String
    ) {
        self.now = now
        self.startedAt = startedAt
        self.verdict = verdict
        self.evidence = evidence
        self.nodes = nodes
        self.loads = loads
        self.decisions = decisions
        self.decisionCounts = decisionCounts
        self.heals = heals
        self.probes = probes
        self.configDigest = configDigest
        self.version = version
    }
}

/// The probes, by the names that metrics and pages give them.
package enum ProbeName: String, Sendable, Hashable, CaseIterable {
    case process
    case port
    case pcp
    case session
    case writer
    case reader
    case checks
    case connections
}

/// How long a probe took, as a histogram, and how often it found something wrong.
package struct ProbeStatistics: Sendable, Equatable {
    /// The upper bounds of the buckets, in seconds; one more bucket has none.
    package static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

    /// How many probes fell into each bucket alone, the last one without a bound.
    package private(set) var counts = Array(repeating: 0, count: bounds.count + 1)
    package private(set) var sum: Duration = .zero
    package private(set) var failures = 0

    package init() {}

    package var count: Int { counts.reduce(0, +) }

    package mutating func add(_ took: Duration, failed: Bool) {
        let seconds = took / .seconds(1)
        counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
        sum += took
        if failed { failures += 1 }
    }
}
