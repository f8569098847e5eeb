package import HealthDecision

/// When to tell the Auto Scaling group that this instance is to be replaced: once for each death that lasts.
package struct ReplaceDecision: Hashable, Sendable {
    /// How pgpool is at one time.
    package enum Liveness: Hashable, Sendable {
        case live
        case dead
        /// Nobody knows: no probe has ended, what is known is old, or there is no PCP to tell a pgpool that is dead from
        /// one whose database hangs.
        case unknown

        package init(_ snapshot: Snapshot, at now: Duration, staleAfter: Duration) {
            let answer = snapshot.verdict.answers[.live]?.isYes
            self =
                switch snapshot.verdict.state {
                case .starting: .unknown
                case _ where now - snapshot.now > staleAfter: .unknown
                case _ where answer == false && Liveness.mayBeTheDatabase(snapshot.evidence): .unknown
                default: answer == true ? .live : answer == false ? .dead : .unknown
                }
        }

        /// Whether pgpool's port takes connections, no process is known to be gone or stopped, and PCP is not to be asked.
        private static func mayBeTheDatabase(_ evidence: Evidence) -> Bool {
            guard case .unknown? = evidence.pcp?.finding, evidence.port?.finding == .accepts else { return false }
            return switch evidence.process?.finding {
            case .gone, .stopped: false
            case .running, .unknown, nil: true
            }
        }
    }

    /// How long it must have been dead.
    package var after: Duration
    /// How long it must have been live before another death counts.
    private let goodFor: Duration
    /// How long after a call that failed the next one may be.
    private let retry: Duration
    private let longestGap: Duration

    private var death = Streak()
    private var life = Streak()
    private var isMarked = false
    private var isAsking = false
    private var lastFailure: Duration?

    package init(
        after: Duration, goodFor: Duration = .seconds(60), retry: Duration = .seconds(60),
        longestGap: Duration = .seconds(30)
    ) {
        self.after = after
        self.goodFor = goodFor
        self.retry = retry
        self.longestGap = longestGap
    }

    /// Whether to make the call now; what comes of it is to be told. Spared is an instance that goes already, whose end is
    /// not to be hurried, and one that somebody works on.
    package mutating func look(_ liveness: Liveness, isSpared: Bool, at now: Duration) -> Bool {
        switch liveness {
        case .unknown: return false
        case .live:
            death.end()
            life.see(at: now, longestGap: longestGap)
            if let length = life.length, length >= goodFor { isMarked = false }
            return false
        case .dead:
            life.end()
            guard !isSpared else {
                death.end()
                return false
            }
            death.see(at: now, longestGap: longestGap)
            guard !isMarked, !isAsking, let length = death.length, length >= after else { return false }
            if let lastFailure, now - lastFailure < retry { return false }
            isAsking = true
            return true
        }
    }

    /// The group has been told.
    package mutating func succeeded() { (isAsking, isMarked, lastFailure) = (false, true, nil) }

    /// The group could not be told.
    package mutating func failed(at now: Duration) { (isAsking, lastFailure) = (false, now) }
}
