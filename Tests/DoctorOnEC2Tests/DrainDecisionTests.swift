import DoctorOnEC2
import HealthDecision
import TestBasics
import Testing

@Suite struct DrainDecisionTests {
    /// A sign for each second: `.` no session, `s` some, `?` unknown. The seconds at which the wait would be ended, if each
    /// call fails.
    private func tries(_ seconds: String, target: String? = "Terminated", succeeds: Bool = false, notBefore: Int = 0)
        -> [Int]
    {
        var decision = DrainDecision(notBefore: .seconds(notBefore))
        _ = decision.see(target: target, at: .zero)
        var tries: [Int] = []
        for (second, sign) in seconds.enumerated() {
            decision.see(sign == "." ? .none : sign == "s" ? .some : .unknown, at: .seconds(second))
            guard decision.wantsEnd(at: .seconds(second)) else { continue }
            tries.append(second)
            if succeeds { decision.succeeded() } else { decision.failed() }
        }
        return tries
    }

    private func seconds(_ parts: (String, Int)...) -> String {
        parts.map { String(repeating: $0.0, count: $0.1) }.joined()
    }

    @Test func halfAMinuteWithoutASessionEndsTheWaitOnce() {
        #expect(tries(seconds((".", 200)), succeeds: true) == [30])
        #expect(tries(seconds(("s", 100), (".", 100)), succeeds: true) == [130])
        #expect(tries(seconds((".", 30))) == [])
    }

    /// A load balancer may send clients for a while yet.
    @Test func itDrainsForTwoMinutesAtLeast() {
        #expect(tries(seconds((".", 200)), succeeds: true, notBefore: 120) == [120])
        #expect(tries(seconds((".", 120)), notBefore: 120) == [])
        #expect(tries(seconds((".", 110), ("s", 1), (".", 60)), succeeds: true, notBefore: 120) == [141])
        // Another wish is another beginning.
        var decision = DrainDecision()
        _ = decision.see(target: "Terminated", at: .zero)
        _ = decision.see(target: "InService", at: .seconds(100))
        _ = decision.see(target: "Terminated", at: .seconds(101))
        var tries: [Int] = []
        for second in 101...240 {
            decision.see(.none, at: .seconds(second))
            guard decision.wantsEnd(at: .seconds(second)) else { continue }
            tries.append(second)
            decision.succeeded()
        }
        #expect(tries == [221])
    }

    /// What is asked again directly before the call.
    @Test func aSessionThatComesWhileTheCallIsPreparedIsSeen() {
        var decision = DrainDecision(notBefore: .zero)
        _ = decision.see(target: "Terminated", at: .zero)
        for second in 0...30 { decision.see(.none, at: .seconds(second)) }
        let wants = decision.wantsEnd(at: .seconds(30))
        #expect(wants && decision.isQuiet(at: .seconds(40)) && !decision.isQuiet(at: .seconds(41)))
        decision.see(.some, at: .seconds(31))
        #expect(!decision.isQuiet(at: .seconds(31)))
        for second in 32...62 { decision.see(.none, at: .seconds(second)) }
        #expect(decision.isQuiet(at: .seconds(62)))
        _ = decision.see(target: "InService", at: .seconds(62))
        #expect(!decision.isQuiet(at: .seconds(62)))
    }

    @Test func aSessionInBetweenBeginsItAnew() {
        #expect(tries(seconds((".", 30), ("s", 1), (".", 31)), succeeds: true) == [61])
        #expect(tries(seconds((".", 30), ("s", 1), (".", 30))) == [])
        #expect(tries(seconds(("s", 3600))) == [])
    }

    @Test func whatNobodyKnowsDoesNotCount() {
        #expect(tries(seconds(("?", 3600))) == [])
        #expect(tries(seconds((".", 20), ("?", 9), (".", 2)), succeeds: true) == [30])
        // After ten seconds nobody can say that there was none.
        #expect(tries(seconds((".", 20), ("?", 10), (".", 30))) == [])
        #expect(tries(seconds((".", 20), ("?", 10), (".", 31)), succeeds: true) == [60])
        #expect(tries(seconds((".", 25), ("?", 100))) == [])
    }

