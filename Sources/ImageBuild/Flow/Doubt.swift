import Synchronization

/// Whether something may have happened that nobody has confirmed.
final class Doubt: Sendable {
    private let kept: Mutex<Bool>

    init(isRaised: Bool) {
        kept = Mutex(isRaised)
    }

    var isRaised: Bool { kept.withLock { $0 } }

    func raise() { kept.withLock { $0 = true } }
}
