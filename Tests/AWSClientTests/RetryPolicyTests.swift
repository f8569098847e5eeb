import Testing

@testable import AWSClient

@Suite struct RetryPolicyTests {
    @Test func aWaitIsBetweenNothingAndABoundThatDoubles() {
        let policy = RetryPolicy.standard
        let bounds: [Duration] = [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10)]
        for failures in 1...1000 {
            let bound = bounds[min(failures, bounds.count) - 1]
            for random in [0, 0.25, 0.5, 0.999_999] {
                let delay = policy.delay(afterFailures: failures, isThrottled: false, random: random)
                #expect(delay >= .zero && delay < bound)
                let throttled = policy.delay(afterFailures: failures, isThrottled: true, random: random)
                #expect(throttled >= bound / 2 && throttled < bound)
            }
        }
        #expect(policy.delay(afterFailures: 3, isThrottled: false, random: 0.5) == .seconds(1))
        #expect(policy.delay(afterFailures: 3, isThrottled: true, random: 0.5) == .milliseconds(1500))
    }

    @Test(arguments: [0, -1, .min, .max] as [Int]) func anyNumberOfFailuresHasAWait(failures: Int) {
        let policy = RetryPolicy(attempts: .max, base: .seconds(3600), limit: .seconds(7200))
        #expect(policy.delay(afterFailures: failures, isThrottled: true, random: 0.999) < .seconds(7200))
    }

    @Test func theBudgetRunsDryAndRecovers() {
        let budget = RetryBudget()
        for _ in 0..<100 { #expect(budget.take(isTimeOut: false) == 5) }
        #expect(budget.take(isTimeOut: false) == nil)
        for _ in 0..<4 { budget.giveBack(nil) }
        #expect(budget.take(isTimeOut: false) == nil)
        budget.giveBack(nil)
        #expect(budget.take(isTimeOut: true) == nil)
        #expect(budget.take(isTimeOut: false) == 5)
        budget.giveBack(10)
        #expect(budget.take(isTimeOut: true) == 10)
    }

    @Test func theBudgetDoesNotGrowBeyondItsBegin() {
        let budget = RetryBudget()
        for _ in 0..<1000 { budget.giveBack(10) }
        for _ in 0..<50 { #expect(budget.take(isTimeOut: true) == 10) }
        #expect(budget.take(isTimeOut: true) == nil)
    }

    @Test func theBudgetIsKeptByManyAtOnce() async {
        let budget = RetryBudget()
        let taken = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<400 { group.addTask { budget.take(isTimeOut: false) ?? 0 } }
            return await group.reduce(0, +)
        }
        #expect(taken == 500)
    }
}
