package import HealthDecision
import Synchronization

/// The newest snapshot, for whoever wants to answer with it. Never waits for a probe.
package final class SnapshotBox: Sendable {
    private let current: Mutex<Snapshot>

    package init(_ snapshot: Snapshot) {
        current = Mutex(snapshot)
    }

    /// The newest one, unless it is being exchanged just now.
    package var snapshotIfFree: Snapshot? { current.withLockIfAvailable { $0 } }

    package var snapshot: Snapshot {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }
}

/// What the server's only thread answers from. It never waits for the thread that makes snapshots, which may be off the
/// processor while it holds the box: a snapshot that is one exchange older will do.
final class SnapshotReader: Sendable {
    private let box: SnapshotBox
    private let last: Mutex<Snapshot>

    init(_ box: SnapshotBox) {
        self.box = box
        last = Mutex(box.snapshot)
    }

    var snapshot: Snapshot {
        last.withLock { last in
            if let newest = box.snapshotIfFree { last = newest }
            return last
        }
    }
}
