import AWSClient
import ClusterSpec
import Diagnostics
import Doctor
import DoctorOnEC2
import HealthDecision
import Logging
import ScriptedServer
import Synchronization
import Testing

/// The running part, over loopback, where a minute takes a fifth of a second.
@Suite(.serialized, .timeLimit(.minutes(1))) struct OnEC2Tests {
    private let doctor = PlayedDoctor()

    /// Runs it until the body returns.
    private func run(
        _ ec2: Health.EC2?, _ cloud: @escaping (Cloud) async throws -> Void
    ) async throws {
        try await Cloud.run { it, access in
            let companion = OnEC2(logger: doctor.logger, paces: quickPaces) { () throws(DiagnosticsError) in access }
            try await beside(companion, ec2) { try await cloud(it) }
        }
    }

    private func beside(_ companion: OnEC2, _ ec2: Health.EC2?, _ body: () async throws -> Void) async throws {
        let view = doctor.view
        let probes = Task { await doctor.probe() }
        let task = Task { await companion.run(ec2, staleAfter: .seconds(1), view) }
        let result: Result<Void, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        task.cancel()
        let end = ContinuousClock.now
        await task.value
        probes.cancel()
        await probes.value
        #expect(ContinuousClock.now - end < .seconds(3))
        try result.get()
    }

    private func wait(_ what: String, _ isSo: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while !isSo() {
            guard ContinuousClock.now < deadline else { throw WaitedInVain(what: what, log: doctor.lines) }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private struct WaitedInVain: Error {
        var what: String
        var log: [String]
    }

    private static func only(metrics: Bool = false, replaces: Bool = false, drains: Bool = false) -> Health.EC2 {
        Health.EC2(metrics: metrics, replaces: replaces, replaceAfter: .milliseconds(300), drains: drains)
    }

    /// How often something may have been looked for since, with the rests in between.
    private static func most(since begun: ContinuousClock.Instant) -> Int {
        2 + Int((ContinuousClock.now - begun) / quickPaces.resting)
    }

    // MARK: - Metrics

    @Test func metricsArePublishedWithTheirNamesUnitsAndTheGroup() async throws {
        doctor.set(busy: 6)
        try await run(Self.only(metrics: true)) { cloud in
            try await wait("two minutes") { cloud.calls("PutMetricData").count >= 2 }
            let fields = cloud.calls("PutMetricData")[0]
            #expect(fields["Namespace"] == "PgpoolAurora")
            #expect(fields["Version"] == "2010-08-01")
            let prefix = "MetricData.member"
            for (number, name, unit) in [
                (1, "ChildrenInUse", "Count"), (2, "Saturation", "Percent"), (3, "ConnectionsOfBudget", "Percent"),
            ] {
                #expect(fields["\(prefix).\(number).MetricName"] == name)
                #expect(fields["\(prefix).\(number).Unit"] == unit)
                #expect(fields["\(prefix).\(number).Dimensions.member.1.Name"] == "AutoScalingGroupName")
                #expect(fields["\(prefix).\(number).Dimensions.member.1.Value"] == "a-group")
                #expect(fields["\(prefix).\(number).Dimensions.member.2.Name"] == nil)
            }
            #expect(fields["\(prefix).1.StatisticValues.Maximum"] == "6.0")
            #expect(fields["\(prefix).2.StatisticValues.Minimum"] == "75.0")
            #expect(fields["\(prefix).3.Value"] == "25.0")
            #expect(fields["\(prefix).4.MetricName"] == nil)
        }
        #expect(doctor.lines == [])
    }

    @Test func eachMinuteIsPublishedOnce() async throws {
        let begun = ContinuousClock.now
        try await run(Self.only(metrics: true)) { cloud in
            try await wait("five minutes") { cloud.calls("PutMetricData").count >= 5 }
            #expect(ContinuousClock.now - begun > .milliseconds(990))
            let counts = cloud.calls("PutMetricData").compactMap {
                $0["MetricData.member.1.StatisticValues.SampleCount"].flatMap { Double($0) }
            }
            #expect(counts.count >= 5 && Int(counts.reduce(0, +)) <= doctor.sampleCount)
        }
    }

    @Test func aRefusalIsSaidOnceWithThePermissionAndItsEndIsSaidToo() async throws {
        try await run(Self.only(metrics: true)) { cloud in
            let no = Cloud.refusal("AccessDenied", "not authorized", status: 403)
            cloud.refuse("PutMetricData", no, no, no)
            try await wait("the end") { !doctor.lines(.notice).isEmpty }
            #expect(cloud.calls("PutMetricData").count >= 4)
        }
        #expect(doctor.lines(.warning).count == 1)
        #expect(doctor.lines(.warning)[0].contains("PutMetricData: AccessDenied: not authorized"))
        #expect(doctor.lines(.warning)[0].contains("its policy needs cloudwatch:PutMetricData"))
        #expect(doctor.lines(.notice) == ["notice: metrics are published again"])
    }

    @Test func anInstanceOfNoGroupSaysSoOnceAndRests() async throws {
        try await run(Self.only(metrics: true, drains: true)) { cloud in
            cloud.state.withLock { ($0.group, $0.target) = (nil, nil) }
            let begun = ContinuousClock.now
            try await Task.sleep(for: .milliseconds(1200))
            let most = Self.most(since: begun)
            #expect(cloud.calls("PutMetricData").isEmpty)
            // At the start and after each rest of 400 ms.
            #expect((2...most).contains(cloud.asked.count { $0.hasPrefix("autoscaling") }))
            #expect((2...most).contains(cloud.asked.count { $0.hasPrefix("tags") }))
            #expect(doctor.lines(.warning).count == 2)
            cloud.state.withLock { ($0.group, $0.target) = ("a-group", "InService") }
            try await wait("metrics") { !cloud.calls("PutMetricData").isEmpty }
        }
    }

    // MARK: - Its own health

    @Test func aDeathIsToldOnceAndAgainAfterALife() async throws {
        doctor.set(.dead)
        let begun = ContinuousClock.now
        try await run(Self.only(replaces: true)) { cloud in
            try await wait("the mark") { !cloud.calls("SetInstanceHealth").isEmpty }
            #expect(ContinuousClock.now - begun >= .milliseconds(300))
            try await Task.sleep(for: .milliseconds(700))
            #expect(
                cloud.calls("SetInstanceHealth") == [
                    [
                        "Action": "SetInstanceHealth", "Version": "2011-01-01", "InstanceId": "i-1",
                        "HealthStatus": "Unhealthy", "ShouldRespectGracePeriod": "true",
                    ]
                ])
            doctor.set(.ready)
            try await Task.sleep(for: .milliseconds(600))
            doctor.set(.dead)
            try await wait("the second mark") { cloud.calls("SetInstanceHealth").count == 2 }
        }
        #expect(doctor.lines(.error).count == 2)
        #expect(doctor.lines(.error)[0].contains("told the Auto Scaling group that i-1 is unhealthy"))
        #expect(doctor.lines(.error)[0].contains("dead: gone"))
    }

    @Test func aMarkThatFailsIsTriedAgainAndSaidOnce() async throws {
        doctor.set(.dead)
        try await run(Self.only(replaces: true)) { cloud in
            let no = Cloud.refusal("AccessDenied", "not authorized", status: 403)
            cloud.refuse("SetInstanceHealth", no, no)
            try await wait("the mark") { !doctor.lines(.error).isEmpty }
            #expect(cloud.calls("SetInstanceHealth").count == 3)
        }
        #expect(doctor.lines(.warning).count == 1)
        #expect(doctor.lines(.warning)[0].contains("its policy needs autoscaling:SetInstanceHealth"))
    }

    @Test func aGracePeriodIsSaidOnceThoughTheTextDiffers() async throws {
        doctor.set(.dead)
        try await run(Self.only(replaces: true)) { cloud in
            cloud.refuse("SetInstanceHealth", Cloud.tooYoung(300), Cloud.tooYoung(360))
            try await wait("the mark") { !doctor.lines(.error).isEmpty }
            #expect(cloud.calls("SetInstanceHealth").count == 3)
        }
        #expect(doctor.lines(.warning).count == 1)
        #expect(doctor.lines(.warning)[0].contains("before its grace period is over; trying again each"))
        #expect(doctor.lines(.warning)[0].contains("until then: SetInstanceHealth: ValidationError: The age"))
    }

    @Test(arguments: ["Standby", "Detached", "Warmed:Stopped"])
    func whatIsNotInServiceIsNotMarked(target: String) async throws {
        doctor.set(.dead)
        try await run(Self.only(replaces: true, drains: true)) { cloud in
            cloud.set(target: target)
            // The first look may have been before that.
            try await wait("the state") { cloud.asked.count >= 3 }
            try await Task.sleep(for: .milliseconds(700))
            #expect(cloud.calls("SetInstanceHealth").isEmpty)
            // It counts from then.
            cloud.set(target: "InService")
            let begun = ContinuousClock.now
            try await wait("the mark") { cloud.calls("SetInstanceHealth").count == 1 }
            #expect(ContinuousClock.now - begun >= .milliseconds(300))
        }
        #expect(doctor.drainings == [])
    }

    @Test func whatNobodyReadsAnyMoreSparesNoInstance() async throws {
        doctor.set(.dead)
        try await Cloud.run { cloud, access in
            let companion = OnEC2(logger: doctor.logger, paces: quickPaces) { () throws(DiagnosticsError) in access }
            cloud.set(target: "Standby")
            try await beside(companion, Self.only(replaces: true, drains: true)) {
                try await Task.sleep(for: .milliseconds(600))
            }
            #expect(cloud.calls("SetInstanceHealth").isEmpty)
            try await beside(companion, Self.only(replaces: true)) {
                try await wait("the mark") { !cloud.calls("SetInstanceHealth").isEmpty }
            }
        }
    }

    @Test func aReloadForgetsNothing() async throws {
        doctor.set(.dead)
        try await Cloud.run { cloud, access in
            let companion = OnEC2(logger: doctor.logger, paces: quickPaces) { () throws(DiagnosticsError) in access }
            for _ in 0..<6 {
                try await beside(companion, Self.only(replaces: true)) { try await Task.sleep(for: .milliseconds(150)) }
            }
            try await wait("the mark") { !doctor.lines(.error).isEmpty }
            #expect(cloud.calls("SetInstanceHealth").count == 1)
        }
    }

    // MARK: - Draining

    @Test func aSessionKeepsTheInstanceAndItsEndLetsItGoOnce() async throws {
        doctor.set(busy: 2)
        try await run(Self.only(drains: true)) { cloud in
            try await Task.sleep(for: .milliseconds(500))
            #expect(doctor.drainings == [])
            cloud.set(target: "Terminated")
            try await wait("the reason") { doctor.drainings.count == 1 }
            try await Task.sleep(for: .milliseconds(800))
            #expect(cloud.calls("CompleteLifecycleAction").isEmpty)
            doctor.set(busy: 1)
            try await wait("the end") { !cloud.calls("CompleteLifecycleAction").isEmpty }
            try await Task.sleep(for: .milliseconds(500))
            #expect(
                cloud.calls("CompleteLifecycleAction") == [
                    [
                        "Action": "CompleteLifecycleAction", "Version": "2011-01-01", "InstanceId": "i-1",
                        "LifecycleHookName": "pgpool-aurora-drain", "AutoScalingGroupName": "a-group",
                        "LifecycleActionResult": "CONTINUE",
                    ]
                ])
            cloud.set(target: "InService")
            try await wait("the end of it") { doctor.drainings.count == 2 }
        }
        #expect(doctor.drainings == ["the Auto Scaling group is about to terminate this instance", nil])
        #expect(doctor.lines(.notice).count == 3)
        #expect(doctor.lines(.notice)[0].contains("with 1 sessions open"))
        #expect(doctor.lines(.warning) == [])
    }

    /// The load balancer sends clients until it knows.
    @Test func quietOfBeforeTheWishDoesNotCount() async throws {
        try await run(Self.only(drains: true)) { cloud in
            try await Task.sleep(for: .milliseconds(600))
            let wished = ContinuousClock.now
            cloud.set(target: "Terminated")
            try await wait("the end") { cloud.calls("CompleteLifecycleAction").count == 1 }
            #expect(ContinuousClock.now - wished > .milliseconds(400))
        }
    }

    @Test func aWaitThatHasNotBegunIsTriedAgainQuietly() async throws {
        try await run(Self.only(drains: true)) { cloud in
            cloud.refuse("CompleteLifecycleAction", Cloud.notWaiting, Cloud.notWaiting)
            cloud.set(target: "Terminated")
            try await wait("the end") { cloud.calls("CompleteLifecycleAction").count == 3 }
            try await Task.sleep(for: .milliseconds(300))
            #expect(cloud.calls("CompleteLifecycleAction").count == 3)
        }
        #expect(doctor.lines(.warning) == [])
    }

    @Test func aClientThatComesWhileCredentialsAreFetchedIsNotCut() async throws {
        try await run(Self.only(drains: true)) { cloud in
            cloud.state.withLock { $0.credentialsTake = .milliseconds(200) }
            cloud.set(target: "Terminated")
            try await wait("the fetch") { cloud.state.withLock { $0.credentialsWanted > 0 } }
            doctor.set(busy: 2)
            try await Task.sleep(for: .milliseconds(800))
            #expect(cloud.calls("CompleteLifecycleAction").isEmpty)
            #expect(cloud.state.withLock { $0.credentialsWanted } == 1)
            doctor.set(busy: 1)
            try await wait("the end") { cloud.calls("CompleteLifecycleAction").count == 1 }
        }
        #expect(doctor.lines(.warning) == [])
    }

    @Test func aCallThatIsNotAnsweredIsMadeAgainOnlyAfterAnotherLook() async throws {
        try await run(Self.only(drains: true)) { cloud in
            cloud.refuse("CompleteLifecycleAction", .answer(503), .answer(503))
            cloud.set(target: "Terminated")
            try await wait("the first") { cloud.calls("CompleteLifecycleAction").count == 1 }
            doctor.set(busy: 2)
            try await Task.sleep(for: .milliseconds(600))
            #expect(cloud.calls("CompleteLifecycleAction").count == 1)
            doctor.set(busy: 1)
            try await wait("the end") { cloud.calls("CompleteLifecycleAction").count == 3 }
        }
        #expect(doctor.lines(.warning).count == 1)
    }

    /// Where the metadata has answered once, it is asked on at the usual pace, and its silence ends nothing.
    @Test func aMetadataServiceAtALossEndsNoDraining() async throws {
        doctor.set(busy: 2)
        try await run(Self.only(drains: true)) { cloud in
            try await wait("a state") { cloud.asked.count >= 2 }
            cloud.state.withLock { $0.troubles = [.answer(404), .answer(403), .answer(404)] }
            let begun = ContinuousClock.now
            try await wait("the state after") { cloud.state.withLock { $0.troubles.isEmpty } }
            cloud.set(target: "Terminated")
            try await wait("the draining") { doctor.drainings.count == 1 }
            // Not after a rest of 400 ms each.
            #expect(ContinuousClock.now - begun < .milliseconds(800))
            cloud.state.withLock { $0.troubles = [.answer(404), .answer(403), .answer(404)] }
            try await wait("the state after") { cloud.state.withLock { $0.troubles.isEmpty } }
            try await Task.sleep(for: .milliseconds(100))
            #expect(doctor.drainings.count == 1)
            cloud.set(target: "InService")
            try await wait("the end of it") { doctor.drainings.count == 2 }
        }
        #expect(doctor.lines(.warning).allSatisfy { $0.contains("looking again each 0.02 seconds") })
        #expect(!doctor.lines(.warning).isEmpty)
    }

    @Test func whatNobodyKnowsEndsNoWait() async throws {
        doctor.set(busy: .some(nil))
        try await run(Self.only(drains: true)) { cloud in
            cloud.set(target: "Terminated")
            try await Task.sleep(for: .milliseconds(800))
            #expect(cloud.calls("CompleteLifecycleAction").isEmpty)
            doctor.set(busy: 1, own: .some(nil))
            try await Task.sleep(for: .milliseconds(800))
            #expect(cloud.calls("CompleteLifecycleAction").isEmpty)
            // Children of a dead pgpool may serve on, until its port refuses.
            doctor.set(.dead, busy: .some(nil))
            try await Task.sleep(for: .milliseconds(800))
            #expect(cloud.calls("CompleteLifecycleAction").isEmpty)
            doctor.set(port: .refuses("connection refused"))
            try await wait("the end") { cloud.calls("CompleteLifecycleAction").count == 1 }
        }
    }

    @Test func anInstanceThatGoesIsNotMarked() async throws {
        doctor.set(.dead)
        try await run(Self.only(replaces: true, drains: true)) { cloud in
            cloud.set(target: "Terminated")
            try await wait("the drain") { doctor.drainings.count == 1 }
            try await Task.sleep(for: .milliseconds(700))
            #expect(cloud.calls("SetInstanceHealth").isEmpty)
        }
    }

    @Test func switchedOffByAReloadItDrainsNoMore() async throws {
        doctor.set(busy: 2)
        try await Cloud.run { cloud, access in
            let companion = OnEC2(logger: doctor.logger, paces: quickPaces) { () throws(DiagnosticsError) in access }
            cloud.set(target: "Terminated")
            try await beside(companion, Self.only(drains: true)) {
                try await wait("it") { doctor.drainings.count == 1 }
            }
            #expect(doctor.drainings.count == 1)
            try await beside(companion, Self.only(drains: true)) { try await Task.sleep(for: .milliseconds(100)) }
            #expect(doctor.drainings.count == 1)
            try await beside(companion, nil) { try await Task.sleep(for: .milliseconds(50)) }
            #expect(doctor.drainings.last == .some(nil))
        }
    }

    // MARK: - Nothing to do, and nobody to ask

    @Test(arguments: [nil, OnEC2Tests.only()])
    func switchedOffNothingIsBuilt(ec2: Health.EC2?) async throws {
        let made = Mutex(0)
        doctor.set(.dead)
        let companion = OnEC2(logger: doctor.logger, paces: quickPaces) { () throws(DiagnosticsError) in
            made.withLock { $0 += 1 }
            throw DiagnosticsError(Diagnostic(.error, "never"))
        }
        await companion.run(ec2, staleAfter: .seconds(1), doctor.view)
        #expect(made.withLock { $0 } == 0)
        #expect(doctor.lines == [])
    }

    @Test func wrongSettingsAreSaidOnceAndTriedAgain() async throws {
        let made = Mutex(0)
        let companion = OnEC2(logger: doctor.logger, paces: quickPaces) { () throws(DiagnosticsError) in
            made.withLock { $0 += 1 }
            throw DiagnosticsError(Diagnostic(.error, "there is no profile x", notes: ["see AWS_PROFILE"]))
        }
        let begun = ContinuousClock.now
        try await beside(companion, Health.EC2()) { try await Task.sleep(for: .milliseconds(1000)) }
        #expect((2...Self.most(since: begun)).contains(made.withLock { $0 }))
        #expect(doctor.lines.count == 1)
        #expect(doctor.lines[0].contains("AWS cannot be asked: there is no profile x; see AWS_PROFILE"))
    }
}
