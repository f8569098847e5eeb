import HealthDecision
import Synchronization

/// Views of the newest snapshot, each made once however many ask for it.
final class ViewCache: Sendable {
    /// What can be made of a snapshot.
    enum View: Hashable {
        case page
        case metrics
        case json(Question?)
    }

    private struct Made {
        /// The snapshot's time, which is another for each.
        var now: Duration
        var views: [View: String] = [:]
    }

    private let made = Mutex(Made(now: .zero))

    func text(_ view: View, of snapshot: Snapshot) -> String {
        made.withLock { made in
            if made.now != snapshot.now { made = Made(now: snapshot.now) }
            if let text = made.views[view] { return text }
            let text =
                switch view {
                case .page: StatusPage.render(snapshot)
                case .metrics: OpenMetrics.render(snapshot)
                case .json(let question): SnapshotJSON.render(question, snapshot)
                }
            made.views[view] = text
            return text
        }
    }
}
