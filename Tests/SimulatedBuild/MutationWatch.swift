package import SimulatedEC2
import Synchronization

/// Tells a test of each call that changes something, before its effect and after it.
package final class MutationWatch: Sendable {
    package typealias Hook = @Sendable (MutationPoint) -> Void

    private let hook = Mutex<Hook?>(nil)

    package func listen(_ body: @escaping Hook) { hook.withLock { $0 = body } }
    package func tell(_ point: MutationPoint) { hook.withLock { $0 }?(point) }
}
