import Dispatch

/// Runs an actor's jobs on a serial queue of its own, so that they may block.
///
/// The queue's threads are Dispatch's, not those of Swift's cooperative pool.
package final class DispatchQueueExecutor: SerialExecutor {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
