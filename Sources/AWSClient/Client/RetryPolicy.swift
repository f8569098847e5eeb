import Synchronization

/// How often a call is tried, and how long is waited between.
package struct RetryPolicy: Hashable, Sendable {
    /// The first one included.
    package var attempts: Int
    /// The longest wait before the second attempt; it doubles with each one after.
    package var base: Duration
    /// The longest wait of all.
    package var limit: Duration

    package init(attempts: Int, base: Duration, limit: Duration) {
        self.attempts = attempts
        self.base = base
        self.limit = limit
    }

    /// For a person who waits, and for a build: half a minute of trouble is lived through.
    package static let standard = RetryPolicy(attempts: 8, base: .milliseconds(500), limit: .seconds(10))

    /// The wait after so many failed attempts: anything between nothing and a bound that doubles, so that many who
    /// failed together do not come back together. Who is throttled waits at least half of the bound.
    package func delay(afterFailures failures: Int, isThrottled: Bool, random: Double) -> Duration {
        let doublings = min(max(failures, 1) - 1, 30)
        let bound = min(base * (1 << doublings), limit)
        return isThrottled ? bound * (0.5 + random / 2) : bound * random
    }
}

/// What bounds the retries of a whole client, so that a service in trouble is not asked more the worse it gets.
///
/// Each retry costs; the last one is paid back by its success, and a little by each success that needed none. Source: AWS's "standard" retry mode.
final class RetryBudget: Sendable {
    private let left = Mutex(RetryBudget.capacity)

    private static let capacity = 500
    private static let cost = 5
    private static let costOfTimeOut = 10

    /// Takes the cost of one retry and returns it; nil when the budget is spent.
    func take(isTimeOut: Bool) -> Int? {
        let cost = isTimeOut ? RetryBudget.costOfTimeOut : RetryBudget.cost
        return left.withLock { left in
            guard left >= cost else { return nil }
            left -= cost
            return cost
        }
    }

    /// Gives back what the retry that succeeded had cost, or a little for a success at once.
    func giveBack(_ cost: Int?) {
        left.withLock { $0 = min($0 + (cost ?? 1), RetryBudget.capacity) }
    }
}
