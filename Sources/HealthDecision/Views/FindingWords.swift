/// How good a finding is.
package enum Outcome: String, Sendable {
    case good
    /// It works, but not as it should.
    case warning
    case bad
    case unknown
}

/// A finding that can be told in one line.
package protocol Worded {
    var outcome: Outcome { get }
    var words: String { get }
}

extension ProcessFinding: Worded {
    package var outcome: Outcome {
        switch self {
        case .running: .good
        case .stopped, .gone: .bad
        case .unknown: .unknown
        }
    }

    package var words: String {
        switch self {
        case .running(let pid): "pgpool runs as process \(pid)"
        case .stopped(let pid): "process \(pid) is stopped by a signal"
        case .gone(let why): "gone: \(why)"
        case .unknown(let why): "unknown: \(why)"
        }
    }
}

extension PortFinding: Worded {
    package var outcome: Outcome { self == .accepts ? .good : .bad }

    package var words: String {
        switch self {
        case .accepts: "accepts connections"
        case .refuses(let why): "refuses connections: \(why)"
        case .silent: "no answer in time"
        }
    }
}

extension PCPFinding: Worded {
    package var outcome: Outcome {
        switch self {
        case .answers(let children): children.isSaturated ? .warning : .good
        case .refuses: .warning
        case .unreachable, .silent: .bad
        case .unknown: .unknown
        }
    }

    package var words: String {
        switch self {
        case .answers(let children): "\(children.busy) of \(children.total) children in use"
        case .refuses(let why): "did not let the doctor in: \(why)"
        case .unreachable(let why): "unreachable: \(why)"
        case .silent: "no answer in time"
        case .unknown(let why): "unknown: \(why)"
        }
    }
}

extension SessionFinding: Worded {
    package var outcome: Outcome {
        switch self {
        case .answers: .good
        case .full: .warning
        case .refuses, .unreachable, .silent: .bad
        case .unknown: .unknown
        }
    }

    package var words: String {
        switch self {
        case .answers: "a query is answered"
        case .full(let why): "too many connections: \(why)"
        case .refuses(let refusal): refusal.words
        case .unreachable(let why): "unreachable: \(why)"
        case .silent: "no answer in time"
        case .unknown(let why): "unknown: \(why)"
        }
    }
}

extension Refusal {
    package var words: String {
        switch kind {
        case .notAllowed: "pgpool's rules let the doctor not in: \(message)"
        case .login: "the login failed: \(message)"
        case .writerUnreachable: "pgpool has no connection to the writer: \(message)"
        case .database: "the database refused: \(message)"
        }
    }
}

extension WriterFinding: Worded {
    package var outcome: Outcome {
        switch self {
        case .takesWrites: .good
        case .inRecovery, .readOnly: .bad
        case .unknown: .unknown
        }
    }

    package var words: String {
        switch self {
        case .takesWrites: "node 0 takes writes"
        case .inRecovery: "node 0 is a server in recovery: the writer is elsewhere"
        case .readOnly: "node 0 is set to take no writes"
        case .unknown(let why): "unknown: \(why)"
        }
    }
}

extension ReaderFinding: Worded {
    package var outcome: Outcome {
        switch self {
        case .onReader: .good
        case .onWriter: .warning
        case .unknown: .unknown
        }
    }

    package var words: String {
        switch self {
        case .onReader: "reads run on a reader"
        case .onWriter: "reads run on the writer"
        case .unknown(let why): "unknown: \(why)"
        }
    }
}

extension ChecksFinding: Worded {
    package var outcome: Outcome {
        switch self {
        case .pass: .good
        case .fail: .bad
        case .unknown: .unknown
        }
    }

    package var words: String {
        switch self {
        case .pass: "every check passes"
        case .fail(let checks): checks.joined(separator: "; ")
        case .unknown(let why): "unknown: \(why)"
        }
    }
}

extension ConnectionsFinding: Worded {
    /// A server with this share of its connections in use is near its end.
    private static let nearly = 85.0

    package var outcome: Outcome {
        switch self {
        case .counted(let servers): servers.contains { ($0.percent ?? 100) > Self.nearly } ? .warning : .good
        case .unknown: .unknown
        }
    }

    package var words: String {
        switch self {
        case .counted(let servers):
            servers.map { "\($0.endpoint): \($0.open) of \($0.allowed) connections" }.joined(separator: "; ")
        case .unknown(let why): "unknown: \(why)"
        }
    }
}

/// What a probe found last, in words.
package struct ProbeResult: Sendable, Equatable {
    package var probe: ProbeName
    package var outcome: Outcome
    package var words: String
    package var at: Duration
    package var took: Duration

    init?(_ probe: ProbeName, _ observation: Observation<some Worded>?) {
        guard let observation else { return nil }
        self.probe = probe
        outcome = observation.finding.outcome
        words = observation.finding.words
        at = observation.at
        took = observation.took
    }
}

extension Evidence {
    /// What a probe found last; nil when it has not ended yet.
    package func result(of probe: ProbeName) -> ProbeResult? {
        switch probe {
        case .process: ProbeResult(probe, process)
        case .port: ProbeResult(probe, port)
        case .pcp: ProbeResult(probe, pcp)
        case .session: ProbeResult(probe, session)
        case .writer: ProbeResult(probe, writer)
        case .reader: ProbeResult(probe, reader)
        case .checks: ProbeResult(probe, checks)
        case .connections: ProbeResult(probe, connections)
        }
    }

    /// pgpool's children, when PCP told of them last.
    package var children: Children? {
        guard case .answers(let children) = pcp?.finding else { return nil }
        return children
    }

    /// The connections of the databases' servers, as far as they could be counted last.
    package var servers: [ServerConnections] {
        guard case .counted(let servers) = connections?.finding else { return [] }
        return servers
    }
}

extension ProbeName {
    /// What the probe asks.
    package var words: String {
        switch self {
        case .process: "pgpool's main process"
        case .port: "the port for clients"
        case .pcp: "the administration port"
        case .session: "a session through pgpool"
        case .writer: "node 0, through pgpool"
        case .reader: "where reads go"
        case .checks: "your own checks"
        case .connections: "the databases' connections"
        }
    }
}

extension HealthState {
    /// What the state means.
    package var words: String {
        switch self {
        case .starting: "No probe has ended yet."
        case .dead: "pgpool's main process is gone, or nothing of pgpool answers."
        case .alive: "pgpool lives, but takes no queries."
        case .ready: "pgpool takes queries."
        case .saturated: "pgpool takes queries, and every child has one."
        case .writerAway: "pgpool serves reads; the writer cannot be written to."
        case .draining: "pgpool takes queries, and is about to be taken out of service."
        }
    }

    /// The state's name for a heading.
    package var title: String {
        switch self {
        case .starting: "Starting"
        case .dead: "Dead"
        case .alive: "Alive, not ready"
        case .ready: "Ready"
        case .saturated: "Saturated"
        case .writerAway: "Writer away"
        case .draining: "Draining"
        }
    }

    package var outcome: Outcome {
        switch self {
        case .ready: .good
        case .alive, .saturated, .writerAway, .draining: .warning
        case .dead: .bad
        case .starting: .unknown
        }
    }
}

extension Question {
    /// The question in words.
    package var words: String {
        switch self {
        case .live: "Is pgpool alive?"
        case .ready: "Does it take queries?"
        case .primary: "Does it take writes?"
        case .replica: "Do reads reach a reader?"
        }
    }
}
