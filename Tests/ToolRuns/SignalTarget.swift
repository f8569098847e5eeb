package import Glibc
import Synchronization

/// A process that somebody else wants to signal; without effect before it has started and after it has ended.
package final class SignalTarget: Sendable {
    private struct State {
        var pid: pid_t?
        var isArmed = false
        var signalled: ContinuousClock.Instant?
        var ended: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    package init() {}

    /// Whether a test wants the signal in the run that follows.
    package var isArmed: Bool { state.withLock(\.isArmed) }

    package func arm() { state.withLock { $0.isArmed = true } }

    package func begin(_ pid: pid_t) { state.withLock { $0.pid = pid } }

    package func end() {
        state.withLock { state in
            state.pid = nil
            state.ended = .now
        }
    }

    package var pid: pid_t? { state.withLock(\.pid) }

    /// Sends a signal; the first one's time counts.
    package func send(_ signal: Int32) {
        state.withLock { state in
            guard let pid = state.pid else { return }
            kill(pid, signal)
            state.signalled = state.signalled ?? .now
        }
    }

    /// From the first signal to the end; nil without one.
    package var reaction: Duration? {
        state.withLock { state in
            guard let signalled = state.signalled, let ended = state.ended else { return nil }
            return signalled.duration(to: ended)
        }
    }
}
