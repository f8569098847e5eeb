import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import RenderedCluster
import ScriptedServer
import Synchronization
import Testing

/// The built doctor as on an instance of the stack, with real pgpools, and AWS played on loopback.
@Suite struct InstanceTests {
    /// The group's wish, and what AWS was told.
    private final class Cloud: Sendable {
        private struct State {
            var target = "InService"
            var calls: [[String: String]] = []
            var asked = 0
        }

        private let state = Mutex(State())

        func set(target: String) { state.withLock { $0.target = target } }
        func calls(_ operation: String) -> [[String: String]] {
            state.withLock { $0.calls.filter { $0["Action"] == operation } }
        }
        var asked: Int { state.withLock { $0.asked } }

        func answer(_ request: ReceivedRequest) -> Action {
            state.withLock { $0.asked += 1 }
            switch request.target {
            case "/latest/api/token": return .answer(text: "token")
            case "/latest/meta-data/instance-id": return .answer(text: "i-0123456789abcdef0")
            case "/latest/meta-data/tags/instance/aws:autoscaling:groupName": return .answer(text: "a-group")
            case "/latest/meta-data/autoscaling/target-lifecycle-state":
                return .answer(text: state.withLock { $0.target })
            case "/":
                var fields: [String: String] = [:]
                for pair in request.text.split(separator: "&") {
                    let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                    fields[parts[0]] = parts.count == 2 ? parts[1] : ""
                }
                state.withLock { [fields] in $0.calls.append(fields) }
                return .answer(headers: [("Content-Type", "text/xml")], text: "<Response/>")
            default: return .answer(404)
            }
        }

        func environment(_ url: String) -> [String: String] {
            [
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": url, "AWS_ENDPOINT_URL": url, "AWS_REGION": "us-east-1",
                "AWS_ACCESS_KEY_ID": "an-id", "AWS_SECRET_ACCESS_KEY": "a-canary",
            ]
        }
    }

    @Test(.timeLimit(.minutes(5)))
    func anInstanceGoesWhenItsLastSessionHasAndNotBefore() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster, .init(health: "ec2: {}"))
        let cloud = Cloud()
        try await withScriptedServer {
            cloud.answer($0)
        } while: { server in
            let doctor = try await RunningDoctor.start(
                cluster, pgpool.files, environment: cloud.environment(server.url))
            try await doctor.wait("health") { try await $0.verdict() == ["200", "200", "200", "200", "ready"] }
            let session = try await pgpool.connect()
            cloud.set(target: "Terminated")
            try await doctor.wait("draining") { try await $0.verdict() == ["200", "200", "200", "200", "draining"] }
            #expect(doctor.program.log().contains("the Auto Scaling group is about to terminate this instance"))
            // Longer than an empty instance would need.
            try await Task.sleep(for: .seconds(130))
            #expect(cloud.calls("CompleteLifecycleAction").isEmpty)
            #expect(try await session.query("SELECT 1").scalar == "1")
            await session.close()
            let closed = ContinuousClock.now
            try await doctor.wait("the end", within: .seconds(60)) { _ in
                !cloud.calls("CompleteLifecycleAction").isEmpty
            }
            #expect(ContinuousClock.now - closed > .seconds(28))
            try await doctor.wait("metrics", within: .seconds(60)) { _ in !cloud.calls("PutMetricData").isEmpty }
            try await Task.sleep(for: .seconds(12))
            let ends = cloud.calls("CompleteLifecycleAction")
            #expect(ends.count == 1)
            #expect(ends[0]["AutoScalingGroupName"] == "a-group" && ends[0]["InstanceId"] == "i-0123456789abcdef0")
            let metrics = cloud.calls("PutMetricData")[0]
            #expect(metrics["Namespace"] == "PgpoolAurora")
            #expect(
                (1...3).map { metrics["MetricData.member.\($0).MetricName"] } == [
                    "ChildrenInUse", "Saturation", "ConnectionsOfBudget",
                ])
            // The session and the doctor's own.
            #expect(metrics["MetricData.member.1.StatisticValues.Maximum"] == "2.0")
            // Of eight children one is kept back.
            #expect(metrics["MetricData.member.2.StatisticValues.Maximum"]?.hasPrefix("28.57") == true)
            #expect(metrics["MetricData.member.3.Value"].flatMap { Double($0) }.map { $0 > 0 && $0 < 100 } == true)
            cloud.set(target: "InService")
            try await doctor.wait("service") { try await $0.status().state == "ready" }
            #expect(cloud.calls("SetInstanceHealth").isEmpty)
            #expect(!doctor.program.log().contains("a-canary"))
            await doctor.program.stop()
        }
        await pgpool.pgpool.stop()
    }

    @Test(.timeLimit(.minutes(4)))
    func anInstanceWhosePgpoolStaysDeadIsReportedOnce() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(
            cluster, .init(health: "ec2: {metrics: false, replace_after: 1m, drain: false}"))
        let cloud = Cloud()
        try await withScriptedServer {
            cloud.answer($0)
        } while: { server in
            let doctor = try await RunningDoctor.start(
                cluster, pgpool.files, environment: cloud.environment(server.url))
            try await doctor.wait("health") { try await $0.status().state == "ready" }
            await pgpool.pgpool.stop()
            try await doctor.wait("death") { try await $0.ask("/live").status == 503 }
            try await Task.sleep(for: .seconds(55))
            // Nothing was to be done yet, so nobody was asked anything.
            #expect(cloud.asked == 0)
            try await doctor.wait("the report", within: .seconds(20)) { _ in
                !cloud.calls("SetInstanceHealth").isEmpty
            }
            try await Task.sleep(for: .seconds(5))
            let calls = cloud.calls("SetInstanceHealth")
            #expect(calls.count == 1)
            #expect(calls[0]["InstanceId"] == "i-0123456789abcdef0" && calls[0]["HealthStatus"] == "Unhealthy")
            #expect(calls[0]["ShouldRespectGracePeriod"] == "true")
            #expect(await doctor.program.stop(with: SIGTERM, within: .seconds(8)) == .exited(0))
        }
    }

    @Test func wrongSettingsForAWSDelayNoAnswer() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster, .init(health: "ec2: {}"))
        let doctor = try await RunningDoctor.start(
            cluster, pgpool.files, environment: ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "no address"])
        try await doctor.wait("health") { try await $0.verdict() == ["200", "200", "200", "200", "ready"] }
        try await doctor.wait("the warning") { $0.program.log().contains("warning: AWS cannot be asked: ") }
        doctor.program.signal(SIGHUP)
        try await doctor.wait("the reload") { $0.program.log().contains("SIGHUP asked for it") }
        #expect(try await doctor.ask("/ready").status == 200)
        #expect(await doctor.program.stop(with: SIGTERM, within: .seconds(8)) == .exited(0))
        await pgpool.pgpool.stop()
    }

    @Test func aHostThatIsNotOfTheStackAsksNobody() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let cloud = Cloud()
        try await withScriptedServer {
            cloud.answer($0)
        } while: { server in
            let doctor = try await RunningDoctor.start(
                cluster, pgpool.files, environment: cloud.environment(server.url))
            try await doctor.wait("health") { try await $0.status().state == "ready" }
            try await Task.sleep(for: .seconds(7))
            #expect(cloud.asked == 0)
            await doctor.program.stop()
        }
        await pgpool.pgpool.stop()
    }
}
