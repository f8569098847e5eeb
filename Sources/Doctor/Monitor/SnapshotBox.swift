package import HealthDecision
import Synchronization

/// The newest snapshot, for whoever wants to answer with it. Never waits for a probe.
package final class SnapshotBox: Sendable {
    private let current: Mutex<Snapshot>

    package init(_ snapshot: Snapshot) {
        current = Mutex(snapshot)
    }

    package var snapshot: Snapshot {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}
