/// What the findings of one moment say, without a memory of earlier ones. The table in `docs/doctor.md` lists the cases.
struct Opinion: Equatable {
    var state: HealthState
    var reasons: [String]
    /// Whether it is beyond doubt, so that nothing is won by waiting.
    var isCertain = false

    /// `knowsGoodLogin` says whether this pgpool has answered the doctor's queries before.
    init(_ evidence: Evidence, at now: Duration, knowsGoodLogin: Bool, _ policy: Policy) {
        let facts = Facts(evidence, at: now, policy)
        self = Opinion.ofProcess(facts) ?? Opinion.ofSilence(facts) ?? Opinion.ofSession(facts, knowsGoodLogin)
        if let reason = evidence.draining, [.ready, .saturated, .writerAway].contains(state) {
            self = Opinion(.draining, [reason] + reasons)
        }
    }

    init(_ state: HealthState, _ reasons: [String] = [], isCertain: Bool = false) {
        self.state = state
        self.reasons = reasons
        self.isCertain = isCertain
    }

    private static func ofProcess(_ facts: Facts) -> Opinion? {
        switch facts.process {
        case .gone(let reason): Opinion(.dead, ["pgpool's main process is gone: \(reason)"], isCertain: true)
        case .stopped(let pid): Opinion(.dead, ["pgpool's main process \(pid) is stopped by a signal"])
        case .running, .unknown, nil: facts.isComplete ? nil : Opinion(.starting, ["the first probes are under way"])
        }
    }

    /// Dead, if nothing of pgpool speaks.
    private static func ofSilence(_ facts: Facts) -> Opinion? {
        if facts.pcpSpeaks || facts.sessionSpeaks { return nil }
        var reasons: [String] = []
        switch facts.port {
        case .accepts:
            if case .unknown = facts.session, case .unknown = facts.pcp {
                return Opinion(.ready, ["nothing but pgpool's port could be asked"])
            }
            reasons.append("pgpool's port takes connections, but nothing answers")
        case .refuses(let reason): reasons.append("pgpool's port: \(reason)")
        case .silent, nil: reasons.append("pgpool's port does not answer")
        }
        switch facts.pcp {
        case .unreachable(let reason): reasons.append("PCP: \(reason)")
        case .silent, nil: reasons.append("PCP does not answer")
        case .answers, .refuses, .unknown: break
        }
        if case .unreachable(let reason) = facts.session { reasons.append("SQL: \(reason)") }
        return Opinion(.dead, reasons)
    }

    private static func ofSession(_ facts: Facts, _ knowsGoodLogin: Bool) -> Opinion {
        switch facts.session {
        case .answers: return ofQueries(facts)
        case .full(let message):
            // Children that wait for a backend that hangs are busy, too, though PCP does not count them.
            return facts.children?.isSaturated == false ? Opinion(.saturated, [message]) : saturated(facts)
        case .refuses(let refusal):
            switch refusal.kind {
            case .writerUnreachable where knowsGoodLogin: return Opinion(.writerAway, [refusal.message])
            case .notAllowed: return Opinion(.alive, ["pgpool lets nobody in: \(refusal.message)"])
            case .login, .database, .writerUnreachable: return ofDatabase(refusal.message, knowsGoodLogin)
            }
        case .unreachable(let reason): return Opinion(.alive, ["PCP answers, but SQL: \(reason)"])
        case .silent, nil:
            // Without reserved_connections a client of a full pool waits instead of being refused.
            if facts.children?.isSaturated == true { return saturated(facts) }
            return Opinion(.alive, ["PCP answers, but queries do not"])
        case .unknown(let reason):
            if facts.children?.isSaturated == true { return saturated(facts) }
            return Opinion(.ready, ["queries are not tried: \(reason)"])
        }
    }

    /// Of a refusal that every instance gets alike. Taking all of them out of service would mend nothing, so it counts
    /// only against one that has never worked.
    private static func ofDatabase(_ message: String, _ knowsGoodLogin: Bool) -> Opinion {
        knowsGoodLogin
            ? Opinion(.ready, ["new sessions fail, as on every instance: \(message)"])
            : Opinion(.alive, ["sessions fail: \(message)"])
    }

    private static func ofQueries(_ facts: Facts) -> Opinion {
        if case .fail(let failures) = facts.checks { return Opinion(.alive, failures) }
        if facts.writer == .inRecovery {
            return Opinion(.writerAway, ["node 0 is in recovery: the writer is elsewhere"])
        }
        if facts.writer == .readOnly {
            return Opinion(.writerAway, ["the writer takes no writes: it is set to read-only"])
        }
        if facts.children?.isSaturated == true { return saturated(facts) }
        return Opinion(.ready, facts.reader == .onWriter ? ["reads run on the writer, since no reader answers"] : [])
    }

    private static func saturated(_ facts: Facts) -> Opinion {
        let counts = facts.children.map { ": \($0.busy) of \($0.total) children are busy" } ?? ""
        return Opinion(.saturated, ["every child that takes clients has one\(counts)"])
    }
}

/// The findings that are not too old.
struct Facts {
    var process: ProcessFinding?
    var port: PortFinding?
    var pcp: PCPFinding?
    var session: SessionFinding?
    var writer: WriterFinding?
    var reader: ReaderFinding?
    var checks: ChecksFinding?
    /// Whether every probe that a first opinion needs has ended once.
    var isComplete: Bool

    init(_ evidence: Evidence, at now: Duration, _ policy: Policy) {
        func fresh<Finding>(_ observation: Observation<Finding>?) -> Finding? {
            observation.flatMap { now - $0.at <= policy.staleAfter ? $0.finding : nil }
        }
        process = fresh(evidence.process)
        port = fresh(evidence.port)
        pcp = fresh(evidence.pcp)
        session = fresh(evidence.session)
        writer = fresh(evidence.writer)
        reader = fresh(evidence.reader)
        checks = fresh(evidence.checks)
        isComplete =
            evidence.process != nil && evidence.port != nil && evidence.pcp != nil && evidence.session != nil
            && evidence.writer != nil && evidence.checks != nil
    }

    var children: Children? {
        if case .answers(let children) = pcp { children } else { nil }
    }

    var pcpSpeaks: Bool {
        switch pcp {
        case .answers, .refuses: true
        case .unreachable, .silent, .unknown, nil: false
        }
    }

    var sessionSpeaks: Bool {
        switch session {
        case .answers, .full, .refuses: true
        case .unreachable, .silent, .unknown, nil: false
        }
    }
}
