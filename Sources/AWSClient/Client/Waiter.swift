/// Asks at a steady pace until something is so.
package struct Waiter: Sendable {
    /// What is waited for, as a person reads it: `the image ami-1 to be available`.
    package var goal: String
    /// From an answer to the next question; up to a tenth of it is left out at random.
    package var interval: Duration
    /// On the client's timer.
    package var deadline: Duration
    /// How often in a row the answer must be yes.
    package var successes: Int
    /// For how long "not found" means "not known yet".
    package var propagation: Duration

    package init(
        _ goal: String, interval: Duration, deadline: Duration, successes: Int = 1,
        propagation: Duration = .seconds(120)
    ) {
        self.goal = goal
        self.interval = interval
        self.deadline = deadline
        self.successes = successes
        self.propagation = propagation
    }

    /// What one answer says.
    package enum Answer<Value: Sendable>: Sendable {
        case done(Value)
        case pending
        /// It will never be so; why.
        case failed(String)
    }

    /// Why waiting ended without it.
    package enum Failure: Error, Sendable {
        /// It will never be so.
        case failed(goal: String, reason: String)
        /// The time is over; the thing may yet come to be.
        case deadline(goal: String, last: AWSError?)
        case call(AWSError)
        case cancelled
    }

    /// Asks until the answer is yes so often in a row.
    package func wait<Value: Sendable>(
        on timer: WaitTimer, random: @Sendable () -> Double,
        _ ask: () async throws(AWSError) -> Answer<Value>
    ) async throws(Failure) -> Value {
        let begin = timer.elapsed()
        var inARow = 0
        var last: AWSError?
        while true {
            switch await answer(ask) {
            case .success(.done(let value)):
                inARow += 1
                if inARow >= successes { return value }
            case .success(.pending): inARow = 0
            case .success(.failed(let reason)): throw .failed(goal: goal, reason: reason)
            case .failure(let error):
                guard error.origin != .cancelled else { throw Failure.cancelled }
                inARow = 0
                if error.origin != .deadline { last = error }
                guard isWorthWaiting(error, since: timer.elapsed() - begin) else { throw .call(error) }
            }
            guard !Task.isCancelled else { throw Failure.cancelled }
            let pause = interval * (1 - random() / 10)
            guard timer.elapsed() + pause < deadline else { throw Failure.deadline(goal: goal, last: last) }
            do { try await timer.sleep(pause) } catch { throw Failure.cancelled }
        }
    }

    private func answer<Value: Sendable>(
        _ ask: () async throws(AWSError) -> Answer<Value>
    ) async -> Result<Answer<Value>, AWSError> {
        do throws(AWSError) {
            return .success(try await ask())
        } catch {
            return .failure(error)
        }
    }

    /// A service that cannot answer now does not say that it will never be so.
    private func isWorthWaiting(_ error: AWSError, since: Duration) -> Bool {
        // One question had its own, or this wait's is over, which the caller of this sees.
        if error.origin == .deadline { return true }
        return switch error.kind {
        case .throttling, .transient: true
        case .propagation: since < propagation
        case .capacity, .expiredCredentials, .clockSkew, .refused, .other: false
        }
    }
}
