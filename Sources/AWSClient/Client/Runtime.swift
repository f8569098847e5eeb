package import FoundationEssentials

/// What a client needs of the outside, handed in by the command.
package struct AWSRuntime: Sendable {
    package var transport: any HTTPTransport
    /// Waits, and measures how long something took.
    package var timer: WaitTimer
    /// The time of day, by which requests are signed.
    package var now: @Sendable () -> Date
    /// A number in 0..<1, for jitter.
    package var random: @Sendable () -> Double
    /// Is told of what is tried again, one line each, without any secret.
    package var notice: @Sendable (String) -> Void

    package init(
        transport: any HTTPTransport, timer: WaitTimer, now: @escaping @Sendable () -> Date,
        random: @escaping @Sendable () -> Double, notice: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.transport = transport
        self.timer = timer
        self.now = now
        self.random = random
        self.notice = notice
    }
}

/// A clock as waits use it.
package struct WaitTimer: Sendable {
    /// The time since the timer was made.
    package let elapsed: @Sendable () -> Duration
    /// Waits, and throws when the task is cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void

    package init<C: Clock>(_ clock: C) where C.Duration == Duration {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        sleep = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
    }
}
