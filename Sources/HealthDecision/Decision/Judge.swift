/// Turns findings into a verdict: values in, values out, with the time as one of them.
///
/// What is certain takes effect at once. What may be a hiccup must last: `unhealthyAfter` until an answer gets worse,
/// `healthyAfter` until it gets better.
package struct Judge: Sendable {
    package var policy: Policy
    /// The last verdict.
    package private(set) var verdict: Verdict

    /// Since when another opinion than the verdict's has lasted, and whether it is for the worse.
    private var doubt: (isForTheWorse: Bool, since: Duration)?
    /// The pgpool that has answered the doctor's queries; nil when none has. Another process may have other files.
    private var provenPID: Int32?
    private var isProven = false
    /// When this pgpool was first seen: what was found before speaks of an earlier one.
    private var seenSince = Duration.zero
    /// What was last known of the nodes, for a time when nobody can be asked.
    private var writer: WriterFinding?
    private var reader: ReaderFinding?

    package init(_ policy: Policy) {
        self.policy = policy
        let answers = Question.allCases.map { ($0, Answer(false, HealthState.starting.rawValue)) }
        verdict = Verdict(
            state: .starting, since: .zero, reasons: ["the first probes are under way"],
            answers: Dictionary(uniqueKeysWithValues: answers))
    }

    /// The verdict on what is known at a time.
    package mutating func judge(_ evidence: Evidence, at now: Duration) -> Verdict {
        remember(evidence)
        let opinion = Opinion(evidence, at: now, knowsGoodLogin: isProven, policy)
        if opinion.state == verdict.state {
            doubt = nil
            verdict.reasons = opinion.reasons
        } else {
            let isForTheWorse = rank(opinion.state) < rank(verdict.state)
            if doubt?.isForTheWorse != isForTheWorse { doubt = (isForTheWorse, now) }
            if let doubt, now - doubt.since >= patience(with: opinion) {
                self.doubt = nil
                verdict.state = opinion.state
                verdict.since = now
                verdict.reasons = opinion.reasons
            }
        }
        verdict.answers = answers(Facts(evidence, at: now, policy))
        return verdict
    }

    private mutating func remember(_ evidence: Evidence) {
        if let process = evidence.process, case .running(let pid) = process.finding, pid != provenPID {
            // At the start the order in which the first probes end says nothing.
            seenSince = provenPID == nil ? .zero : process.at
            provenPID = pid
            isProven = false
        }
        if let session = evidence.session, session.finding == .answers, session.at - session.took >= seenSince {
            isProven = true
        }
        if let finding = evidence.writer?.finding, finding.isKnown { writer = finding }
        if let finding = evidence.reader?.finding, finding.isKnown { reader = finding }
    }

    /// How long an opinion must last before it becomes the verdict.
    private func patience(with opinion: Opinion) -> Duration {
        if opinion.isCertain || verdict.state == .starting { return .zero }
        let (old, new) = (rank(verdict.state), rank(opinion.state))
        if new < old { return policy.unhealthyAfter }
        // A pool that is full now and then, or a writer that comes and goes, is not to change the state each time.
        let isRelief = opinion.state == .ready && (verdict.state == .saturated || verdict.state == .writerAway)
        return new > old || isRelief ? policy.healthyAfter : .zero
    }

    private func rank(_ state: HealthState) -> Int {
        switch state {
        case .starting, .dead: 0
        case .alive: 1
        case .writerAway: policy.isReadyWithoutWriter ? 2 : 1
        case .ready, .saturated, .draining: 2
        }
    }

    // MARK: - Answers

    private func answers(_ facts: Facts) -> [Question: Answer] {
        let state = verdict.state
        let words = ([state.label] + verdict.reasons.prefix(1)).joined(separator: ": ")
        let isLive = state != .starting && state != .dead
        let isServing = isLive && state != .alive
        return [
            .live: Answer(isLive, isLive ? HealthState.alive.label : words),
            .ready: Answer(rank(state) == 2, words),
            .primary: isServing ? primary(facts) : Answer(false, words),
            .replica: isServing ? replica(facts) : Answer(false, words),
        ]
    }

    private func primary(_ facts: Facts) -> Answer {
        let known = facts.writer.flatMap { $0.isKnown ? $0 : nil }
        switch known ?? (mayRemember(facts) ? writer : nil) {
        case .takesWrites: return Answer(true, "the writer takes writes\(known == nil ? ", as last seen" : "")")
        case .inRecovery: return Answer(false, "node 0 is in recovery: the writer is elsewhere")
        case .readOnly: return Answer(false, "the writer takes no writes: it is set to read-only")
        case .unknown, nil: return Answer(false, "the writer could not be asked\(facts.writer?.reason ?? "")")
        }
    }

    private func replica(_ facts: Facts) -> Answer {
        let known = facts.reader.flatMap { $0.isKnown ? $0 : nil }
        switch known ?? (mayRemember(facts) ? reader : nil) {
        case .onReader: return Answer(true, "reads run on a reader\(known == nil ? ", as last seen" : "")")
        case .onWriter: return Answer(false, "reads run on the writer, since no reader answers")
        case .unknown, nil: return Answer(false, "the reader could not be asked\(facts.reader?.reason ?? "")")
        }
    }

    /// A full pool keeps the doctor out, and says nothing about the nodes.
    private func mayRemember(_ facts: Facts) -> Bool {
        if case .full = facts.session { return true }
        return facts.children?.isSaturated == true
    }
}

extension HealthState {
    /// As sentences have it.
    package var label: String {
        switch self {
        case .writerAway: "writer away"
        case .starting, .dead, .alive, .ready, .saturated, .draining: rawValue
        }
    }
}

extension WriterFinding {
    var isKnown: Bool { reason.isEmpty }

    fileprivate var reason: String {
        if case .unknown(let reason) = self { ": \(reason)" } else { "" }
    }
}

extension ReaderFinding {
    var isKnown: Bool { reason.isEmpty }

    fileprivate var reason: String {
        if case .unknown(let reason) = self { ": \(reason)" } else { "" }
    }
}
