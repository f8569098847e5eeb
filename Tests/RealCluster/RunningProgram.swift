import Glibc

/// A program that a test has launched beside its cluster.
package final class RunningProgram: Sendable {
    /// What the test calls it.
    package let name: String
    private let daemon: Daemon

    init(name: String, daemon: Daemon) {
        self.name = name
        self.daemon = daemon
    }

    /// The program's process id, which is also its process group.
    package var pid: Int32 { daemon.pid }

    /// Whether it is gone.
    package var hasEnded: Bool { daemon.hasEnded }

    /// How it ended; nil while it runs.
    package var exitStatus: ExitStatus? { daemon.exitStatus }

    /// Its resident memory in bytes; nil when it is gone.
    package var residentMemory: Int? { hasEnded ? nil : ProcessTable.residentMemory(of: pid) }

    /// How many file descriptors it has open; nil when it is gone.
    package var openFileDescriptors: Int? { hasEnded ? nil : ProcessTable.openFileDescriptors(of: pid) }

    /// What it has written to standard output and standard error.
    package func log() -> String { daemon.logText() }

    /// Sends it a signal, and nothing to its children.
    package func signal(_ number: Int32) { daemon.signal(number) }

    /// Asks it to end, waits a while, and kills what is left of its process group.
    ///
    /// The status says whether it went by itself.
    @discardableResult
    package func stop(with number: Int32 = SIGTERM, within limit: Duration = .seconds(5)) async -> ExitStatus? {
        await daemon.stop(with: number, within: limit)
        return exitStatus
    }

    /// Waits for its end; nil when it still runs then.
    package func waitForEnd(within limit: Duration) async -> ExitStatus? {
        _ = await daemon.waitForEnd(within: limit)
        return exitStatus
    }

    /// Tries until the check says yes; when the program ends or the time is over first, the error has its last output.
    package func waitUntilReady(within limit: Duration, _ isReady: () async -> Bool) async throws {
        try await daemon.waitUntilReady(name, within: limit, isReady)
    }
}
