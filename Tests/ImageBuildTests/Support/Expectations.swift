import Diagnostics
import ImageBuild
import SimulatedBuild
import SimulatedEC2
import Testing

extension BuildScene {
    /// A build that has come to its end: an image, made once, and nothing besides.
    func expectPublished(
        _ outcome: BuildOutcome, imagesMade count: Int = 1, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == .published, "\(outcome.text)", sourceLocation: sourceLocation)
        #expect(outcome.result.failure == nil && !outcome.result.hasLeftovers, sourceLocation: sourceLocation)
        #expect(simulation.images.count == 1 && imagesMade == count, sourceLocation: sourceLocation)
        #expect(outcome.result.imageID == simulation.images.first?.id, sourceLocation: sourceLocation)
        #expect(simulation.images.allSatisfy { $0.requiresIMDSv2 && $0.state == "available" })
        #expect(simulation.leftovers == [], sourceLocation: sourceLocation)
        #expect(outcome.state.isOver, sourceLocation: sourceLocation)
    }

    /// A build that came to nothing, and left nothing.
    func expectClean(
        _ outcome: BuildOutcome, _ status: BuildStatus = .failed, _ code: BuildFailure.Code = .failed,
        sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(outcome.status == status, "\(outcome.text)", sourceLocation: sourceLocation)
        #expect(outcome.code == code, "\(outcome.text)", sourceLocation: sourceLocation)
        #expect(outcome.result.imageID == nil, sourceLocation: sourceLocation)
        #expect(!outcome.result.hasLeftovers && outcome.state.isOver, sourceLocation: sourceLocation)
        #expect(simulation.images.isEmpty && simulation.snapshots.isEmpty, sourceLocation: sourceLocation)
        #expect(simulation.leftovers == [], sourceLocation: sourceLocation)
    }

    /// A build that can be gone on with.
    func expectResumable(
        _ outcome: BuildOutcome, sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) {
        #expect(
            outcome.status == .resumable && outcome.code == .unfinished, "\(outcome.text)",
            sourceLocation: sourceLocation)
        #expect(outcome.result.hasLeftovers && !outcome.state.isOver, sourceLocation: sourceLocation)
    }
}

/// What a build or a preflight throws; nil when nothing.
func buildFailure(_ body: () async throws -> Void) async -> BuildFailure? {
    do {
        try await body()
        return nil
    } catch {
        return error as? BuildFailure ?? BuildFailure(.bug, "\(error)")
    }
}
