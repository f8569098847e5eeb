import HealthDecision

/// Snapshots for the tests of the views. They are the same each time.
enum SampleSnapshot {
    /// 2026-07-24 10:00:00 UTC.
    static let startedAt = 1_784_887_200.0
    static let cluster = "orders.cluster-c9x2kqz0abcd.eu-central-1.rds.amazonaws.com"
    static let readers = "orders.cluster-ro-c9x2kqz0abcd.eu-central-1.rds.amazonaws.com"

    /// All of them, by their names.
    static let all = [
        "small": small, "fresh": fresh, "rich": rich, "saturated": saturated, "dead": dead, "crowded": crowded,
        "hostile": hostile,
    ]
    static let names = all.keys.sorted()

    /// A little of everything, with short texts, for tests of whole texts.
    static let small: Snapshot = {
        var evidence = Evidence()
        evidence.process = Observation(.running(pid: 42), at: .seconds(99), took: .microseconds(150))
        evidence.pcp = Observation(
            .answers(Children(busy: 3, total: 8, reserved: 1, pooled: 5, poolSize: 16)), at: .seconds(98),
            took: .milliseconds(4))
        evidence.reader = Observation(.unknown("no session"), at: .milliseconds(97_500), took: .seconds(1))
        evidence.connections = Observation(
            .counted([
                ServerConnections(endpoint: "writer", open: 12, allowed: 97),
                ServerConnections(endpoint: "reader", open: 90, allowed: 97),
            ]), at: .seconds(80), took: .milliseconds(3))
        var heals = Snapshot.Heals(isEnabled: true)
        heals.count = 2
        heals.signals = 7
        heals.lastBegan = .seconds(50)
        heals.lastReason = "the writer moved"
        heals.lastTook = .milliseconds(1200)
        var process = ProbeStatistics()
        process.add(.microseconds(150), failed: false)
        process.add(.milliseconds(3), failed: true)
        process.add(.seconds(7), failed: false)
        return Snapshot(
            now: .seconds(100), startedAt: startedAt,
            verdict: Verdict(
                state: .ready, since: .milliseconds(60_250), reasons: ["Reads run on the writer."],
                answers: [
                    .live: Answer(true, "pgpool runs"), .ready: Answer(true, "queries are answered"),
                    .primary: Answer(true, "node 0 takes writes"), .replica: Answer(false, "there is no reader"),
                ]),
            evidence: evidence,
            nodes: [
                Snapshot.Node(
                    number: 0, endpoint: "writer", host: "db.example", port: 5432, weight: 0, role: "writer",
                    addresses: ["10.0.0.1"]),
                Snapshot.Node(
                    number: 1, endpoint: "reader", host: "ro.example", port: 5433, weight: 0.5, role: "unknown",
                    addresses: []),
            ],
            loads: [
                Snapshot.Load(at: .seconds(80), busy: 1, total: 8), Snapshot.Load(at: .seconds(90), busy: 3, total: 8),
            ],
            decisions: [
                Snapshot.Decision(at: .milliseconds(60_250), from: .starting, to: .ready, reason: "it answers")
            ],
            decisionCounts: [.ready: 1], heals: heals, probes: [.process: process], configDigest: "0123456789abcdef",
            version: "1.2.3")
    }()

    /// Nothing is known yet.
    static let fresh = Snapshot(
        now: .milliseconds(400), startedAt: startedAt,
        verdict: Verdict(state: .starting, since: .zero, reasons: [], answers: answers([])), evidence: Evidence(),
        heals: Snapshot.Heals(isEnabled: true), version: "1.0.0")

    /// A text that every grammar has to escape.
    static let nasty = "a<script>alert(\"1\")</script> & 'b' \\ c\nd\re"

    /// The nasty text wherever text comes from outside.
    static let hostile: Snapshot = {
        var snapshot = rich
        snapshot.verdict.reasons = [nasty]
        for question in Question.allCases { snapshot.verdict.answers[question] = Answer(false, nasty) }
        snapshot.evidence.process?.finding = .gone(nasty)
        snapshot.evidence.port?.finding = .refuses(nasty)
        snapshot.evidence.pcp?.finding = .unreachable(nasty)
        snapshot.evidence.session?.finding = .refuses(Refusal(.database, nasty))
        snapshot.evidence.writer?.finding = .unknown(nasty)
        snapshot.evidence.reader?.finding = .unknown(nasty)
        snapshot.evidence.checks = Observation(.fail([nasty, nasty]), at: .seconds(1))
        for index in snapshot.nodes.indices {
            snapshot.nodes[index].endpoint = nasty
            snapshot.nodes[index].host = nasty
            snapshot.nodes[index].role = nasty
            snapshot.nodes[index].addresses = [nasty]
        }
        for index in snapshot.decisions.indices { snapshot.decisions[index].reason = nasty }
        snapshot.heals.lastReason = nasty
        snapshot.configDigest = nasty
        snapshot.version = nasty
        return snapshot
    }()

