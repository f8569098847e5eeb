import AWSClient
import Diagnostics
import SimulatedCloudFormation
import StackDeploy
import TestBasics
import Testing

/// What happens when calls fail, answers are lost, and runs die.
struct FaultTests {
    static let mutations = ["CreateChangeSet", "ExecuteChangeSet", "PUT object", "DELETE object"]

    /// A template that goes by S3, so that every call is made.
    static func large(ami: String = "ami-1") -> StackRequest {
        let filler = String(repeating: "x", count: 60_000)
        return Templates.request(Templates.app(group: "\"Filler\": \"\(filler)\","), ami: ami)
    }

    @Test(arguments: mutations, [1, 2])
    func anAnswerThatIsLostIsNoSecondDeployment(_ operation: String, _ count: Int) async throws {
        let scene = CloudScene { $0.faults = [CloudFault(operation, 1...count, .loseAnswer)] }
        let result = await scene.deploy(Self.large(), bucket: "templates")
        #expect(result.status == .deployed, "\(String(describing: result.failure))")
        #expect(scene.cloud.executions.count == 1)
        #expect(scene.cloud.objects == [])
    }

    @Test(arguments: mutations)
    func aRequestThatIsLostIsMadeAgain(_ operation: String) async throws {
        let scene = CloudScene { $0.faults = [CloudFault(operation, 1...2, .loseRequest)] }
        let result = await scene.deploy(Self.large(), bucket: "templates")
        #expect(result.status == .deployed, "\(String(describing: result.failure))")
        #expect(scene.cloud.executions.count == 1)
        #expect(scene.cloud.objects == [])
    }

    static let losses: [(CloudFault.Effect, ClosedRange<Int>)] = [
        (.loseRequest, 1...2), (.loseAnswer, 1...1), (.loseAnswer, 1...2),
    ]

    @Test(arguments: losses)
    func aChangeSetIsTakenBackWhateverIsLost(_ effect: CloudFault.Effect, _ calls: ClosedRange<Int>) async throws {
        let scene = CloudScene(answers: [true, false])
        _ = await scene.deploy(Templates.request())
        scene.cloud.update { $0.faults = [CloudFault("DeleteChangeSet", calls, effect)] }
        #expect(await scene.diff(Templates.request(ami: "ami-2")).status == .different)
        #expect(scene.cloud.openChangeSets(of: "app").isEmpty)
        #expect(await scene.deploy(Templates.request(ami: "ami-2")).status == .declined)
        #expect(scene.cloud.openChangeSets(of: "app").isEmpty && scene.cloud.executions.count == 1)
    }

    @Test(arguments: losses)
    func aRollbackIsGoneOnWithOnceWhateverIsLost(
        _ effect: CloudFault.Effect, _ calls: ClosedRange<Int>
    ) async throws {
        let scene = CloudScene()
        _ = await scene.deploy(Templates.request())
        scene.cloud.update {
            $0.fates["Group"] = .fails(after: .seconds(5), "no")
            $0.rollbackFates["Group"] = .fails(after: .seconds(5), "no")
        }
        _ = await scene.deploy(Templates.request(ami: "ami-2"))
        #expect(scene.cloud.word(of: "app") == "UPDATE_ROLLBACK_FAILED")
        scene.cloud.update {
            $0.fates = [:]
            $0.rollbackFates = [:]
            $0.faults = [CloudFault("ContinueUpdateRollback", calls, effect)]
        }
        let result = await scene.deploy(Templates.request(ami: "ami-2"))
        #expect(result.status == .deployed, "\(String(describing: result.failure))")
        #expect(scene.cloud.parameters(of: "app")["AmiId"] == "ami-2")
        #expect(scene.cloud.calls(of: "ContinueUpdateRollback").count { $0.isDone } == 1)
    }

    @Test func lostAnswersOfEveryOtherCallAreLivedThrough() async throws {
        let scene = CloudScene { settings in
            settings.faults = stride(from: 2, to: 400, by: 2).map { CloudFault("*", $0...$0, .loseAnswer) }
        }
        #expect(await scene.deploy(Templates.request()).status == .deployed)
        #expect(await scene.deploy(Templates.request(ami: "ami-2")).status == .deployed)
        #expect(scene.cloud.executions.count == 2)
        #expect(await scene.destroy().status == .deleted)
        #expect(scene.cloud.deletions.count == 1)
    }

    @Test func throttlingIsWaitedOut() async throws {
        let scene = CloudScene { settings in
            // Two of three calls are too many, and for a while all are.
            settings.faults = (1...300).filter { $0 % 3 != 0 || (40...80).contains($0) }
                .map { CloudFault("*", $0...$0, .error(.throttled)) }
        }
        #expect(await scene.deploy(Templates.request()).status == .deployed)
        #expect(scene.cloud.executions.count == 1)
    }

    @Test func throttlingFromTheBeginningIsWaitedOutToo() async throws {
        let scene = CloudScene { $0.faults = [CloudFault("*", 1...20, .error(.throttled))] }
        #expect(await scene.deploy(Templates.request()).status == .deployed)
    }

    @Test func tooManyStacksIsNoThrottling() async throws {
        let scene = CloudScene {
            $0.faults = [CloudFault("CreateChangeSet", .error(CloudError("LimitExceededException", "Stack limit")))]
        }
        let result = await scene.deploy(Templates.request())
        #expect(result.failure?.code == .refused)
        #expect(scene.cloud.calls(of: "CreateChangeSet").count == 1)
    }

