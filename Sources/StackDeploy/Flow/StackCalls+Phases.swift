import AWSClient
import Diagnostics

extension StackCalls {
    /// Does a part of the work, and says so.
    func phase<Value>(
        _ name: StackPhase, _ body: () async throws(StackFailure) -> Value
    ) async throws(StackFailure) -> Value {
        let begin = runtime.timer.elapsed()
        runtime.report(.phaseBegins(name))
        let value = try await body()
        runtime.report(.phaseEnds(name, (runtime.timer.elapsed() - begin) / .seconds(1)))
        return value
    }

    func note(_ text: String) { runtime.report(.note(text)) }

    /// Asks, unless it was interrupted.
    func agrees(_ question: String) async throws(StackFailure) -> Bool {
        let agrees = await runtime.confirm(question)
        guard !Task.isCancelled else { throw unchanged(failure(.cancelled)) }
        return agrees
    }

    /// Whoever interrupts before anything is begun is told that nothing was.
    func unchanged(_ failure: StackFailure) -> StackFailure {
        failure.code == .cancelled ? failure.adding("nothing was changed") : failure
    }
}
