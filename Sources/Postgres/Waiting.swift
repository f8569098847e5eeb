import Glibc

/// Wakes a thread that waits in `poll`: a pipe.
final class Wakeup: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init() throws(PostgresError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            let reason = String(cString: strerror(errno))
            throw PostgresError(code: .connectionFailed, message: "no pipe: \(reason)")
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    /// What to poll for being woken.
    var descriptor: Int32 { readEnd }

    /// Ends the wait that is under way, or else the next one.
    func signal() {
        // A full pipe wakes as well.
        _ = write(writeEnd, "!", 1)
    }

    /// Takes the signals back, so that the next wait sleeps again.
    func drain() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(readEnd, &bytes, bytes.count) > 0 {}
    }
}

/// The bounds of one operation: its deadline and its task's cancellation.
struct Waiter {
    let wakeup: Wakeup
    let deadline: ContinuousClock.Instant
    /// What is being done, for the error: `connecting to …`.
    let activity: String

    /// The same with the deadline brought forward to a share of what is left.
    func sharing(among count: Int) -> Waiter {
        let left = max(ContinuousClock.now.duration(to: deadline), .zero)
        let share = min(ContinuousClock.now.advanced(by: left / max(count, 1)), deadline)
        return Waiter(wakeup: wakeup, deadline: share, activity: activity)
    }

    /// Waits until the descriptor is ready, or returns no events when woken for another reason.
    ///
    /// Throws when the deadline has passed or the task is cancelled. A descriptor of -1 is only ever woken.
    func wait(for events: Int32, on descriptor: Int32) throws(PostgresError) -> Int32 {
        if Task.isCancelled { throw PostgresError(code: .cancelled, message: "cancelled while \(activity)") }
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero else { throw PostgresError(code: .timeout, message: "timed out while \(activity)") }
        // Rounded up, so that the last millisecond is not spent spinning.
        let milliseconds = Int32(clamping: Int64((left / .milliseconds(1)).rounded(.up)))
        var polled = [
            pollfd(fd: descriptor, events: Int16(truncatingIfNeeded: events), revents: 0),
            pollfd(fd: wakeup.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return 0 }
        if polled[1].revents != 0 { wakeup.drain() }
        return Int32(polled[0].revents)
    }
}
