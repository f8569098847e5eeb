import HealthDecision
package import Logging

/// Keeps what the probes find, judges it, and publishes the verdict.
package actor HealthMonitor {
    /// The verdict and all that it rests on.
    package nonisolated let box: SnapshotBox

    let logger: Logger
    /// The file whose presence says that the instance is being drained.
    let drainingFile: String
    private let started = ContinuousClock.now
    private(set) var evidence = Evidence()
    private var judge = Judge(Policy())
    private var nodes: [Snapshot.Node] = []
    private var loads: [Snapshot.Load] = []
    private var decisions: [Snapshot.Decision] = []
    private var decisionCounts: [HealthState: Int] = [:]
    private var statistics: [ProbeName: ProbeStatistics] = [:]
    private var lastLogged: Duration?
    var heals = Snapshot.Heals(isEnabled: true)
    var plan = HealPlan()
    /// What the writer probe found since the heal looked last.
    var freshWriter: WriterFinding?
    /// Increased when connections made before are known to be stale.
    var healEpoch = 0
    /// The signals that the log has not told of yet, and when it last told of any.
    var signalsToLog = 0
    var signalsDenied = 0
    var signalsLogged = Duration.zero
    private var digest = ""
    private var drainings: [DrainingSource: String] = [:]

    /// The time that the plot shows, and how many decisions are kept.
    private static let loadSpan = Duration.seconds(600)
    private static let longestLog = 50

    package init(logger: Logger, startedAt: Double, version: String, drainingFile: String) {
        self.logger = logger
        self.drainingFile = drainingFile
        box = SnapshotBox(
            Snapshot(
                now: .zero, startedAt: startedAt, verdict: Judge(Policy()).verdict, evidence: Evidence(),
                heals: Snapshot.Heals(isEnabled: true), version: version))
    }

    /// The time on the doctor's clock.
    nonisolated var now: Duration { ContinuousClock.now - started }

    /// Takes settings over, at start and after a reload. What is known stays.
    func take(_ settings: DoctorSettings) {
        judge.policy = settings.policy
        heals.isEnabled = settings.heals
        digest = settings.digest
        nodes = settings.pgpool.nodes
        publish()
    }

    /// Keeps what a probe found.
    func record<Finding: Worded>(
        _ probe: ProbeName, _ path: any WritableKeyPath<Evidence, Observation<Finding>?> & Sendable, _ finding: Finding,
        since begun: Duration
    ) {
        let end = now
        evidence[keyPath: path] = Observation(finding, at: end, took: end - begun)
        statistics[probe, default: ProbeStatistics()].add(end - begun, failed: finding.outcome == .bad)
        if case .answers(let children)? = finding as? PCPFinding {
            loads.append(
                Snapshot.Load(
                    at: end, busy: children.busy, total: children.total, reserved: children.reserved, own: children.own)
            )
            loads.removeAll { end - $0.at > Self.loadSpan }
        }
        if let writer = finding as? WriterFinding { freshWriter = writer }
        judgeAndPublish()
    }

    /// Who can say that the instance is being drained.
    package enum DrainingSource: Int, Sendable, Comparable {
        case file
        case group

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Notes whether one of them says so, and why, for the next verdict.
    package func set(draining reason: String?, by source: DrainingSource) {
        drainings[source] = reason
        evidence.draining = drainings.min { $0.key < $1.key }?.value
    }

    /// Notes the addresses of a node's name.
    func set(addresses: Set<String>, of number: Int) {
        guard let index = nodes.firstIndex(where: { $0.number == number }) else { return }
        nodes[index].addresses = addresses.sorted()
    }

    private func judgeAndPublish() {
        let old = judge.verdict.state
        let time = now
        let verdict = judge.judge(evidence, at: time)
        if verdict.state != old { note(from: old, verdict, at: time) }
        publish()
    }

    private func note(from old: HealthState, _ verdict: Verdict, at time: Duration) {
        let reason = verdict.reasons.joined(separator: "; ")
        decisionCounts[verdict.state, default: 0] += 1
        decisions.insert(Snapshot.Decision(at: time, from: old, to: verdict.state, reason: reason), at: 0)
        decisions = Array(decisions.prefix(Self.longestLog))
        // A pool that is full every now and then is no news each time.
        let isMinor = [old, verdict.state].allSatisfy { $0 == .ready || $0 == .saturated }
        if isMinor, let lastLogged, time - lastLogged < .seconds(60) { return }
        lastLogged = time
        let isBad = verdict.answers[.ready]?.isYes != true
        logger.log(
            level: isBad ? .warning : .notice,
            "\(verdict.state.label), before \(old.label)\(reason.isEmpty ? "" : ": \(reason)")")
    }

    private func publish() {
        var snapshot = box.snapshot
        snapshot.now = now
        snapshot.verdict = judge.verdict
        snapshot.evidence = evidence
        snapshot.nodes = nodes.map { node in
            var node = node
            node.role = role(of: node)
            return node
        }
        snapshot.loads = loads
        snapshot.decisions = decisions
        snapshot.decisionCounts = decisionCounts
        snapshot.heals = heals
        snapshot.probes = statistics
        snapshot.configDigest = digest
        box.snapshot = snapshot
    }

    private func role(of node: Snapshot.Node) -> String {
        if node.number == 0 {
            switch evidence.writer?.finding {
            case .takesWrites, .readOnly: return "writer"
            case .inRecovery: return "reader"
            case .unknown, nil: return "unknown"
            }
        }
        return evidence.reader?.finding == .onReader ? "reader" : "unknown"
    }
}
