import FoundationEssentials
import Glibc
import Subprocess
import Synchronization
import SystemPackage
import TestPython

/// The Python process that moto runs in.
final class MotoProgram: Sendable {
    private struct State {
        var pid: Int32?
        var port: Int?
        var lines: [String] = []
        /// The program ends when this is closed.
        var alive: FileDescriptor?
    }

    private final class Box: Sendable {
        let state = Mutex(State())
    }

    private let box = Box()
    private let running: Task<Void, Never>
    private let portLine: AsyncStream<Void>

    /// What says the port when moto listens, and ends when nobody holds the other end of standard input.
    private static let script = """
        import logging, os, sys
        from moto.moto_server.threaded_moto_server import ThreadedMotoServer
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        print("listening", server.get_host_and_port()[1], flush=True)
        sys.stdin.read()
        os._exit(0)
        """

    init(environment: [String: String]) throws {
        let (read, write) = try Self.pipe()
        var variables: [Environment.Key: String] = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
        for (name, value) in environment { variables[Environment.Key(stringLiteral: name)] = value }
        let configuration = Configuration(
            executable: .path(FilePath(try TestPython.path())), arguments: ["-I", "-c", Self.script],
            environment: .custom(variables), workingDirectory: "/")
        let (portLine, listening) = AsyncStream<Void>.makeStream()
        let box = box
        box.state.withLock { $0.alive = write }
        self.portLine = portLine
        running = Task {
            _ = try? await run(
                configuration, input: .fileDescriptor(read, closeAfterSpawningProcess: true), output: .sequence,
                error: .combinedWithOutput
            ) { execution in
                box.state.withLock { $0.pid = execution.processIdentifier.value }
                for try await line in execution.standardOutput.strings() {
                    box.state.withLock { state in
                        if let port = line.wholeMatch(of: /listening (\d+)\s*/)?.1 {
                            state.port = Int(port)
                            listening.finish()
                        } else {
                            state.lines = state.lines.suffix(499) + [line]
                        }
                    }
                }
            }
            listening.finish()
        }
    }

    /// The process and the port when it listens; nil when it ended instead.
    func started() async -> (pid: Int32, port: Int)? {
        for await _ in portLine {}
        return box.state.withLock { state in
            guard let pid = state.pid, let port = state.port else { return nil }
            return (pid, port)
        }
    }

    /// Lets it end.
    func letGo() {
        let alive = box.state.withLock { state in
            defer { state.alive = nil }
            return state.alive
        }
        try? alive?.close()
    }

    /// Waits until it has ended, and ends it the hard way when that takes too long.
    func end() async {
        let watch = Task { [box] in
            try await Task.sleep(for: .seconds(5))
            if let pid = box.state.withLock({ $0.pid }) { kill(pid, SIGKILL) }
        }
        await running.value
        watch.cancel()
    }

    func log() -> String { box.state.withLock { $0.lines.joined(separator: "\n") } }

    private static func pipe() throws -> (read: FileDescriptor, write: FileDescriptor) {
        let (read, write) = try FileDescriptor.pipe()
        for end in [read, write] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
        return (read, write)
    }
}