    @Test func whatFailsIsTriedAgainEachTenSecondsWhileItIsQuiet() {
        #expect(tries(seconds((".", 60))) == [30, 40, 50])
        #expect(tries(seconds((".", 35), ("s", 1), (".", 60))) == [30, 66, 76, 86])
    }

    @Test(arguments: ["InService", "Standby", "Detached", "Warmed:Stopped", nil])
    func anInstanceThatStaysIsLeftAlone(target: String?) {
        #expect(tries(seconds((".", 3600)), target: target) == [])
    }

    @Test func theWishIsNewsOnce() {
        var decision = DrainDecision(notBefore: .zero)
        let wishes = ["InService", "Terminated", "Terminated", "InService", "Warmed:Terminated", nil, nil]
        let changes = wishes.map { decision.see(target: $0, at: .zero) }
        #expect(changes == [nil, .began, nil, .ended, .began, .ended, nil])
    }

    @Test func aTerminationThatWasCalledOffIsForgotten() {
        var decision = DrainDecision(notBefore: .zero)
        _ = decision.see(target: "Terminated", at: .zero)
        for second in 0...29 { decision.see(.none, at: .seconds(second)) }
        _ = decision.see(target: "InService", at: .zero)
        decision.see(.none, at: .seconds(30))
        let answer1 = decision.wantsEnd(at: .seconds(30))
        #expect(!answer1)
        _ = decision.see(target: "Terminated", at: .zero)
        for second in 31...61 { decision.see(.none, at: .seconds(second)) }
        let answer2 = decision.wantsEnd(at: .seconds(61))
        #expect(answer2)
        decision.succeeded()
        _ = decision.see(target: "InService", at: .zero)
        _ = decision.see(target: "Terminated", at: .zero)
        // Another wait is ended too.
        for second in 62...92 { decision.see(.none, at: .seconds(second)) }
        let answer3 = decision.wantsEnd(at: .seconds(92))
        #expect(answer3)
    }

    @Test func quietThatNobodyConfirmedLatelyIsNone() {
        var decision = DrainDecision(notBefore: .zero)
        _ = decision.see(target: "Terminated", at: .zero)
        for second in 0...30 { decision.see(.none, at: .seconds(second)) }
        let answer4 = decision.wantsEnd(at: .seconds(41))
        #expect(!answer4)
        let answer5 = decision.wantsEnd(at: .seconds(40))
        #expect(answer5)
    }

    /// busy, own, and what that says.
    @Test(arguments: [
        (0, 0, "none"), (0, nil, "none"), (1, 1, "none"), (1, 0, "some"), (2, 1, "some"), (2, 2, "none"),
        (1, nil, "unknown"), (2, nil, "unknown"), (3, nil, "some"), (0, 1, "none"), (8, 1, "some"),
    ])
    func theDoctorsOwnSessionIsNone(busy: Int, own: Int?, meaning: String) {
        #expect("\(DrainDecision.Sessions(load(0, busy, own: own)))" == meaning)
        #expect("\(DrainDecision.Sessions(load(0, busy, of: 0, own: own)))" == "unknown")
    }

    @Test func everyAnswerSinceTheLastLookCounts() {
        let snapshot = snapshot(
            at: .seconds(13), loads: [load(10, 1), load(11, 4), load(12, 1), load(13, 2, own: nil)])
        func seen(after time: Duration, now: Duration = .seconds(13)) -> [String] {
            snapshot.sessions(after: time, now: now, staleAfter: .seconds(10)).map {
                "\($0.sessions) \($0.at / .seconds(1))"
            }
        }
        #expect(seen(after: .seconds(9)) == ["none 10.0", "some 11.0", "none 12.0", "unknown 13.0"])
        #expect(seen(after: .seconds(12)) == ["unknown 13.0"])
        #expect(seen(after: .seconds(13)) == [])
        // A monitor that stands still says nothing.
        #expect(seen(after: .seconds(9), now: .seconds(24)) == [])
    }

