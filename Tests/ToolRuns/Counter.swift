import Synchronization

/// Counts from 1.
package final class Counter: Sendable {
    private let number = Mutex(0)

    package init() {}

    package func next() -> Int {
        number.withLock { number in
            number += 1
            return number
        }
    }
}

extension Counter {
    /// A text that is known later.
    package final class Text: Sendable {
        private let kept = Mutex("")

        package init() {}

        package var text: String {
            get { kept.withLock { $0 } }
            set { kept.withLock { $0 = newValue } }
        }
    }
}
