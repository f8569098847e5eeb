package import FoundationEssentials

/// The time of a simulation.
package struct SimulationClock: Sendable {
    /// Simulated time since the beginning.
    package let elapsed: @Sendable () -> Duration
    /// Lets simulated time pass.
    package let pass: @Sendable (Duration) async -> Void
    /// The time of day at the beginning.
    package let begin: Date
    /// How many simulated seconds a second of the time of day has.
    package let speed: Double

    /// A clock by hand: calls move it on, and so does whoever sleeps on it. `begin` is 2026-09-21T14:13:20Z unless given.
    package static func manual(
        _ clock: ManualClock, begin: Date = Date(timeIntervalSince1970: 1_790_000_000)
    ) -> SimulationClock {
        SimulationClock(
            elapsed: { clock.now.offset }, pass: { clock.advance(by: $0) },
            begin: begin.addingTimeInterval(-(clock.now.offset / .seconds(1))), speed: 1)
    }

    /// The machine's clock, on which all durations of the simulation are shorter by a factor. The time of day stays that
    /// of the machine, since clients sign by it.
    package static func real(speed: Double = 1) -> SimulationClock {
        let clock = ContinuousClock()
        let start = clock.now
        return SimulationClock(
            elapsed: { start.duration(to: clock.now) * speed }, pass: { try? await Task.sleep(for: $0 / speed) },
            begin: Date(), speed: speed)
    }

    /// The time of day at a moment of the simulation.
    package func date(at moment: Duration) -> Date { begin.addingTimeInterval(moment / .seconds(1) / speed) }
}