    /// A healthy instance after some hours.
    static let rich: Snapshot = {
        let now = Duration.seconds(3 * 3600 + 754)
        var evidence = Evidence()
        let children = Children(busy: 37, total: 96, reserved: 2, pooled: 131, poolSize: 384)
        evidence.process = Observation(.running(pid: 1187), at: now - .milliseconds(350), took: .microseconds(180))
        evidence.port = Observation(.accepts, at: now - .milliseconds(340), took: .microseconds(420))
        evidence.pcp = Observation(.answers(children), at: now - .milliseconds(900), took: .microseconds(3400))
        evidence.session = Observation(.answers, at: now - .milliseconds(1700), took: .microseconds(7600))
        evidence.writer = Observation(.takesWrites, at: now - .milliseconds(1690), took: .microseconds(2300))
        evidence.reader = Observation(.onReader, at: now - .milliseconds(1680), took: .microseconds(2900))
        evidence.connections = Observation(
            .counted([
                ServerConnections(endpoint: "writer", open: 214, allowed: 1600),
                ServerConnections(endpoint: "reader", open: 231, allowed: 1600),
            ]), at: now - .seconds(12), took: .microseconds(5200))
        var heals = Snapshot.Heals(isEnabled: true)
        heals.count = 1
        heals.signals = 64
        heals.lastBegan = now - .seconds(5040)
        heals.lastReason = "the writer endpoint moved from 10.20.4.17 to 10.20.5.81"
        heals.lastTook = .milliseconds(2400)
        var probes: [ProbeName: ProbeStatistics] = [:]
        for (probe, base) in [
            (ProbeName.process, 180), (.port, 420), (.pcp, 3400), (.session, 7600), (.writer, 2300), (.reader, 2900),
        ] {
            var statistics = ProbeStatistics()
            for run in 0..<1204 {
                statistics.add(.microseconds(base + run * 37 % base), failed: probe == .session && run % 301 == 1)
            }
            probes[probe] = statistics
        }
        let decisions = [
            Snapshot.Decision(
                at: now - .seconds(5036), from: .writerAway, to: .ready, reason: "Node 0 takes writes again."),
            Snapshot.Decision(
                at: now - .seconds(5044), from: .ready, to: .writerAway,
                reason: "Node 0 is a server in recovery: a failover moved the writer elsewhere."),
            Snapshot.Decision(
                at: .milliseconds(1200), from: .starting, to: .ready, reason: "A query through pgpool is answered."),
        ]
        return Snapshot(
            now: now, startedAt: startedAt,
            verdict: Verdict(
                state: .ready, since: now - .seconds(5036), reasons: [], answers: answers(Question.allCases)),
            evidence: evidence, nodes: nodes, loads: loads(until: now) { 30 + wave($0) },
            decisions: decisions, decisionCounts: [.ready: 2, .writerAway: 1], heals: heals, probes: probes,
            configDigest: "9f2c41d07be85a3366c1e0f4a9d2b7785e3f", version: "1.0.0")
    }()

    /// Every child has a session.
    static let saturated: Snapshot = {
        var snapshot = rich
        let now = snapshot.now
        snapshot.evidence.pcp?.finding = .answers(
            Children(busy: 96, total: 96, reserved: 2, pooled: 380, poolSize: 384))
        snapshot.evidence.session?.finding = .full("Sorry, too many clients already")
        snapshot.evidence.reader?.finding = .onWriter
        snapshot.evidence.checks = Observation(
            .fail(["queue_depth: 18211 is more than 10000", "replication_lag: no row"]), at: now - .seconds(4),
            took: .milliseconds(38))
        snapshot.verdict = Verdict(
            state: .saturated, since: now - .seconds(71),
            reasons: [
                "96 of 96 children have a session, and 2 are reserved: the next client is refused.",
                "Reads run on the writer: pgpool has no connection to a reader.",
            ],
            answers: answers([.live, .primary]))
        snapshot.loads = loads(until: now) { second in second > 520 ? 96 : min(96, 30 + wave(second) + second / 9) }
        snapshot.nodes[1].role = "unknown"
        snapshot.nodes[1].addresses = []
        snapshot.heals.isActive = true
        snapshot.decisions.insert(
            Snapshot.Decision(
                at: now - .seconds(71), from: .ready, to: .saturated, reason: "Every child has a session."), at: 0)
        return snapshot
    }()

