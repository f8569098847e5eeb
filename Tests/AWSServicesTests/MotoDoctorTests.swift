import AWSClient
import Foundation
import JSONDocument
import Testing

/// What the doctor tells CloudWatch and Auto Scaling, as boto3 reads it back from moto.
struct MotoDoctorTests {
    @Test func metricsAreReadBackAsTheyWerePublished() async throws {
        try await MotoScene.run { scene in
            let group = [CloudWatch.Datum.Dimension(name: "AutoScalingGroupName", value: awkward)]
            let saturation = CloudWatch.Datum(
                metric: "Saturation", dimensions: group, unit: .percent,
                value: .statistics(.init(count: 4, sum: 150, minimum: 12.5, maximum: 75)))
            let connections = CloudWatch.Datum(
                metric: "ConnectionsOfBudget", dimensions: group, unit: .percent, value: .single(33.25))
            try await CloudWatch(scene.client()).putMetricData([saturation, connections], namespace: "PgpoolAurora")

            let listed = try await scene.ask("cloudwatch", "ListMetrics", ["Namespace": "PgpoolAurora"])["Metrics"].list
            #expect(Set(listed.map { $0["MetricName"].text }) == ["Saturation", "ConnectionsOfBudget"])
            for metric in listed {
                #expect(metric["Dimensions"].list.map { $0["Name"].text } == ["AutoScalingGroupName"])
                #expect(metric["Dimensions"].list.map { $0["Value"].text } == [awkward])
            }
            let now = Date().timeIntervalSince1970
            let point = try await scene.ask(
                "cloudwatch", "GetMetricStatistics",
                [
                    "Namespace": "PgpoolAurora", "MetricName": "ConnectionsOfBudget",
                    "Dimensions": [["Name": "AutoScalingGroupName", "Value": .string(awkward)]],
                    "StartTime": .integer(Int(now) - 600), "EndTime": .integer(Int(now) + 600), "Period": 3600,
                    "Statistics": ["Maximum"],
                ])["Datapoints"].list
            #expect(point.map { $0["Maximum"].text } == ["33.25"])
            #expect(point.map { $0["Unit"].text } == ["Percent"])
        }
    }

    @Test func anInstanceOfAGroupIsMarkedUnhealthy() async throws {
        try await MotoScene.run { scene in
            _ = try await scene.ask([
                Oracle.Question(
                    "autoscaling", "CreateLaunchConfiguration",
                    ["LaunchConfigurationName": "lc", "ImageId": "ami-12c6146b", "InstanceType": "t3.micro"]),
                Oracle.Question(
                    "autoscaling", "CreateAutoScalingGroup",
                    [
                        "AutoScalingGroupName": "a-group", "LaunchConfigurationName": "lc", "MinSize": 2, "MaxSize": 2,
                        "AvailabilityZones": [.string("\(testRegion)a")],
                    ]),
            ])
            func health() async throws -> [String: String] {
                let answer = try await scene.ask("autoscaling", "DescribeAutoScalingInstances")
                return Dictionary(
                    uniqueKeysWithValues: answer["AutoScalingInstances"].list.map {
                        ($0["InstanceId"].text ?? "", $0["HealthStatus"].text?.lowercased() ?? "")
                    })
            }
            let before = try await health()
            #expect(before.count == 2 && before.values.allSatisfy { $0 == "healthy" })
            let id = try #require(before.keys.sorted().first)
            try await AutoScaling(scene.client()).markUnhealthy(instanceID: id)
            var expected = before
            expected[id] = "unhealthy"
            #expect(try await health() == expected)
        }
    }

    /// AWS's own words, since moto has no hooks that wait.
    @Test func aWaitThatIsNotThereIsToldFromAGroupThatIsNot() async throws {
        func outcome(_ code: String, _ message: String) async -> Result<AutoScaling.WaitEnd, AWSError> {
            let client = testClient(
                CannedTransport(
                    status: 400,
                    "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>\(message)</Message></Error></ErrorResponse>"
                ))
            do throws(AWSError) {
                return .success(
                    try await AutoScaling(client).complete(.init(hook: "a-hook", group: "a-group", instanceID: "i-1")))
            } catch {
                return .failure(error)
            }
        }
        #expect(
            try await outcome("ValidationError", "No active Lifecycle Action found with instance ID i-1").get()
                == .notWaiting)
        let missing = await #expect(throws: AWSError.self) {
            try await outcome("ValidationError", "AutoScalingGroup name not found - null").get()
        }
        #expect(missing?.code == "ValidationError")
        let denied = await #expect(throws: AWSError.self) { try await outcome("AccessDenied", "no").get() }
        #expect(
            denied?.notes == [
                "the role or user that signs may not do this; its policy needs autoscaling:CompleteLifecycleAction"
            ])
    }

    /// An attempt whose answer was lost may have ended the wait, or have come before it; who asks again learns which.
    @Test func aLostAnswerIsNoEnd() async throws {
        func transport() -> CannedTransport {
            let text =
                "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>"
                + "<Message>No active Lifecycle Action found with instance ID i-1</Message></Error></ErrorResponse>"
            return CannedTransport([
                .failure(TransportError(.connectionLost, "lost")),
                .success(HTTPResponse(status: 400, body: Array(text.utf8))),
            ])
        }
        let wait = AutoScaling.LifecycleWait(hook: "a-hook", group: "a-group", instanceID: "i-1")
        let twice = transport()
        #expect(try await AutoScaling(testClient(twice, attempts: 3)).complete(wait) == .notWaiting)
        #expect(twice.requests.count == 2)
        let once = transport()
        let error = await #expect(throws: AWSError.self) {
            try await AutoScaling(testClient(once, attempts: 3)).complete(wait, attempts: 1)
        }
        #expect(error?.origin == .transport(.connectionLost) && once.requests.count == 1)
    }

    @Test func aMissingPermissionIsCalledByItsName() async throws {
        let client = testClient(
            CannedTransport(
                status: 403,
                "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"))
        let error = await #expect(throws: AWSError.self) {
            try await CloudWatch(client).putMetricData([], namespace: "PgpoolAurora")
        }
        #expect(
            error?.notes == ["the role or user that signs may not do this; its policy needs cloudwatch:PutMetricData"])
    }
}
