import AWSClient
import Diagnostics
import SimulatedCloudFormation
import StackDeploy
import Testing

/// A stack in each state that one can be found in.
struct StateTests {
    typealias Status = CloudFormation.StackStatus

    /// What the state turns into by itself.
    private static let ends: [Status: String] = [
        .createInProgress: "CREATE_COMPLETE", .rollbackInProgress: "ROLLBACK_COMPLETE",
        .deleteInProgress: "DELETE_COMPLETE", .updateInProgress: "UPDATE_COMPLETE",
        .updateCleanupInProgress: "UPDATE_COMPLETE", .updateRollbackInProgress: "UPDATE_ROLLBACK_COMPLETE",
        .updateRollbackCleanupInProgress: "UPDATE_ROLLBACK_COMPLETE", .importInProgress: "IMPORT_COMPLETE",
        .importRollbackInProgress: "IMPORT_ROLLBACK_COMPLETE",
    ]

    private static let stops: Set<Status> = [.deleteFailed, .updateFailed, .importRollbackFailed]

    private func scene(_ status: Status) throws -> CloudScene {
        let scene = CloudScene()
        try scene.cloud.put("app", in: status.rawValue, template: Templates.app(), parameters: ["AmiId": "ami-0"])
        if let end = Self.ends[status] { scene.cloud.plan("app", [(.seconds(100), end)]) }
        return scene
    }

    @Test(arguments: Status.allCases)
    func itIsDeployedOrSaidWhyNot(_ status: Status) async throws {
        let scene = try scene(status)
        let result = await scene.deploy(Templates.request())
        guard !Self.stops.contains(status) else {
            #expect(result.status == .failed)
            #expect(result.failure?.diagnostics.first?.notes.isEmpty == false)
            #expect(scene.cloud.calls.allSatisfy { $0.operation == "DescribeStacks" })
            return
        }
        #expect(result.status == .deployed, "\(String(describing: result.failure))")
        #expect(scene.cloud.parameters(of: "app")["AmiId"] == "ami-1")
        #expect(scene.cloud.executions.count == 1)
        let isDeleted: Set<Status> = [.createFailed, .rollbackFailed, .rollbackComplete, .rollbackInProgress]
        #expect(scene.cloud.deletions.count == (isDeleted.contains(status) ? 1 : 0))
    }

    @Test(arguments: Status.allCases)
    func itIsComparedOrSaidWhyNotAndNothingIsChanged(_ status: Status) async throws {
        let scene = try scene(status)
        let result = await scene.diff(Templates.request())
        switch status {
        case _ where status.isInProgress: #expect(result.status == .unfinished)
        case .createComplete, .updateComplete, .updateRollbackComplete, .importComplete, .importRollbackComplete,
            .reviewInProgress, .deleteComplete:
            #expect(result.status == .different)
        default: #expect(result.status == .failed)
        }
        #expect(scene.cloud.executions.isEmpty && scene.cloud.deletions.count <= 1)
        #expect(scene.cloud.changeSets(of: "app").isEmpty)
        if result.status == .failed || result.status == .unfinished {
            #expect(result.failure?.diagnostics.first?.notes.isEmpty == false)
            #expect(scene.cloud.mutations == 0)
        }
    }

    @Test(arguments: Status.allCases)
    func itIsDeletedWhateverStateItIsIn(_ status: Status) async throws {
        let scene = try scene(status)
        let result = await scene.destroy()
        let isThere = status != .deleteComplete
        #expect(result.status == (isThere ? .deleted : .absent), "\(String(describing: result.failure))")
        #expect(scene.cloud.word(of: "app") == nil)
    }

    @Test func aStateOfTheFutureIsSaidToBeOne() async throws {
        let scene = CloudScene()
        try scene.cloud.put("app", in: "PARTLY_COMPLETE", template: Templates.app(), parameters: ["AmiId": "a"])
        let result = await scene.deploy(Templates.request())
        #expect(
            result.failure?.diagnostics.first?.message
                == "the stack app is in the state PARTLY_COMPLETE, which this version does not know")
    }
}
