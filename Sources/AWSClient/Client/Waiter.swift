/// Asks at a steady pace until something is so.
package struct Waiter: Sendable {
    /// What is waited for, as a person reads it: `the image ami-1 to be available`.
    package var goal: String
    /// From an answer to the next question; up to a tenth of it is left out at random.
    package var interval: Duration
    /// On the timer that is waited by.
    package var deadline: Duration
    /// How often in a row the answer must be yes.
    package var successes: Int
    /// From a yes to the question that confirms it; nil for the interval.
    package var confirmation: Duration?
    /// For how long "not found" means "not known yet".
    package var propagation: Duration
    /// For how long there may be no answer at all; nil for as long as the deadline allows.
    package var patience: Duration?

    package init(
        _ goal: String, interval: Duration, deadline: Duration, successes: Int = 1, confirmation: Duration? = nil,
        propagation: Duration = .seconds(120), patience: Duration? = nil
    ) {
        self.goal = goal
        self.interval = interval
        self.deadline = deadline
        self.successes = successes
        self.confirmation = confirmation
        self.propagation = propagation
        self.patience = patience
    }

    /// What one answer says.
    package enum Answer<Value: Sendable>: Sendable {
        case done(Value)
        case pending
        /// It will never be so; why.
        case failed(String)
    }

    /// Asks until the answer is yes so often in a row.
    package func wait<Value: Sendable, Trouble: WaitTrouble>(
        on timer: WaitTimer, random: @Sendable () -> Double,
        _ ask: () async throws(Trouble) -> Answer<Value>
    ) async throws(WaitFailure<Trouble>) -> Value {
        let begin = timer.elapsed()
        var inARow = 0
        var last: Trouble?
        var answered = begin
        while true {
            let outcome = await answer(ask)
            if case .success = outcome { answered = timer.elapsed() }
            switch outcome {
            case .success(.done(let value)):
                inARow += 1
                if inARow >= successes { return value }
            case .success(.pending): inARow = 0
            case .success(.failed(let reason)): throw .failed(goal: goal, reason: reason)
            case .failure(let trouble):
                inARow = 0
                switch trouble.advice {
                case .cancelled: throw .cancelled
                case .timeOver: break
                case .askAgain where timer.elapsed() - answered < patience ?? deadline: last = trouble
                case .askForAWhile where timer.elapsed() - begin < propagation: last = trouble
                case .askAgain, .askForAWhile, .giveUp: throw .call(trouble)
                }
            }
            guard !Task.isCancelled else { throw .cancelled }
            let pause = inARow > 0 ? confirmation ?? interval : interval
            let jittered = pause * (1 - random() / 10)
            guard timer.elapsed() + jittered < deadline else { throw .deadline(goal: goal, last: last) }
            do { try await timer.sleep(jittered) } catch { throw .cancelled }
        }
    }

    private func answer<Value: Sendable, Trouble: WaitTrouble>(
        _ ask: () async throws(Trouble) -> Answer<Value>
    ) async -> Result<Answer<Value>, Trouble> {
        do throws(Trouble) {
            return .success(try await ask())
        } catch {
            return .failure(error)
        }
    }
}

/// What a question may end with instead of an answer.
package protocol WaitTrouble: Error {
    var advice: WaitAdvice { get }
}

/// What one who waits makes of a question without an answer.
package enum WaitAdvice: Hashable, Sendable {
    /// Who cannot answer now does not say that it will never be so.
    case askAgain
    /// What was just made may not be known everywhere yet.
    case askForAWhile
    case giveUp
    /// The question's own time was over, or that of the wait, which the waiter sees.
    case timeOver
    case cancelled
}

/// Why waiting ended without what was waited for.
package enum WaitFailure<Trouble: WaitTrouble>: Error {
    /// It will never be so.
    case failed(goal: String, reason: String)
    /// The time is over; the thing may yet come to be.
    case deadline(goal: String, last: Trouble?)
    case call(Trouble)
    case cancelled
}

extension AWSError: WaitTrouble {
    package var advice: WaitAdvice {
        switch origin {
        case .cancelled: .cancelled
        case .deadline: .timeOver
        default:
            switch kind {
            case .throttling, .transient: .askAgain
            case .propagation: .askForAWhile
            case .capacity, .expiredCredentials, .clockSkew, .refused, .other: .giveUp
            }
        }
    }
}
