import Synchronization

/// Holds back whoever comes until so many are there.
final class Gate: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) {
        left = Atomic(count)
    }

    func pass() async {
        left.subtract(1, ordering: .relaxed)
        while left.load(ordering: .relaxed) > 0, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}