    /// pgpool is gone, and with it what PCP said.
    static let dead: Snapshot = {
        var snapshot = rich
        let now = snapshot.now
        snapshot.evidence.process?.finding = .gone("/run/pgpool/pgpool.pid names process 1187, which is not there")
        snapshot.evidence.port?.finding = .refuses("connect to 127.0.0.1:5432: Connection refused")
        snapshot.evidence.pcp?.finding = .unreachable("connect to 127.0.0.1:9898: Connection refused")
        snapshot.evidence.session?.finding = .unreachable("connect to 127.0.0.1:5432: Connection refused")
        snapshot.evidence.writer?.finding = .unknown("there is no session through pgpool")
        snapshot.evidence.reader?.finding = .unknown("there is no session through pgpool")
        for index in snapshot.nodes.indices { snapshot.nodes[index].role = "unknown" }
        snapshot.verdict = Verdict(
            state: .dead, since: now - .milliseconds(8600),
            reasons: ["The main process 1187 is gone.", "The port 5432 refuses connections."], answers: answers([]))
        snapshot.loads = loads(until: now - .seconds(9)) { 30 + wave($0) }
        snapshot.heals = Snapshot.Heals(isEnabled: false)
        return snapshot
    }()

    /// Long names and a long history.
    static let crowded: Snapshot = {
        var snapshot = rich
        let long = "a-very-long-cluster-name-that-goes-on-and-on-up-to-sixty-three-x"
        for number in 2..<5 {
            snapshot.nodes.append(
                Snapshot.Node(
                    number: number, endpoint: "reader",
                    host: "\(long)\(number).cluster-custom-c9x2kqz0abcd.ap-southeast-2.rds.amazonaws.com", port: 15432,
                    weight: 0.3333, role: "reader",
                    addresses: ["10.20.4.\(number)", "2001:0db8:85a3:1319:8a2e:0370:7344:000\(number)"]))
        }
        let now = snapshot.now
        let states: [HealthState] = [.ready, .saturated, .alive, .writerAway, .draining, .dead]
        let reasons = [
            "Unbroken/\(String(repeating: "word", count: 30))", "A short one.",
            "A reason that is told at some length, so that it takes more than one line on a telephone.",
        ]
        snapshot.decisions = (0..<57).map { (index: Int) -> Snapshot.Decision in
            let at = now - .seconds(100 + index * 180)
            let from = states[(index + 1) % states.count]
            return Snapshot.Decision(at: at, from: from, to: states[index % states.count], reason: reasons[index % 3])
        }
        snapshot.verdict.state = .draining
        snapshot.verdict.reasons = ["SIGTERM: the service stops.", "One more: \(String(repeating: "xy", count: 60))"]
        snapshot.loads.removeAll { $0.at > now - .seconds(300) && $0.at < now - .seconds(180) }
        snapshot.decisionCounts = [.ready: 1200]
        return snapshot
    }()

    static let nodes = [
        Snapshot.Node(
            number: 0, endpoint: "writer", host: cluster, port: 5432, weight: 0, role: "writer",
            addresses: ["10.20.5.81"]),
        Snapshot.Node(
            number: 1, endpoint: "reader", host: readers, port: 5432, weight: 1, role: "reader",
            addresses: ["10.20.4.17", "10.20.6.9"]),
    ]

    /// Yes to these questions, and no to the others.
    static func answers(_ yes: [Question]) -> [Question: Answer] {
        Dictionary(
            uniqueKeysWithValues: Question.allCases.map { question in
                (question, yes.contains(question) ? Answer(true, "all is well") : Answer(false, "nothing answers yet"))
            })
    }

    /// Ten minutes, a sample each two seconds.
    static func loads(until end: Duration, _ busy: (Int) -> Int) -> [Snapshot.Load] {
        stride(from: 0, through: 600, by: 2).map { second in
            Snapshot.Load(at: end - .seconds(600 - second), busy: busy(second), total: 96)
        }
    }

    /// Something between 0 and 30 that looks like traffic.
    static func wave(_ second: Int) -> Int {
        let slow = abs(second % 240 - 120) / 8
        let fast = second * 7919 % 11
        return slow + fast + (second % 97 < 14 ? 5 : 0)
    }
}
