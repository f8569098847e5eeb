import HealthDecision
import Testing

@Suite struct JudgeTests {
    /// Findings of a healthy instance, all at one time.
    private func healthy(at time: Duration = .zero, _ change: (inout Evidence) -> Void = { _ in }) -> Evidence {
        var evidence = Evidence()
        evidence.process = Observation(.running(pid: 100), at: time)
        evidence.port = Observation(.accepts, at: time)
        evidence.pcp = Observation(.answers(Children(busy: 1, total: 8, reserved: 1)), at: time)
        evidence.session = Observation(.answers, at: time)
        evidence.writer = Observation(.takesWrites, at: time)
        evidence.reader = Observation(.onReader, at: time)
        evidence.checks = Observation(.pass, at: time)
        change(&evidence)
        return evidence
    }

    private let full = PCPFinding.answers(Children(busy: 7, total: 8, reserved: 1))

    /// The yeses of a verdict, in the order live, ready, primary, replica.
    private func answers(_ verdict: Verdict) -> String {
        Question.allCases.map { verdict.answers[$0]?.isYes == true ? "y" : "n" }.joined()
    }

    /// The state and answers that findings lead to if they last, on an instance that was healthy.
    private func settled(
        _ policy: Policy = Policy(), _ change: @escaping (inout Evidence, Duration) -> Void
    ) -> (state: HealthState, answers: String, reasons: [String]) {
        var judge = Judge(policy)
        _ = judge.judge(healthy(), at: .zero)
        for second in 1...20 {
            let time = Duration.seconds(second)
            _ = judge.judge(healthy(at: time) { change(&$0, time) }, at: time)
        }
        return (judge.verdict.state, answers(judge.verdict), judge.verdict.reasons)
    }

    @Test func itStartsWithoutAnOpinionAndSaysNo() {
        var judge = Judge(Policy())
        #expect(judge.judge(Evidence(), at: .seconds(1)).state == .starting)
        #expect(answers(judge.verdict) == "nnnn")
    }

    @Test func aHealthyInstanceIsReadyAtOnce() {
        var judge = Judge(Policy())
        #expect(judge.judge(healthy(), at: .zero).state == .ready)
        #expect(answers(judge.verdict) == "yyyy")
        #expect(judge.verdict.reasons == [])
    }

    @Test func aMainProcessThatIsGoneIsDeadAtOnceThoughItsChildrenAnswer() {
        var judge = Judge(Policy())
        _ = judge.judge(healthy(), at: .zero)
        let verdict = judge.judge(
            healthy(at: .seconds(1)) { $0.process = Observation(.gone("no process 100"), at: .seconds(1)) },
            at: .seconds(1))
        #expect(verdict.state == .dead)
        #expect(answers(verdict) == "nnnn")
        #expect(verdict.reasons == ["pgpool's main process is gone: no process 100"])
    }

    @Test func saturationIsNotDeath() {
        let byCount = settled { $0.pcp = Observation(full, at: $1) }
        #expect(byCount.state == .saturated)
        #expect(byCount.answers == "yyyy")
        // The doctor is kept out, too, and knows of the nodes only what it knew.
        let keptOut = settled {
            $0.pcp = Observation(full, at: $1)
            $0.session = Observation(.full("too many clients"), at: $1)
            $0.writer = Observation(.unknown("full"), at: $1)
            $0.reader = Observation(.unknown("full"), at: $1)
            $0.checks = Observation(.unknown("full"), at: $1)
        }
        #expect(keptOut.state == .saturated)
        #expect(keptOut.answers == "yyyy")
        // Without reserved_connections the doctor waits in the queue.
        let waiting = settled {
            $0.pcp = Observation(.answers(Children(busy: 8, total: 8)), at: $1)
            $0.session = Observation(.silent, at: $1)
        }
        #expect(waiting.state == .saturated)
    }

    @Test func aDatabaseThatRefusesTakesNoInstanceOutOfServiceThatHasWorked() {
        let refusals: [SessionFinding] = [
            .refuses(Refusal(.login, "password authentication failed")),
            .refuses(Refusal(.database, "the database is starting up")),
        ]
        for refusal in refusals {
            let known = settled {
                $0.session = Observation(refusal, at: $1)
                $0.writer = Observation(.unknown("refused"), at: $1)
                $0.reader = Observation(.unknown("refused"), at: $1)
            }
            #expect(known.state == .ready)
            #expect(known.answers == "yynn")
            #expect(known.reasons.count == 1)
            var judge = Judge(Policy())
            let fresh = judge.judge(healthy { $0.session = Observation(refusal, at: .zero) }, at: .zero)
            #expect(fresh.state == .alive)
            #expect(answers(fresh) == "ynnn")
        }
    }

