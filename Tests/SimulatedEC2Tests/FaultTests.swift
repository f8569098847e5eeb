import AWSClient
import FoundationEssentials
import SimulatedEC2
import Synchronization
import TestBasics
import Testing

/// What goes wrong when a test wants it.
struct FaultTests {
    private func code(_ call: () async throws -> Void) async -> String? { await failure(call)?.code }

    @Test func callsAreThrottled() async throws {
        let scene = Scene { $0.throttling = Throttling(every: 3) }
        var codes: [String?] = []
        for _ in 0..<6 { codes.append(await code { _ = try await scene.ec2.describeVPCs(.matching([])) }) }
        #expect(codes == [nil, nil, "RequestLimitExceeded", nil, nil, "RequestLimitExceeded"])
        let patient = EC2(scene.client(attempts: 3))
        for _ in 0..<5 { _ = try await patient.describeVPCs(.matching([])) }
    }

    @Test func throttlingCanBeOfATimeAndOfACall() async throws {
        let scene = Scene {
            $0.throttling = Throttling(windows: [.seconds(10)..<(.seconds(20))], operations: ["GetParameter"])
        }
        func get() async -> AWSError? {
            await failure { _ = try await scene.ssm.getParameter("/none") }
        }
        #expect(await get()?.code == "ParameterNotFound")
        scene.pass(10)
        #expect(await get()?.kind == .throttling)
        _ = try await scene.ec2.describeVPCs(.matching([]))
        scene.pass(10)
        #expect(await get()?.code == "ParameterNotFound")
    }

    @Test func aRuleAnswersAnErrorAndNothingIsDone() async throws {
        let scene = Scene {
            $0.faults = [
                .error("CreateSecurityGroup", .only([2]), code: "InternalError", status: 500),
                .error("*", .from(4), code: "Unavailable", status: 503),
            ]
        }
        var codes: [String?] = []
        for name in ["a", "b", "b", "c"] {
            codes.append(
                await code {
                    _ = try await scene.ec2.createSecurityGroup(EC2.SecurityGroupCreation(name: name, description: "d"))
                })
        }
        #expect(codes == [nil, "InternalError", nil, "Unavailable"])
        #expect(scene.simulation.groups.map(\.name) == ["a", "b"])
        scene.simulation.update { $0.faults = [] }
        #expect(try await scene.ec2.describeVPCs(.matching([])).count == 1)
    }

    @Test func aRequestOrAnAnswerIsLost() async throws {
        let scene = Scene {
            $0.faults = [
                Fault("CreateSecurityGroup", .only([1]), .loseRequest),
                Fault("CreateSecurityGroup", .only([2]), .loseAnswer),
            ]
        }
        for expected in [0, 1] {
            let error = await failure {
                _ = try await scene.ec2.createSecurityGroup(EC2.SecurityGroupCreation(name: "a", description: "d"))
            }
            #expect(error?.origin == .transport(.connectionLost))
            #expect(scene.simulation.groups.count == expected)
        }
        #expect(scene.simulation.calls.map(\.outcome) == [.lost(isDone: false), .lost(isDone: true)])
        #expect(scene.simulation.mutations.count == 1)
    }

    @Test func anAnswerMayComeTooLate() async throws {
        let scene = Scene { $0.faults = [Fault("CreateSecurityGroup", .first(1), .delay(.seconds(100)))] }
        let begin = scene.clock.now.offset
        let error = await failure {
            _ = try await scene.ec2.createSecurityGroup(EC2.SecurityGroupCreation(name: "a", description: "d"))
        }
        #expect(error?.origin == .transport(.timedOut))
        #expect(scene.clock.now.offset - begin == .seconds(30))
        #expect(scene.simulation.groups.count == 1)
        #expect(scene.simulation.calls.map(\.outcome) == [.lost(isDone: true)])
        scene.simulation.update { $0.faults = [Fault("DescribeVpcs", .every, .delay(.seconds(5)))] }
        #expect(try await scene.ec2.describeVPCs(.matching([])).count == 1)
        #expect(scene.clock.now.offset - begin == .milliseconds(35_050))
    }

