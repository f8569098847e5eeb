package import AWSClient
package import FoundationEssentials

/// What a build needs of the outside beside its host, handed in by the command.
package struct BuildRuntime: Sendable {
    package var timer: WaitTimer
    /// The time of day.
    package var now: @Sendable () -> Date
    /// A number in 0..<1, for jitter.
    package var random: @Sendable () -> Double
    /// Is told what happens.
    package var report: @Sendable (BuildEvent) -> Void

    package init(
        timer: WaitTimer, now: @escaping @Sendable () -> Date, random: @escaping @Sendable () -> Double,
        report: @escaping @Sendable (BuildEvent) -> Void
    ) {
        self.timer = timer
        self.now = now
        self.random = random
        self.report = report
    }
}

/// How often a build asks, and how long it bears what goes wrong.
package struct BuildPace: Hashable, Sendable {
    /// From one question about a state to the next.
    package var poll: Duration
    /// From one look at the console to the next. EC2 lets it be read less often than anything else.
    package var console: Duration
    /// How long the host may give no answer at all.
    package var patience: Duration = .seconds(300)
    /// How long a call that is under way may take to end after a signal.
    package var grace: Duration = .seconds(3)
    /// How long an effect may take to show whose answer was lost.
    package var settle: Duration = .seconds(60)
    /// How much longer the console of an instance that has ended is looked at.
    package var lateConsole: Duration = .seconds(30)

    /// From one look at a guest to the next. So many as fit between two looks at the console, and the time between them
    /// is over with the last one, though a tenth of each may be left out.
    var watch: Duration {
        let looks = max(1, (console / poll).rounded(.down))
        return console / looks / 0.9
    }

    package static let consoleLimit = Duration.seconds(15)

    /// At a pace that was asked for, the console too.
    package init(poll: Duration?) {
        self.poll = poll ?? .seconds(5)
        console = poll ?? BuildPace.consoleLimit
    }
}
