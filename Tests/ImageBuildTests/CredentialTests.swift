import ImageBuild
import SimulatedBuild
import SimulatedEC2
import Testing

/// Credentials that end in the middle of a build.
struct CredentialTests {
    private func scene(
        _ credentials: EndingCredentials, _ change: (inout SimulationSettings) -> Void
    ) throws -> BuildScene {
        try BuildScene(
            ["publish": "{ssm_parameter: /pgpool/ami}"], options: .with { $0.credentials = credentials }, change)
    }

    /// At any time of the build.
    @Test(arguments: Array(stride(from: 1, through: 300, by: 13)))
    func newOnesLetTheBuildGoOn(_ end: Int) async throws {
        let credentials = EndingCredentials(count: 2)
        let scene = try scene(credentials) { $0.expirations = ["AKID1": .seconds(end)] }
        scene.expectPublished(try await scene.build())
        #expect(
            scene.simulation.calls.last?.accessKeyID == (scene.simulation.elapsed > .seconds(end) ? "AKID2" : "AKID1"))
    }

    @Test(arguments: Array(stride(from: 2, through: 250, by: 13)))
    func withoutNewOnesTheBuildCanBeGoneOnWith(_ end: Int) async throws {
        let credentials = EndingCredentials(count: 1)
        let scene = try scene(credentials) { $0.expirations = ["AKID1": .seconds(end)] }
        let journal = try await scene.begin()
        let first = BuildOutcome(await scene.flow(journal).run(), journal.state)
        guard first.status != .published else {
            // The end came when all was done but the cleaning up.
            #expect(end > 200)
            return
        }
        #expect(first.status == .resumable && first.code == .unfinished, "\(first.text)")
        #expect(first.text.contains("note: get new credentials, and go on with the build"))
        #expect(first.text.contains("the session: it is over") && first.text.contains("note: log in again"))
        _ = consume journal
        credentials.giveMore()
        scene.expectPublished(try await scene.resume())
        #expect(scene.simulation.instances.count == 2)
    }
}
