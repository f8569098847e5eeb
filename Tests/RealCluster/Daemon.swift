import FoundationEssentials
import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// A program that runs until it is told to stop: the leader of a session and process group of its own.
final class Daemon: Sendable {
    let pid: pid_t
    private let log: String
    private let end: End

    private final class End: Sendable {
        let status = Mutex<ExitStatus?>(nil)
    }

    init(_ configuration: Configuration, output: FileDescriptor, log: String) async throws {
        let (pids, continuation) = AsyncThrowingStream<pid_t, any Error>.makeStream()
        let end = End()
        Task {
            var status = ExitStatus.unknown
            do {
                let outcome = try await run(
                    configuration,
                    input: .none,
                    output: .fileDescriptor(output, closeAfterSpawningProcess: true),
                    error: .combinedWithOutput
                ) { execution in _ = continuation.yield(execution.processIdentifier.value) }
                switch outcome.terminationStatus {
                case .exited(let code): status = .exited(code)
                case .signaled(let number): status = .signalled(number)
                }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
            end.status.withLock { $0 = status }
        }
        guard let pid = try await pids.first(where: { _ in true }) else {
            throw RealClusterError("\(configuration.executable) did not start")
        }
        self.pid = pid
        self.log = log
        self.end = end
    }

    /// How it ended; nil while it runs.
    var exitStatus: ExitStatus? { end.status.withLock { $0 } }

    var hasEnded: Bool { exitStatus != nil }

    func signal(_ number: Int32) {
        if !hasEnded { kill(pid, number) }
    }

    /// Signals the whole process group, which may outlive its leader.
    func signalGroup(_ number: Int32) {
        kill(-pid, number)
    }

    /// Asks with a signal, waits a while, and kills what is then left of the process group.
    ///
    /// Also when the leader has ended, since children may have outlived it, as pgpool's do after SIGKILL. Whoever was
    /// stopped by a signal is resumed, or it would not heed.
    func stop(with number: Int32, within limit: Duration = .seconds(5)) async {
        signal(number)
        signalGroup(SIGCONT)
        _ = await waitForEnd(within: limit)
        guard kill(-pid, SIGKILL) == 0 else { return }
        _ = await waitForEnd(within: .seconds(5))
    }

    func logText() -> String {
        (try? Data(contentsOf: URL(filePath: log))).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Tries until the check says yes; gives up when the program ends or the time is over.
    func waitUntilReady(_ name: String, within limit: Duration, _ isReady: () async -> Bool) async throws {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while await !isReady() {
            let reason = hasEnded ? "ended while starting" : "was not ready within \(limit)"
            guard !hasEnded, ContinuousClock.now < deadline else {
                let lines = logText().split(separator: "\n", omittingEmptySubsequences: false).suffix(25)
                throw RealClusterError("\(name) \(reason)", output: lines.joined(separator: "\n"))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Whether it ended within this time.
    func waitForEnd(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while !hasEnded {
            guard ContinuousClock.now < deadline else { return false }
            // Not to be cut short by a cancelled test.
            await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
        }
        return true
    }
}
