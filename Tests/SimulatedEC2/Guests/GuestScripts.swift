/// Guests as tests want them.
extension GuestScript {
    /// Makes its steps and says that all is well, over and over.
    package static let succeeds = GuestScript()

    /// Makes its steps, and says nothing more.
    package static let hangs = with { $0.verdict = .none }

    /// Boots, and never says anything.
    package static let isSilent = with { $0.speaks = false }

    /// Fails in a step, with lines of its log before.
    package static func fails(
        step: String = "packages", exit: Int = 100, message: String = "no such package",
        log: [String] = ["Reading package lists...", "E: no such package"]
    ) -> GuestScript {
        with { $0.verdict = .failed(step: step, exit: exit, message: message, log: log) }
    }

    /// Powers itself off while it works, without a verdict.
    package static func powersOff(after duration: Duration = .seconds(40)) -> GuestScript {
        with {
            $0.verdict = .none
            $0.powerOff = duration
        }
    }

    /// Says once that all is well, and powers itself off right after.
    package static let speaksOnce = with {
        $0.repetition = nil
        $0.powerOff = $0.verdictTime + .seconds(1)
    }

    /// Boots again before its verdict, and makes all steps once more.
    package static let bootsTwice = with { $0.boots = 2 }

    /// Its console can be read so much later.
    package static func isLate(by lag: Duration) -> GuestScript { with { $0.lag = lag } }

    /// A success with other things on the console.
    package static func succeeds(amid decorations: Set<Decoration>) -> GuestScript {
        with { $0.decorations = decorations }
    }

    /// Quotes a verdict that it never gives.
    package static let decoys = with {
        $0.verdict = .none
        $0.decorations = [.trace]
    }

    /// A success with something changed.
    package static func with(_ change: (inout GuestScript) -> Void) -> GuestScript {
        var script = GuestScript()
        change(&script)
        return script
    }
}
