import FoundationEssentials
package import Glibc
import RealCluster
import Subprocess
import SystemPackage

/// How a run of the tool ended, and what it said.
package struct ToolRun: Sendable {
    /// 128 and the signal's number for one that a signal ended.
    package var status: Int32
    package var output: String
    package var errors: String

    /// All that it said.
    package var words: String { output + errors }

    /// Longer than any run takes.
    package static let limit = Duration.seconds(180)

    /// Runs the tool in a folder with these variables and no others. `onStart` is told its process id, and `onEnd` that it is
    /// not its own any more.
    package static func of(
        _ arguments: [String], in folder: String, under prefix: [String] = [], variables: [String: String],
        onStart: @escaping @Sendable (Glibc.pid_t) -> Void = { _ in }, onEnd: @escaping @Sendable () -> Void = {}
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

    init(_ pid: Glibc.pid_t, limit: Duration) {
        task = Task {
            guard (try? await Task.sleep(for: limit)) != nil else { return }
            kill(pid, SIGKILL)
        }
    }

    func end() { task.cancel() }
}
