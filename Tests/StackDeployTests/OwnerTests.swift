import Diagnostics
import SimulatedCloudFormation
import StackDeploy
import Testing

/// A stack that somebody else has made, under the name that is given.
struct OwnerTests {
    private static let ours = Templates.app().replacing(
        #"{"Parameters""#, with: #"{"Description": "Pgpool-II (pgpool-aurora)", "Parameters""#)
    private static let theirs = Templates.app().replacing(
        #"{"Parameters""#, with: #"{"Description": "Orders", "Parameters""#)

    @Test(arguments: ["CREATE_COMPLETE", "UPDATE_ROLLBACK_FAILED", "ROLLBACK_COMPLETE", "UPDATE_IN_PROGRESS"])
    func itIsLeftAlone(_ state: String) async throws {
        for (template, words) in [(Self.theirs, ": it is \"Orders\""), (Templates.app(), "; it has no description")] {
            let scene = CloudScene()
            try scene.cloud.put("app", in: state, template: template, parameters: ["AmiId": "ami-1"])
            let failures = [
                await scene.deploy(Templates.request(Self.ours), takesAny: false).failure,
                await scene.destroy(takesAny: false).failure,
            ]
            for failure in failures {
                #expect(failure?.code == .refused)
                #expect(
                    failure?.diagnostics.first?.message == "the stack app was not made by pgpool-aurora\(words)")
                #expect(failure?.diagnostics.first?.notes.first == "nothing was changed")
            }
            #expect(scene.events.questions == [] && scene.cloud.mutations == 0)
        }
    }

    @Test func oursIsNotAskedForAnything() async throws {
        let scene = CloudScene()
        #expect(await scene.deploy(Templates.request(Self.ours), takesAny: false).status == .deployed)
        #expect(await scene.deploy(Templates.request(Self.ours, ami: "ami-2"), takesAny: false).status == .deployed)
        #expect(await scene.destroy(takesAny: false).status == .deleted)
        #expect(await scene.deploy(Templates.request(Self.ours), takesAny: false).status == .deployed)
    }

    @Test func whoWantsItTakesIt() async throws {
        let scene = CloudScene()
        try scene.cloud.put("app", in: "CREATE_COMPLETE", template: Self.theirs, parameters: ["AmiId": "ami-1"])
        #expect(await scene.deploy(Templates.request(Self.ours, ami: "ami-2")).status == .deployed)
    }

    /// A change set that is only looked at goes, whatever happens, and with it the stack that it began, but no other.
    @Test func aLookLeavesNothing() async throws {
        let scene = CloudScene { $0.refused = ["DescribeChangeSet"] }
        #expect(await scene.diff(Templates.request()).failure?.code == .refused)
        #expect(scene.cloud.deletions.count == 1 && scene.cloud.changeSets(of: "app").isEmpty)

        // Somebody is asked about a creation, while another one compares.
        let other = CloudScene(answers: [false])
        other.cloud.update { $0.refused = ["DeleteChangeSet"] }
        #expect(await other.deploy(Templates.request()).status == .declined)
        #expect(other.events.warnings.contains { $0.contains("may be left") }, "\(other.events.warnings)")
        other.cloud.update { $0.refused = [] }
        #expect(await other.diff(Templates.request(ami: "ami-2")).status == .different)
        #expect(other.cloud.word(of: "app") == "REVIEW_IN_PROGRESS")
    }
}