    /// Each child that lives has the port's socket.
    @Test func aDeadPgpoolHasNoSessionsOnceItsPortRefuses() {
        func seen(_ snapshot: Snapshot, after time: Int = 990, now: Int = 1000) -> [String] {
            snapshot.sessions(after: .seconds(time), now: .seconds(now), staleAfter: .seconds(10)).map {
                "\($0.sessions) \($0.at / .seconds(1))"
            }
        }
        let refuses = PortFinding.refuses("connection refused")
        #expect(seen(snapshot(.dead, pcp: .unreachable("refused"), port: refuses)) == ["none 1000.0"])
        #expect(seen(snapshot(.dead, pcp: .silent, port: refuses)) == ["none 1000.0"])
        #expect(seen(snapshot(.dead, port: refuses)) == ["none 1000.0"])
        for port in [PortFinding.accepts, .silent, nil] {
            #expect(seen(snapshot(.dead, pcp: .unreachable("refused"), port: port)) == [])
            #expect(seen(snapshot(.dead, pcp: .silent, port: port)) == [])
            #expect(seen(snapshot(.dead, port: port)) == [])
        }
        #expect(seen(snapshot(.alive, pcp: .unreachable("refused"), port: refuses)) == [])
        #expect(seen(snapshot(.ready, pcp: .unknown("no pcp.conf"), port: refuses)) == [])
        #expect(seen(snapshot(.starting, port: refuses)) == [])
        // Once each.
        #expect(seen(snapshot(.dead, pcp: .silent, port: refuses), after: 1000) == [])
        var old = snapshot(.dead, pcp: .silent, port: refuses)
        old.now = .seconds(1011)
        #expect(seen(old, now: 1011) == [])
        // The main process is gone, and a child works on, or did until a moment ago.
        #expect(seen(snapshot(.dead, loads: [load(999, 2)], port: refuses)) == ["some 999.0"])
        #expect(
            seen(snapshot(.dead, loads: [load(999, 2)], pcp: .silent, port: refuses)) == ["some 999.0", "none 1000.0"])
    }

    /// Random sessions, judged by a slow reading of the rule.
    @Test func noSessionIsEverCut() {
        var ends = 0
        for seed in 0..<UInt64(300 * longFactor) {
            var generator = SeededGenerator(seed: seed)
            var decision = DrainDecision(notBefore: .zero)
            var signs: [DrainDecision.Sessions] = []
            var began: Int?
            var succeededSince: Int?
            var kind = DrainDecision.Sessions.none
            var left = 0
            for second in 0..<600 {
                if Int.random(in: 0..<100, using: &generator) == 0 {
                    let target = ["Terminated", "InService"].pick(&generator)
                    switch decision.see(target: target, at: .seconds(second)) {
                    case .began: (began, succeededSince) = (second, nil)
                    case .ended: began = nil
                    case nil: break
                    }
                }
                if left == 0 {
                    kind = [.none, .none, .none, .some, .unknown].pick(&generator)
                    left = Int.random(in: 1...(kind == .none ? 60 : 15), using: &generator)
                }
                left -= 1
                signs.append(kind)
                decision.see(kind, at: .seconds(second))
                guard decision.wantsEnd(at: .seconds(second)) else { continue }
                ends += 1
                guard let began else {
                    Issue.record("seed \(seed): ended at \(second) though it stays")
                    break
                }
                #expect(succeededSince == nil, "seed \(seed): a second time at \(second)")
                let quiet = signs[max(0, second - 30)...second]
                #expect(second - began >= 30, "seed \(seed), second \(second)")
                #expect(!quiet.contains(.some), "seed \(seed), second \(second)")
                #expect(quiet.split { $0 == .none }.allSatisfy { $0.count < 10 || second < 30 }, "seed \(seed)")
                if Bool.random(using: &generator) {
                    decision.succeeded()
                    succeededSince = second
                } else {
                    decision.failed()
                }
            }
        }
        #expect(ends > 100)
    }
}
