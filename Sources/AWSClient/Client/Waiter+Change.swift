extension Waiter {
    /// Does what changes something, again if it did not happen. When the task is cancelled a call that is under way gets so
    /// long to end, so that it is known what it did.
    package func change<Value: Sendable, Trouble: WaitTrouble>(
        on timer: WaitTimer, random: @escaping @Sendable () -> Double, grace: Duration,
        _ body: @escaping @Sendable () async throws(Trouble) -> Value
    ) async throws(WaitFailure<Trouble>) -> Value {
        guard !Task.isCancelled else { throw .cancelled }
        let task = Task { () -> Result<Value, WaitFailure<Trouble>> in
            do throws(WaitFailure<Trouble>) {
                return .success(
                    try await wait(on: timer, random: random) { () throws(Trouble) in .done(try await body()) })
            } catch {
                return .failure(error)
            }
        }
        return try await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            Task {
                try? await timer.sleep(grace)
                task.cancel()
            }
        }.get()
    }
}