    @Test func anImageIsMadeThoughItsNameIsSaidToBeTaken() async throws {
        let scene = Scene { $0.faults = [.spuriousDuplicate()] }
        let id = try await scene.runningInstance()
        let creation = EC2.ImageCreation(instanceID: id, name: "image", tags: ["k": "v"])
        let error = await failure { _ = try await scene.ec2.createImage(creation) }
        #expect(error?.isDuplicate == true)
        let found = try await scene.ec2.describeImages(.matching([.exactly("name", "image")]), owners: ["self"])
        #expect(found.map(\.tags) == [["k": "v"]])
        #expect(
            scene.simulation.calls(of: "CreateImage").map(\.outcome) == [.doneAndRefused("InvalidAMIName.Duplicate")])
    }

    @Test func aPolicyRefusesUnderDryRunToo() async throws {
        let scene = Scene { $0.refused = ["RunInstances", "PutParameter", "PutObject", "HeadObject"] }
        let launch = try await scene.launch()
        let permission = try await scene.ec2.permission { ec2 throws(AWSError) in _ = try await ec2.runInstance(launch)
        }
        guard case .refused(let error) = permission else {
            Issue.record("it is allowed")
            return
        }
        let message = try #require(error.encodedAuthorizationMessage)
        #expect(try await scene.sts.decodeAuthorizationMessage(message).contains(#""action":"ec2:RunInstances""#))
        let unknown = await code { _ = try await scene.sts.decodeAuthorizationMessage("x") }
        #expect(unknown == "InvalidAuthorizationMessageException")
        #expect(await code { _ = try await scene.ec2.runInstance(launch) } == "UnauthorizedOperation")
        let put = await code { _ = try await scene.ssm.putParameter(SSM.Writing(name: "/a", value: "b")) }
        #expect(put == "AccessDeniedException")
        let location = S3.Location(bucket: "builds", key: "k")
        #expect(await code { try await scene.s3.putObject(location, []) } == "AccessDenied")
        let head = await failure { _ = try await scene.s3.headObject(location) }
        #expect(head?.code == "" && head?.kind == .refused)
    }

    @Test func anAccountHasLimits() async throws {
        for (fault, expected) in [(Fault.vcpuLimit, "VcpuLimitExceeded"), (.optInRequired, "OptInRequired")] {
            let scene = Scene { $0.faults = [fault] }
            let launch = try await scene.launch()
            let error = await failure { _ = try await scene.ec2.runInstance(launch) }
            #expect(error?.code == expected && error?.kind == .refused)
            // A dry run has faults of its own.
            let permission = try await scene.ec2.permission { ec2 throws(AWSError) in
                _ = try await ec2.runInstance(launch)
            }
            #expect(permission == .allowed)
        }
    }

    @Test func mutationsAreToldBeforeAndAfter() async throws {
        let told = PointList()
        let scene = Scene(onMutation: { told.add("\($0.number) \($0.operation) \($0.moment)") })
        _ = try await scene.ec2.describeVPCs(.matching([]))
        let launch = try await scene.launch()
        _ = try await scene.ec2.permission { ec2 throws(AWSError) in _ = try await ec2.runInstance(launch) }
        _ = try await scene.ec2.runInstance(launch)
        try await scene.s3.putObject(S3.Location(bucket: "builds", key: "k"), [])
        _ = await failure { try await scene.ec2.deleteSnapshot("snap-0123456789abcdef0") }
        #expect(
            told.all == [
                "1 RunInstances before", "1 RunInstances after", "2 PutObject before", "2 PutObject after",
                "3 DeleteSnapshot before",
            ])
    }
}

private final class PointList: Sendable {
    private let points = Mutex<[String]>([])

    var all: [String] { points.withLock(\.self) }

    func add(_ point: String) { points.withLock { $0.append(point) } }
}