    @Test func anotherPgpoolMustShowAnewThatItWorks() {
        var judge = Judge(Policy())
        _ = judge.judge(healthy(), at: .zero)
        let refusal = SessionFinding.refuses(Refusal(.login, "password authentication failed"))
        for second in 1...10 {
            let time = Duration.seconds(second)
            _ = judge.judge(
                healthy(at: time) {
                    $0.process = Observation(.running(pid: 200), at: time)
                    $0.session = Observation(refusal, at: time)
                }, at: time)
        }
        #expect(judge.verdict.state == .alive)
    }

    @Test func aWriterThatIsAwayLeavesTheInstanceReadyForReadsUnlessToldOtherwise() {
        let change = { (evidence: inout Evidence, time: Duration) in
            evidence.writer = Observation(.inRecovery, at: time)
        }
        #expect(settled(Policy(), change).state == .writerAway)
        #expect(settled(Policy(), change).answers == "yyny")
        #expect(settled(Policy(isReadyWithoutWriter: false), change).answers == "ynny")
        #expect(settled { $0.writer = Observation(.readOnly, at: $1) }.answers == "yyny")
        let unreachable = settled {
            $0.session = Observation(.refuses(Refusal(.writerUnreachable, "refused")), at: $1)
            $0.writer = Observation(.unknown("refused"), at: $1)
            $0.reader = Observation(.unknown("refused"), at: $1)
        }
        #expect(unreachable.state == .writerAway)
        #expect(unreachable.answers == "yynn")
        // An endpoint that has never led anywhere may be a wrong one.
        var judge = Judge(Policy())
        let refusal = SessionFinding.refuses(Refusal(.writerUnreachable, "refused"))
        let fresh = judge.judge(healthy { $0.session = Observation(refusal, at: .zero) }, at: .zero)
        #expect(fresh.state == .alive)
    }

    @Test func aReaderThatIsAwayChangesNothingButItsOwnAnswer() {
        let found = settled { $0.reader = Observation(.onWriter, at: $1) }
        #expect(found.state == .ready)
        #expect(found.answers == "yyyn")
    }

    @Test func whatIsWrongWithThisInstanceAloneTakesItOutOfService() {
        let changes: [(inout Evidence, Duration) -> Void] = [
            { $0.session = Observation(.silent, at: $1) },
            { $0.session = Observation(.unreachable("refused"), at: $1) },
            { $0.session = Observation(.refuses(Refusal(.notAllowed, "no pool_hba.conf entry")), at: $1) },
            { $0.checks = Observation(.fail(["check 'SELECT 2' gives '2', wanted = '1'"]), at: $1) },
        ]
        for change in changes {
            let found = settled(Policy(), change)
            #expect(found.state == .alive)
            #expect(found.answers == "ynnn")
        }
    }

    @Test func silenceOfEverythingIsDeath() {
        let silent = settled {
            $0.port = Observation(.silent, at: $1)
            $0.pcp = Observation(.silent, at: $1)
            $0.session = Observation(.silent, at: $1)
        }
        #expect(silent.state == .dead)
        let stopped = settled { $0.process = Observation(.stopped(pid: 100), at: $1) }
        #expect(stopped.state == .dead)
        // Probes that never end say nothing either.
        var judge = Judge(Policy(staleAfter: .seconds(5)))
        _ = judge.judge(healthy(), at: .zero)
        for second in 1...20 { _ = judge.judge(healthy(), at: .seconds(second)) }
        #expect(judge.verdict.state == .dead)
    }

    @Test func aPCPThatLetsNobodyInIsStillASignOfLife() {
        #expect(settled { $0.pcp = Observation(.refuses("the login was refused"), at: $1) }.state == .ready)
        #expect(settled { $0.pcp = Observation(.unreachable("refused"), at: $1) }.state == .ready)
    }

    @Test func withoutAUserTheAdministrationPortAndThePortDecide() {
        let unknown = SessionFinding.unknown("there is no pg_user")
        #expect(settled { $0.session = Observation(unknown, at: $1) }.state == .ready)
        let portOnly = settled {
            $0.session = Observation(unknown, at: $1)
            $0.pcp = Observation(.unknown("no pcp.conf"), at: $1)
        }
        #expect(portOnly.state == .ready)
        let nothing = settled {
            $0.session = Observation(unknown, at: $1)
            $0.pcp = Observation(.unknown("no pcp.conf"), at: $1)
            $0.port = Observation(.refuses("Connection refused"), at: $1)
        }
        #expect(nothing.state == .dead)
    }

