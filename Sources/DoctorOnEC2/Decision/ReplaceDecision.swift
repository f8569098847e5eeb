package import HealthDecision

/// When to tell the Auto Scaling group that this instance is to be replaced: once for each death that lasts.
package struct ReplaceDecision: Hashable, Sendable {
    /// How pgpool is at one time.
    package enum Liveness: Hashable, Sendable {
        case live
        case dead
        /// Nobody knows: no probe has ended, or what is known is old.
        case unknown

        package init(_ snapshot: Snapshot, at now: Duration, staleAfter: Duration) {
            let answer = snapshot.verdict.answers[.live]?.isYes
            self =
                switch snapshot.verdict.state {
                case .starting: .unknown
                case _ where now - snapshot.now > staleAfter: .unknown
                default: answer == true ? .live : answer == false ? .dead : .unknown
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

    /// Whether to make the call now; what comes of it is to be told.
    package mutating func look(_ liveness: Liveness, isDraining: Bool, at now: Duration) -> Bool {
        switch liveness {
        case .unknown: return false
        case .live:
            death.end()
            life.see(at: now, longestGap: longestGap)
            if let length = life.length, length >= goodFor { isMarked = false }
            return false
        case .dead:
            life.end()
            // An instance that goes already needs no replacement, and its end is not to be hurried.
            guard !isDraining else {
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
