import DoctorOnEC2
import HealthDecision
import TestBasics
import Testing

@Suite struct ReplaceDecisionTests {
    /// What is seen at a second, and what comes of a call.
    private enum Step {
        case live(ClosedRange<Int>)
        case dead(ClosedRange<Int>)
        case unknown(ClosedRange<Int>)
        case draining(ClosedRange<Int>)
        /// From then on calls fail, or succeed.
        case refuse
        case allow
    }

    /// The seconds at which a call is made.
    private func calls(_ steps: [Step], after: Int = 300) -> [Int] {
        var decision = ReplaceDecision(after: .seconds(after))
        var made: [Int] = []
        var isRefused = false
        func look(_ seconds: ClosedRange<Int>, _ liveness: ReplaceDecision.Liveness, isSpared: Bool = false) {
            for second in seconds where decision.look(liveness, isSpared: isSpared, at: .seconds(second)) {
                made.append(second)
                if isRefused { decision.failed(at: .seconds(second)) } else { decision.succeeded() }
            }
        }
        for step in steps {
            switch step {
            case .live(let seconds): look(seconds, .live)
            case .dead(let seconds): look(seconds, .dead)
            case .unknown(let seconds): look(seconds, .unknown)
            case .draining(let seconds): look(seconds, .dead, isSpared: true)
            case .refuse: isRefused = true
            case .allow: isRefused = false
            }
        }
        return made
    }

    @Test func aDeathThatLastsIsToldOnce() {
        #expect(calls([.live(0...9), .dead(10...5000)]) == [310])
        #expect(calls([.dead(0...299)]) == [])
        #expect(calls([.dead(0...100)], after: 60) == [60])
    }

    @Test func oneThatIsInterruptedBeginsAnew() {
        #expect(calls([.dead(0...299), .live(300...300), .dead(301...600)]) == [])
        #expect(calls([.dead(0...299), .live(300...300), .dead(301...601)]) == [601])
    }