    @Test func nobodyAnsweringIsUnavailable() async throws {
        let scene = CloudScene { $0.faults = [CloudFault("*", .loseRequest)] }
        let result = await scene.deploy(Templates.request())
        #expect(result.failure?.code == .unavailable)
    }

    @Test func lateEventsAndOldStatesAreNoEnd() async throws {
        for lag in [5, 20, 50] {
            let scene = CloudScene {
                $0.eventLag = .seconds(lag)
                $0.statusLag = .seconds(lag / 2)
                $0.pageSize = 3
            }
            #expect(await scene.deploy(Templates.request()).status == .deployed)
            #expect(scene.cloud.word(of: "app") == "CREATE_COMPLETE")
            scene.cloud.update { $0.fates["Group"] = .fails(after: .seconds(5), "no") }
            let result = await scene.deploy(Templates.request(ami: "ami-2"))
            #expect(result.status == .failed, "\(lag) s")
            #expect(result.stack?.statusWord == "UPDATE_ROLLBACK_COMPLETE")
            #expect(result.failure?.diagnostics.first?.message.hasSuffix(": no") == true, "\(lag) s")
            // However often it is read, an event is told once.
            let created = scene.events.resources.filter { $0.contains(" CREATE_") }
            #expect(Set(created).count == created.count)
        }
    }

    @Test(arguments: 1...4)
    func everyEventIsToldHoweverSmallThePages(_ size: Int) async throws {
        let scene = CloudScene { $0.pageSize = size }
        _ = await scene.deploy(Templates.request())
        #expect(scene.events.resources.count == 8 && Set(scene.events.resources).count == 8)
        _ = await scene.deploy(Templates.request(ami: "ami-2"))
        #expect(scene.events.resources.count { $0 == "Group UPDATE_COMPLETE" } == 1)
    }

    @Test func withoutTokensTheStateDecides() async throws {
        let scene = CloudScene { $0.hasTokens = false }
        #expect(await scene.deploy(Templates.request()).status == .deployed)
        #expect(await scene.deploy(Templates.request(ami: "ami-2")).status == .deployed)
        #expect(await scene.destroy().status == .deleted)
    }

    // MARK: - Deaths

    /// Dies at each call that changes something, before and after it; then runs again.
    private func deaths(
        _ prepare: @Sendable (CloudScene) async -> Void, _ request: StackRequest
    ) async throws {
        let whole = CloudScene()
        await prepare(whole)
        let skipped = whole.cloud.calls.count
        _ = await whole.deploy(request, bucket: "templates")
        let reads = ["Describe", "Get", "List"]
        let operations = whole.cloud.calls.dropFirst(skipped).map(\.operation)
            .filter { operation in !reads.contains { operation.hasPrefix($0) } }
        #expect(Set(operations).isSuperset(of: ["CreateChangeSet", "ExecuteChangeSet"]))
        for (index, operation) in operations.enumerated() {
            for isAfter in [false, true] {
                let scene = CloudScene()
                await prepare(scene)
                let count = scene.cloud.executions.count
                scene.cloud.die(
                    at: SimulatedCloud.Point(
                        operation: operation, number: scene.cloud.mutations + index + 1, isAfter: isAfter))
                #expect(await scene.deploy(request, bucket: "templates").status != .deployed)
                #expect(scene.cloud.isDead)
                scene.cloud.revive()
                let second = await scene.deploy(request, bucket: "templates")
                let name: Testing.Comment = "\(operation) after: \(isAfter) \(second)"
                #expect([.deployed, .unchanged].contains(second.status), name)
                #expect(scene.cloud.parameters(of: "app")["AmiId"] == request.parameters["AmiId"], name)
                #expect(scene.cloud.executions.count == count + 1, name)
            }
        }
    }

    @Test func aCreationThatDiesIsGoneOnWith() async throws { try await deaths({ _ in }, Self.large()) }

    @Test func anUpdateThatDiesIsGoneOnWith() async throws {
        try await deaths({ scene in _ = await scene.deploy(Templates.request()) }, Self.large(ami: "ami-2"))
    }

    @Test func aDeploymentThatDiesBeforeAnythingElseMustGoFirstIsGoneOnWith() async throws {
        try await deaths(
            {
                $0.cloud.update { $0.fates["Group"] = .fails(after: .seconds(5), "no") }
                _ = await $0.deploy(Templates.request())
                $0.cloud.update { $0.fates = [:] }
            }, Templates.request())
        try await deaths(
            {
                _ = await $0.deploy(Templates.request())
                $0.cloud.update {
                    $0.fates["Group"] = .fails(after: .seconds(5), "no")
                    $0.rollbackFates["Group"] = .fails(after: .seconds(5), "no")
                }
                _ = await $0.deploy(Templates.request(ami: "ami-2"))
                $0.cloud.update {
                    $0.fates = [:]
                    $0.rollbackFates = [:]
                }
            }, Templates.request(ami: "ami-2"))
    }

    @Test func twoRunsOfTheSameMakeOneChange() async throws {
        let scene = CloudScene()
        async let one = scene.deploy(Templates.request())
        async let other = scene.deploy(Templates.request())
        let results = await [one.status, other.status]
        #expect(results.allSatisfy { [.deployed, .unchanged].contains($0) }, "\(results)")
        #expect(scene.cloud.executions.count == 1)
    }
}
