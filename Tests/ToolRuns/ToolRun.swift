import FoundationEssentials
import Glibc
import RealCluster
import Subprocess
import Synchronization
import SystemPackage

/// How a run of the tool ended, and what it said.
struct ToolRun: Sendable {
    /// 128 and the signal's number for one that a signal ended.
    var status: Int32
    var output: String
    var errors: String

    /// All that it said.
    var words: String { output + errors }

    /// Longer than any run takes.
    static let limit = Duration.seconds(180)

    /// Runs the tool in a folder with these variables and no others. `onStart` is told its process id, and `onEnd` that it is
    /// not its own any more.
    static func of(
        _ arguments: [String], in folder: String, under prefix: [String] = [], variables: [String: String],
        onStart: @escaping @Sendable (pid_t) -> Void = { _ in }, onEnd: @escaping @Sendable () -> Void = {}
    ) async throws -> ToolRun {
        let command = prefix + [BuiltTool.path] + arguments
        let configuration = Configuration(
            executable: command[0].contains("/") ? .path(FilePath(command[0])) : .name(command[0]),
            arguments: Arguments(Array(command.dropFirst())),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
            workingDirectory: FilePath(folder))
        let result = try await run(
            configuration, input: .none, output: .string(limit: 4 << 20), error: .string(limit: 4 << 20)
        ) { execution in
            let pid = execution.processIdentifier.value
            onStart(pid)
            return Watchdog(pid, limit: limit)
        }
        result.closureResult.end()
        onEnd()
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return ToolRun(status: status, output: result.standardOutput, errors: result.standardError)
    }
}

/// Ends a process that does not end by itself.
private final class Watchdog: Sendable {
    private let task: Task<Void, Never>

    init(_ pid: pid_t, limit: Duration) {
        task = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            kill(pid, SIGKILL)
        }
    }

    func end() { task.cancel() }
}

/// A process that somebody else wants to signal; without effect before it has started and after it has ended.
final class SignalTarget: Sendable {
    private struct State {
        var pid: pid_t?
        var signalled: ContinuousClock.Instant?
        var ended: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    func begin(_ pid: pid_t) { state.withLock { $0.pid = pid } }

    func end() {
        state.withLock { state in
            state.pid = nil
            state.ended = .now
        }
    }

    var pid: pid_t? { state.withLock(\.pid) }

    /// Sends a signal; the first one's time counts.
    func send(_ signal: Int32) {
        state.withLock { state in
            guard let pid = state.pid else { return }
            kill(pid, signal)
            state.signalled = state.signalled ?? .now
        }
    }

    /// From the first signal to the end; nil without one.
    var reaction: Duration? {
        state.withLock { state in
            guard let signalled = state.signalled, let ended = state.ended else { return nil }
            return signalled.duration(to: ended)
        }
    }
}