    @Test func drainingIsSaidAndFailsNothing() {
        let found = settled { evidence, _ in evidence.draining = "the instance is being drained" }
        #expect(found.state == .draining)
        #expect(found.answers == "yyyy")
        let dead = settled {
            $0.draining = "the instance is being drained"
            $0.process = Observation(.gone("no process 100"), at: $1)
        }
        #expect(dead.state == .dead)
    }

    @Test func aHiccupChangesNoAnswer() {
        var judge = Judge(Policy(unhealthyAfter: .seconds(3), healthyAfter: .seconds(2)))
        _ = judge.judge(healthy(), at: .zero)
        func look(_ time: Double, isGood: Bool) -> HealthState {
            let now = Duration.seconds(time)
            let session: SessionFinding = isGood ? .answers : .silent
            return judge.judge(healthy(at: now) { $0.session = Observation(session, at: now) }, at: now).state
        }
        // Wrong for less than three seconds, twice.
        #expect([1, 2, 3].map { look($0, isGood: false) } == [.ready, .ready, .ready])
        #expect(look(3.5, isGood: true) == .ready)
        #expect([4, 5, 6].map { look($0, isGood: false) } == [.ready, .ready, .ready])
        // Wrong for three.
        #expect(look(7, isGood: false) == .alive)
        #expect(judge.verdict.since == .seconds(7))
        // Right for less than two seconds, and then for two.
        #expect(look(8, isGood: true) == .alive)
        #expect(look(9, isGood: false) == .alive)
        #expect([10, 11].map { look($0, isGood: true) } == [.alive, .alive])
        #expect(look(12, isGood: true) == .ready)
    }

    @Test func patienceForTheBetterIsNoneForTheWorse() {
        var judge = Judge(Policy(unhealthyAfter: .seconds(10), healthyAfter: .seconds(20)))
        _ = judge.judge(healthy { $0.pcp = Observation(full, at: .zero) }, at: .zero)
        #expect(judge.verdict.state == .saturated)
        // For twelve seconds all is better, and then a check fails.
        for second in 1...12 { _ = judge.judge(healthy(at: .seconds(second)), at: .seconds(second)) }
        for second in 13...22 {
            let now = Duration.seconds(second)
            let verdict = judge.judge(healthy(at: now) { $0.checks = Observation(.fail(["x"]), at: now) }, at: now)
            #expect(verdict.state == .saturated)
        }
        let now = Duration.seconds(23)
        _ = judge.judge(healthy(at: now) { $0.checks = Observation(.fail(["x"]), at: now) }, at: now)
        #expect(judge.verdict.state == .alive)
        // And dead for a while is no way to become ready by one good look.
        for second in 24...28 {
            let now = Duration.seconds(second)
            let evidence = healthy(at: now) { $0.process = Observation(.stopped(pid: 100), at: now) }
            _ = judge.judge(evidence, at: now)
        }
        _ = judge.judge(healthy(at: .seconds(29)), at: .seconds(29))
        #expect(judge.verdict.state == .alive)
    }

    @Test func whatAnEarlierPgpoolAnsweredProvesNothingOfTheNext() {
        var judge = Judge(Policy())
        _ = judge.judge(healthy(), at: .zero)
        // The new process is seen before the new session is refused.
        let restarted = healthy { $0.process = Observation(.running(pid: 200), at: .seconds(1)) }
        _ = judge.judge(restarted, at: .seconds(1))
        for second in 2...10 {
            let now = Duration.seconds(second)
            let evidence = healthy(at: now) {
                $0.process = Observation(.running(pid: 200), at: now)
                $0.session = Observation(.refuses(Refusal(.login, "no")), at: now)
            }
            _ = judge.judge(evidence, at: now)
        }
        #expect(judge.verdict.state == .alive)
    }

    @Test func aPoolThatIsFullNowAndThenDoesNotFlap() {
        var judge = Judge(Policy(healthyAfter: .seconds(2)))
        _ = judge.judge(healthy(), at: .zero)
        var states: [HealthState] = []
        for tenth in 1...60 {
            let now = Duration.milliseconds(tenth * 100)
            let isFull = tenth % 10 < 3
            let finding = isFull ? full : .answers(Children(busy: 1, total: 8, reserved: 1))
            states.append(judge.judge(healthy(at: now) { $0.pcp = Observation(finding, at: now) }, at: now).state)
        }
        #expect(Set(states) == [.saturated])
    }
}
