package import HealthDecision

/// When an instance that is about to be terminated has no sessions left, so that it need not wait.
package struct DrainDecision: Hashable, Sendable {
    /// Clients' sessions on this pgpool at one time.
    package enum Sessions: Hashable, Sendable {
        case none
        case some
        case unknown

        /// The doctor's own session is none of a client's.
        package init(_ load: Snapshot.Load) {
            switch (load.busy, load.own) {
            // A pgpool without children is none that PCP knows well.
            case _ where load.total <= 0: self = .unknown
            case (0, _): self = .none
            case (let busy, let own?): self = busy > own ? .some : .none
            // At most an old and a new connection of the doctor's, just when one takes the other's place.
            case (let busy, nil): self = busy > 2 ? .some : .unknown
            }
        }
    }

    /// What a look at the group's wish has changed.
    package enum Change: Hashable, Sendable {
        case began
        case ended
    }

    /// How long after the draining began the wait may end at the earliest. A load balancer may send new clients to a target
    /// that it has let go for a while yet.
    private let notBefore: Duration
    /// How long there must have been no session on end.
    private let idleFor: Duration
    /// How soon to try a call again.
    private let retry: Duration
    package var longestGap: Duration

    /// Whether the instance is about to go.
    package private(set) var isGoing = false
    private var began = Duration.zero
    private var idle = Streak()
    private var isAsking = false
    private var isCompleted = false
    private var lastTry: Duration?

    package init(
        notBefore: Duration = .seconds(120), idleFor: Duration = .seconds(30), retry: Duration = .seconds(10),
        longestGap: Duration = .seconds(10)
    ) {
        self.notBefore = notBefore
        self.idleFor = idleFor
        self.retry = retry
        self.longestGap = longestGap
    }

    /// Takes note of the state that the group has in mind for the instance; nil when it is in none.
    package mutating func see(target: String?, at time: Duration) -> Change? {
        let wasGoing = isGoing
        isGoing = target == "Terminated" || target == "Warmed:Terminated"
        if isGoing == wasGoing { return nil }
        // The quiet of before says nothing of the clients that come meanwhile.
        idle.end()
        began = time
        isCompleted = false
        lastTry = nil
        return isGoing ? .began : .ended
    }

    /// Takes note of the sessions at a time. What is not known neither ends the quiet nor prolongs it.
    package mutating func see(_ sessions: Sessions, at time: Duration) {
        guard isGoing else { return }
        switch sessions {
        case .none: idle.see(at: time, longestGap: longestGap)
        case .some: idle.end()
        case .unknown: break
        }
    }

    /// Whether to end the wait now; what comes of that is to be told.
    package mutating func wantsEnd(at now: Duration) -> Bool {
        guard !isCompleted, !isAsking, isQuiet(at: now), now - began >= notBefore else { return false }
        if let lastTry, now - lastTry < retry { return false }
        lastTry = now
        isAsking = true
        return true
    }

    /// Whether the instance is to go, and for long enough nobody has had a session on it.
    package func isQuiet(at now: Duration) -> Bool {
        guard isGoing, let length = idle.length, let last = idle.last else { return false }
        return length >= idleFor && now - last <= longestGap
    }

    /// The wait is over.
    package mutating func succeeded() { (isAsking, isCompleted) = (false, true) }

    /// It is not, or not known to be.
    package mutating func failed() { isAsking = false }
}

extension Snapshot {
    /// What is known of clients' sessions since a time, oldest first.
    package func sessions(
        after time: Duration, now: Duration, staleAfter: Duration
    ) -> [(sessions: DrainDecision.Sessions, at: Duration)] {
        guard now - self.now <= staleAfter else { return [] }
        var isAnswered = false
        if let pcp = evidence.pcp, case .answers = pcp.finding { isAnswered = now - pcp.at <= staleAfter }
        var known = loads.filter { $0.at > time }.map { (sessions: DrainDecision.Sessions($0), at: $0.at) }
        // Children may serve on when pgpool's main process is gone. Each has the port's socket, so that it refuses only
        // when there is none.
        if !isAnswered, verdict.state == .dead, let port = evidence.port, case .refuses = port.finding,
            port.at > time, now - port.at <= staleAfter
        {
            known.append((.none, port.at))
            known.sort { $0.at < $1.at }
        }
        return known
    }
}