    @Test func anotherOneCountsOnlyAfterAMinuteOfLife() {
        #expect(calls([.dead(0...300), .live(301...360), .dead(361...2000)]) == [300])
        #expect(calls([.dead(0...300), .live(301...361), .dead(362...2000)]) == [300, 662])
        // A minute in two parts is none.
        #expect(
            calls([.dead(0...300), .live(301...340), .dead(341...341), .live(342...380), .dead(381...2000)]) == [300])
    }

    @Test func aCallThatFailsIsMadeAgainEachMinute() {
        #expect(calls([.refuse, .dead(0...500), .allow, .dead(501...2000)]) == [300, 360, 420, 480, 540])
    }

    @Test func anInstanceThatGoesIsNotReplaced() {
        #expect(calls([.draining(0...2000)]) == [])
        // When the termination is called off, a whole span must pass.
        #expect(calls([.dead(0...200), .draining(201...800), .dead(801...1101)]) == [1101])
    }

    @Test func whatNobodyKnowsNeitherCountsNorInterrupts() {
        #expect(calls([.unknown(0...5000)]) == [])
        #expect(calls([.dead(0...200), .unknown(201...220), .dead(221...300)]) == [300])
        // After a long silence nobody can say that it was dead on end.
        #expect(calls([.dead(0...200), .unknown(201...240), .dead(241...540)]) == [])
        #expect(calls([.dead(0...200), .unknown(201...240), .dead(241...541)]) == [541])
    }

    @Test func whileACallIsUnderWayThereIsNoOther() {
        var decision = ReplaceDecision(after: .seconds(60))
        var made = (0...1000).filter { decision.look(.dead, isSpared: false, at: .seconds($0)) }
        #expect(made == [60])
        decision.failed(at: .seconds(1000))
        made = (1001...1100).filter { decision.look(.dead, isSpared: false, at: .seconds($0)) }
        #expect(made == [1060])
    }

    @Test func aShorterSpanAfterAReloadCountsAtOnce() {
        var decision = ReplaceDecision(after: .seconds(300))
        let early = (0...100).filter { decision.look(.dead, isSpared: false, at: .seconds($0)) }
        #expect(early.isEmpty)
        decision.after = .seconds(60)
        let answer3 = decision.look(.dead, isSpared: false, at: .seconds(101))
        #expect(answer3)
    }

    @Test func aVerdictThatIsOldOrNotThereYetSaysNothing() {
        func liveness(_ state: HealthState, age: Int) -> ReplaceDecision.Liveness {
            ReplaceDecision.Liveness(snapshot(state), at: .seconds(1000 + age), staleAfter: .seconds(10))
        }
        for state in HealthState.allCases {
            #expect(liveness(state, age: 10) == (state == .dead ? .dead : state == .starting ? .unknown : .live))
            #expect(liveness(state, age: 11) == .unknown)
        }
    }

    /// Without PCP a session that waits for a database that hangs looks as one that waits for a pgpool that does.
    @Test func whatMayBeTheDatabaseIsNoDeath() {
        func liveness(
            pcp: PCPFinding, port: PortFinding, process: ProcessFinding? = .running(pid: 7)
        ) -> ReplaceDecision.Liveness {
            ReplaceDecision.Liveness(
                snapshot(.dead, pcp: pcp, port: port, process: process), at: .seconds(1000), staleAfter: .seconds(10))
        }
        let none = PCPFinding.unknown("there is no pcp.conf")
        #expect(liveness(pcp: none, port: .accepts) == .unknown)
        #expect(liveness(pcp: none, port: .accepts, process: nil) == .unknown)
        #expect(liveness(pcp: none, port: .refuses("refused")) == .dead)
        #expect(liveness(pcp: none, port: .silent) == .dead)
        #expect(liveness(pcp: .silent, port: .accepts) == .dead)
        #expect(liveness(pcp: .unreachable("refused"), port: .accepts) == .dead)
        // That needs no PCP.
        #expect(liveness(pcp: none, port: .accepts, process: .gone("no such process")) == .dead)
        #expect(liveness(pcp: none, port: .accepts, process: .stopped(pid: 7)) == .dead)
    }

    /// Random lives, judged by a slow reading of the rule.
    @Test func noLifeIsEndedTwiceOrTooEarly() {
        for seed in 0..<UInt64(200 * longFactor) {
            var generator = SeededGenerator(seed: seed)
            var decision = ReplaceDecision(after: .seconds(60))
            var history: [ReplaceDecision.Liveness] = []
            var draining: [Bool] = []
            var marks: [Int] = []
            var kind = ReplaceDecision.Liveness.live
            var isDraining = false
            var left = 0
            for second in 0..<2000 {
                if left == 0 {
                    kind = [.live, .dead, .dead, .unknown].pick(&generator)
                    isDraining = Int.random(in: 0..<5, using: &generator) == 0
                    left = Int.random(in: 1...(kind == .unknown ? 25 : 200), using: &generator)
                }
                left -= 1
                history.append(kind)
                draining.append(isDraining)
                guard decision.look(kind, isSpared: isDraining, at: .seconds(second)) else { continue }
                let isRefused = Bool.random(using: &generator)
                if isRefused { decision.failed(at: .seconds(second)) } else { decision.succeeded() }
                // For the last minute it was never seen alive, nor while it drained.
                let span = max(0, second - 60)...second
                #expect(second >= 60 && kind == .dead && !isDraining, "seed \(seed)")
                #expect(span.allSatisfy { history[$0] != .live }, "seed \(seed), second \(second)")
                #expect(span.allSatisfy { history[$0] != .dead || !draining[$0] }, "seed \(seed), second \(second)")
                if let last = marks.last {
                    let between = history[(last + 1)..<second]
                    let longest = between.split { $0 == .dead }.map { part in
                        // What is unknown prolongs a life only between two looks at it.
                        (part.lastIndex(of: .live) ?? 0) - (part.firstIndex(of: .live) ?? 0)
                    }.max()
                    #expect((longest ?? 0) >= 60, "seed \(seed): marked at \(last) and again at \(second)")
                }
                if !isRefused { marks.append(second) }
            }
        }
    }
}
