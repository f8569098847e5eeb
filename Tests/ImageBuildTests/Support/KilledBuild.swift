import FoundationEssentials
import ImageBuild
import LocalFiles
import SimulatedBuild
import SimulatedEC2
import Synchronization
import TestBasics

/// A build that is killed: what it asks for after that moment never arrives, and what it writes is not in its journal.
struct KilledBuild {
    /// When it is killed.
    enum Moment: Hashable, Sendable {
        /// As soon as the journal has so many lines.
        case afterLine(Int)
        /// When the journal has so many lines and all calls are made that come before the next one, which is half written.
        case withinLineAfter(Int)
        /// After the effect of a call that changes something, before its answer; counted from 1.
        case afterMutation(Int)
    }

    let scene: BuildScene
    /// How many lines its journal would have had.
    let lines: Int
    /// How many calls changed something.
    let mutations: Int

    /// Runs a build until that moment, and leaves its journal as it was then.
    init(_ scene: BuildScene, _ moment: Moment?) async throws {
        self.scene = scene
        let progress = Mutex((written: 0, kept: Int?.none, mutations: 0))
        let wire = scene.wire
        @Sendable func kill(keeping lines: Int) {
            wire.cut()
            progress.withLock { $0.kept = $0.kept ?? lines }
        }
        scene.mutations.listen { point in
            guard point.moment == .after, !wire.isCut else { return }
            let (count, written) = progress.withLock { progress in
                progress.mutations += 1
                return (progress.mutations, progress.written)
            }
            if moment == .afterMutation(count) { kill(keeping: written) }
        }
        try await KilledBuild.run(scene) {
            // The journal asks for the time right before it writes a line.
            let number = progress.withLock { progress in
                progress.written += 1
                return progress.written
            }
            switch moment {
            case .afterLine(number): kill(keeping: number)
            case .withinLineAfter(number - 1): kill(keeping: number - 1)
            default: break
            }
            return scene.date()
        }
        let (written, kept, count) = progress.withLock { ($0.written, $0.kept, $0.mutations) }
        lines = written
        mutations = count
        if let kept { try cut(to: kept, isTorn: { if case .withinLineAfter = moment { true } else { false } }()) }
        wire.mend()
    }

    /// Returns when nobody holds the journal any more.
    private static func run(_ scene: BuildScene, now: @escaping @Sendable () -> Date) async throws {
        let journal = try await scene.begin(now: now)
        _ = await scene.flow(journal).run()
    }

    private func cut(to lines: Int, isTorn: Bool) throws {
        let path = scene.journals.path(of: try scene.buildID)
        let all = try Data(contentsOf: URL(filePath: path)).split(separator: 0x0A)
        var data = Data(all.prefix(lines).map { $0 + [0x0A] }.joined())
        if isTorn, lines < all.count { data += all[lines].prefix(all[lines].count / 2) }
        try data.write(to: URL(filePath: path))
    }
}
