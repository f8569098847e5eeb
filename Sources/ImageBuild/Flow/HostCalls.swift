import AWSClient
import Diagnostics

/// How a build talks to its host: with patience, within a deadline, and so that a signal interrupts no change half-way.
struct HostCalls: Sendable {
    let runtime: BuildRuntime
    let pace: BuildPace
    /// On the runtime's timer.
    let deadline: Duration

    /// Asks until it is so.
    func wait<Value: Sendable>(
        _ goal: String, confirmations: Int = 1, every interval: Duration? = nil,
        _ ask: () async throws(HostError) -> Waiter.Answer<Value>
    ) async throws(BuildFailure) -> Value {
        do throws(WaitFailure<HostError>) {
            let waiter = waiter(goal, confirmations: confirmations, every: interval)
            return try await waiter.wait(on: runtime.timer, random: runtime.random, ask)
        } catch {
            throw failure(error)
        }
    }

    /// Does what changes something, again if it did not happen.
    func change<Value: Sendable>(
        _ goal: String, _ body: @escaping @Sendable () async throws(HostError) -> Value
    ) async throws(WaitFailure<HostError>) -> Value {
        try await waiter(goal).change(on: runtime.timer, random: runtime.random, grace: pace.grace, body)
    }

    private func waiter(_ goal: String, confirmations: Int = 1, every interval: Duration? = nil) -> Waiter {
        Waiter(
            goal, interval: interval ?? pace.poll, deadline: deadline, successes: confirmations,
            confirmation: min(pace.poll, .milliseconds(500)), patience: pace.patience)
    }

    /// What the end of a wait means to the build.
    func failure(_ error: WaitFailure<HostError>) -> BuildFailure {
        switch error {
        case .failed(let goal, let reason): BuildFailure(.failed, "waited for \(goal): \(reason)")
        case .deadline(let goal, let last):
            BuildFailure(
                .unfinished, "the deadline is over, still waiting for \(goal)",
                notes: last.map { ["the last answer was: \($0)"] } ?? [], isResumable: true)
        case .cancelled: BuildFailure(.cancelled, "it was interrupted")
        case .call(let error):
            switch error.code {
            case .refused: BuildFailure(.refused, [error.diagnostic()])
            case .unavailable, .timeOver: BuildFailure(.unfinished, [error.diagnostic()], isResumable: true)
            case .credentials:
                BuildFailure(
                    .unfinished,
                    [
                        Diagnostic(
                            .error, error.message,
                            notes: error.notes + ["get new credentials, and go on with the build"])
                    ], isResumable: true)
            case .cancelled: BuildFailure(.cancelled, "it was interrupted")
            case .capacity, .notKnownYet, .inUse, .rejected: BuildFailure(.failed, [error.diagnostic()])
            }
        }
    }
}
