/// How findings become answers.
package struct Policy: Sendable, Equatable {
    /// How long something must be wrong before an answer changes.
    package var unhealthyAfter: Duration
    /// How long everything must be right before it changes back.
    package var healthyAfter: Duration
    /// Whether an instance whose writer is away is ready, for reads.
    package var isReadyWithoutWriter: Bool
    /// The age at which a finding counts as none: the probe hangs.
    package var staleAfter: Duration

    package init(
        unhealthyAfter: Duration = .seconds(3), healthyAfter: Duration = .seconds(2),
        isReadyWithoutWriter: Bool = true, staleAfter: Duration = .seconds(10)
    ) {
        self.unhealthyAfter = unhealthyAfter
        self.healthyAfter = healthyAfter
        self.isReadyWithoutWriter = isReadyWithoutWriter
        self.staleAfter = staleAfter
    }
}
