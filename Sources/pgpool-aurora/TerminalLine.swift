import Dispatch
import Glibc
import Synchronization

/// A line that a person types.
enum TerminalLine {
    /// Reads one; nil at the end of the input, and as soon as the task is cancelled, since a signal comes while nobody types.
    static func read() async -> String? {
        let isOver = Flag()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Waiting blocks, which no thread of Swift's own pool may do.
                DispatchQueue.global().async {
                    continuation.resume(returning: isTyped(unless: isOver) ? readLine() : nil)
                }
            }
        } onCancel: {
            isOver.set()
        }
    }

    private static func isTyped(unless isOver: Flag) -> Bool {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        while !isOver.isSet {
            let count = poll(&input, 1, 100)
            if count > 0 { return true }
            guard count == 0 || errno == EINTR else { return false }
        }
        return false
    }

    private final class Flag: Sendable {
        private let value = Mutex(false)

        var isSet: Bool { value.withLock(\.self) }
        func set() { value.withLock { $0 = true } }
    }
}
