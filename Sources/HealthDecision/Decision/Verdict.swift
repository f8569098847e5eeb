/// What the doctor holds of this instance.
package enum HealthState: String, Sendable, Equatable, CaseIterable {
    /// No probe has ended yet.
    case starting
    /// pgpool's main process is gone, or nothing of pgpool answers.
    case dead
    /// pgpool lives, but takes no queries.
    case alive
    /// pgpool takes queries.
    case ready
    /// pgpool takes queries, and every child has one.
    case saturated
    /// pgpool serves reads; the writer cannot be written to.
    case writerAway = "writer_away"
    /// Ready, and about to be taken out of service.
    case draining
}

/// A decision: a state, since when, and why.
package struct Verdict: Sendable, Equatable {
    package var state: HealthState
    /// When this state began.
    package var since: Duration
    /// Why, a sentence each, the most important one first. A ready instance has none, or what is odd with it.
    package var reasons: [String]
    /// The answers of the four questions.
    package var answers: [Question: Answer]

    package init(state: HealthState, since: Duration, reasons: [String], answers: [Question: Answer]) {
        self.state = state
        self.since = since
        self.reasons = reasons
        self.answers = answers
    }
}

/// What a load balancer can ask.
package enum Question: String, Sendable, Hashable, CaseIterable {
    case live
    case ready
    case primary
    case replica
}

/// A yes or no, and a short reason.
package struct Answer: Sendable, Equatable {
    package var isYes: Bool
    /// One line.
    package var reason: String

    package init(_ isYes: Bool, _ reason: String) {
        self.isYes = isYes
        self.reason = reason
    }
}
