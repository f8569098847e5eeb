import HealthDecision
import Testing

@Suite struct HealPlanTests {
    private let old: Set<String> = ["10.0.0.1"]
    private let new: Set<String> = ["10.0.0.2"]

    private func entry(_ child: Int32, _ backend: Int32, inUse: Bool = false, node: Int = 0) -> PoolEntry {
        PoolEntry(child: child, node: node, backendPID: backend, isInUse: inUse)
    }

    private func time(_ tenths: Int) -> Duration { .milliseconds(tenths * 100) }

    /// One that has looked at what was pooled before it began.
    private func started() -> HealPlan {
        var plan = HealPlan()
        _ = plan.look(HealPlan.Sight(writer: .takesWrites, addresses: old, pool: []), at: .seconds(-100))
        for tenth in 1...20 {
            _ = plan.look(
                HealPlan.Sight(writer: .takesWrites, addresses: old, pool: []), at: .seconds(-100) + time(tenth))
        }
        return plan
    }

    @Test func whatWasPooledBeforeItBeganIsDroppedOnce() {
        var plan = HealPlan()
        let first = plan.look(
            HealPlan.Sight(writer: .takesWrites, addresses: old, pool: [entry(1, 11), entry(2, 12, inUse: true)]),
            at: .zero)
        #expect(first.step == .swept)
        #expect(first.signal == [1])
        for tenth in 1...30 {
            // What is made a second later is fresh.
            let pool = tenth < 11 ? [] : [entry(1, 21)]
            let (step, signal) = plan.look(
                HealPlan.Sight(writer: .takesWrites, addresses: old, pool: pool), at: time(tenth))
            #expect(step == .nothing)
            #expect(signal == [])
        }
        #expect(!plan.wantsPool)
    }

    @Test func aNameThatGoesRoundIsNoFailover() {
        var plan = started()
        var began = 0
        for second in 0..<120 {
            let sight = HealPlan.Sight(
                writer: .takesWrites, addresses: second / 3 % 2 == 0 ? old : new, pool: [entry(1, Int32(second))])
            if case .began = plan.look(sight, at: .seconds(second)).step { began += 1 }
        }
        // It is taken for one the first time only.
        #expect(began == 1)
    }

    @Test func aHealthyWriterIsLeftAlone() {
        var plan = started()
        for tenth in 0..<100 {
            let sight = HealPlan.Sight(writer: .takesWrites, addresses: old, pool: [entry(1, 11)])
            let (step, signal) = plan.look(sight, at: time(tenth))
            #expect(step == .nothing)
            #expect(signal == [])
        }
        #expect(!plan.isWatching)
    }

    @Test func aNodeInRecoveryHasItsPooledConnectionsDropped() {
        var plan = started()
        let first = plan.look(
            HealPlan.Sight(
                writer: .inRecovery, addresses: old, pool: [entry(1, 11), entry(2, 12), entry(2, 13, node: 1)]),
            at: .zero)
        #expect(first.step == .began("node 0 is in recovery"))
        #expect(first.signal == [1, 2])
        // They are gone; new ones are made, of a writer that takes writes.
        for tenth in 1...10 {
            _ = plan.look(HealPlan.Sight(writer: .takesWrites, addresses: old, pool: []), at: time(tenth))
        }
        let last = plan.look(HealPlan.Sight(writer: .takesWrites, addresses: old, pool: [entry(1, 99)]), at: time(11))
        #expect(last.step == .ended(took: time(11), isSure: true))
        #expect(last.signal == [])
        #expect(!plan.isWatching)
    }

