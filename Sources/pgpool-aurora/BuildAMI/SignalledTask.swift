import Glibc
import Synchronization
import UnixSignals

/// Whoever tells a person what a signal does.
protocol SignalledReport: Sendable {
    var firstSignalText: String { get }
    var secondSignalText: String { get }

    func say(_ text: String, always: Bool)

    /// Lets time be seen to pass.
    func draw()
}

extension BuildReport: SignalledReport {
    var firstSignalText: String { "interrupted; cleaning up (once more leaves the rest to `build-ami reap`)" }
    var secondSignalText: String { "interrupted again; `pgpool-aurora build-ami reap` removes what is left" }
}

/// Work that a first signal tells to clean up, and a second one to leave.
enum SignalledTask {
    /// Runs the work; returns what comes of it, and the signal that ended it.
    static func run<Value: Sendable>(
        _ report: some SignalledReport, _ work: @escaping @Sendable () async -> Value
    ) async -> (value: Value, signal: Int32?) {
        // Trapped before anything is made.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let first = FirstSignal()
        let task = Task { await work() }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await signal in signals {
                    let number: Int32 = signal == .sigterm ? SIGTERM : SIGINT
                    guard first.take(number) else {
                        guard first.isLongAgo else { continue }
                        report.say(report.secondSignalText, always: true)
                        _exit(128 + number)
                    }
                    report.say(report.firstSignalText, always: true)
                    task.cancel()
                }
            }
            group.addTask {
                while (try? await Task.sleep(for: .seconds(1))) != nil { report.draw() }
            }
            let value = await task.value
            group.cancelAll()
            return (value, first.number)
        }
    }

    /// The signal that ended the work.
    private final class FirstSignal: Sendable {
        private let kept = Mutex<(number: Int32, time: ContinuousClock.Instant)?>(nil)

        var number: Int32? { kept.withLock { $0?.number } }

        /// False if there was one before.
        func take(_ number: Int32) -> Bool {
            kept.withLock { kept in
                defer { kept = kept ?? (number, .now) }
                return kept == nil
            }
        }

        /// What comes within a second of the first one is meant as one with it: `timeout` signals a command, and then the
        /// group that it is in.
        var isLongAgo: Bool { kept.withLock { kept in kept.map { .now - $0.time >= .seconds(1) } ?? false } }
    }
}
