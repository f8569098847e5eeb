import Synchronization

/// Counts from 1.
final class Counter: Sendable {
    private let number = Mutex(0)

    func next() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}

extension Counter {
    /// A text that is known later.
    final class Text: Sendable {
        private let kept = Mutex("")

        var text: String {
            get { kept.withLock { $0 } }
            set { kept.withLock { $0 = newValue } }
        }
    }
}