    @Test func aNameThatMovesIsASignAndTheOldAnswerNoneOfHealth() {
        var plan = started()
        _ = plan.look(HealPlan.Sight(writer: .takesWrites, addresses: old), at: .zero)
        #expect(
            plan.look(HealPlan.Sight(addresses: new), at: time(1)).step
                == .began("the writer's name moved from 10.0.0.1 to 10.0.0.2"))
        // No new finding of the writer: it does not end.
        for tenth in 2...100 {
            #expect(plan.look(HealPlan.Sight(addresses: new, pool: []), at: time(tenth)).step == .nothing)
        }
        let end = plan.look(HealPlan.Sight(writer: .takesWrites, addresses: new, pool: []), at: time(101))
        #expect(end.step == .ended(took: time(100), isSure: true))
    }

    @Test func oneOfSeveralAddressesThatComesOrGoesIsNoFailover() {
        var plan = started()
        _ = plan.look(HealPlan.Sight(writer: .takesWrites, addresses: ["a", "b"]), at: .zero)
        #expect(plan.look(HealPlan.Sight(addresses: ["b", "c"]), at: time(1)).step == .nothing)
        #expect(plan.look(HealPlan.Sight(addresses: nil), at: time(2)).step == .nothing)
        #expect(plan.look(HealPlan.Sight(addresses: []), at: time(3)).step == .nothing)
    }

    @Test func connectionsMadeWhileTheNameMovesAreStaleToo() {
        var plan = started()
        _ = plan.look(HealPlan.Sight(writer: .takesWrites, addresses: old), at: .zero)
        _ = plan.look(HealPlan.Sight(addresses: new, pool: []), at: time(1))
        #expect(plan.look(HealPlan.Sight(addresses: new, pool: [entry(1, 11)]), at: time(9)).signal == [1])
        #expect(plan.look(HealPlan.Sight(addresses: new, pool: [entry(1, 12)]), at: time(13)).signal == [])
    }

    @Test func aSessionThatKeepsAStaleConnectionIsFollowedToItsEnd() {
        var plan = started()
        let busy = [entry(1, 11, inUse: true)]
        _ = plan.look(HealPlan.Sight(writer: .inRecovery, addresses: old, pool: busy), at: .zero)
        var ended: Int?
        for tenth in 1...80 where ended == nil {
            let step = plan.look(HealPlan.Sight(writer: .takesWrites, addresses: old, pool: busy), at: time(tenth)).step
            if case .ended = step { ended = tenth }
        }
        // Clients meet it no more; the session itself is left in peace.
        #expect(ended == 51)
        #expect(plan.isWatching)
        #expect(plan.pause(at: time(60)) == .milliseconds(250))
        let sight = HealPlan.Sight(writer: .takesWrites, addresses: old, pool: busy)
        #expect(plan.look(sight, at: time(600)).signal == [])
        // It ends, and what it leaves behind goes before a client gets it.
        let idle = HealPlan.Sight(writer: .takesWrites, addresses: old, pool: [entry(1, 11)])
        #expect(plan.look(idle, at: time(601)).signal == [1])
        _ = plan.look(HealPlan.Sight(writer: .takesWrites, addresses: old, pool: [entry(1, 12)]), at: time(602))
        #expect(!plan.isWatching)
    }

    @Test func aWriterThatNeverComesCostsLittleAfterAWhile() {
        var plan = started()
        var signals: [Int] = []
        var now = Duration.zero
        while now < .seconds(120) {
            let pool = [entry(1, Int32(now / .milliseconds(1)) + 1)]
            if !plan.look(HealPlan.Sight(writer: .inRecovery, addresses: old, pool: pool), at: now).signal.isEmpty {
                signals.append(Int(now / .seconds(1)))
            }
            now += plan.pause(at: now)
        }
        #expect(signals.count { $0 < 30 } > 50)
        #expect(signals.count { $0 >= 60 } <= 13)
        #expect(signals.count { $0 >= 60 } >= 10)
    }

    @Test func withoutPCPTheIdleChildrenAreAsked() {
        var plan = started()
        let sick = HealPlan.Sight(writer: .inRecovery, addresses: old, idleChildren: [1, 2])
        #expect(plan.look(sick, at: .zero).signal == [1, 2])
        let well = HealPlan.Sight(writer: .takesWrites, addresses: old, idleChildren: [1, 2])
        #expect(plan.look(well, at: time(20)).signal == [1, 2])
        #expect(plan.look(well, at: time(51)).step == .ended(took: time(51), isSure: false))
        #expect(plan.look(well, at: time(52)).signal == [])
    }
}
