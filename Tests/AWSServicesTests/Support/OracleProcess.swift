import Foundation
import Subprocess
import SystemPackage
import TestPython

/// The one process that answers all questions of a test run, since botocore takes a second to start. It ends with us,
/// when nobody holds the other end of its standard input.
actor OracleProcess {
    static let shared = OracleProcess()

    private var input: FileDescriptor?
    private var lines: AsyncStream<Data>.Iterator?
    private var last: Task<Data, any Error>?

    /// The line that answers a line. One is asked after the other.
    func ask(_ line: String) async throws -> Data {
        let task = Task { [last] in
            _ = await last?.result
            return try await self.exchange(line)
        }
        last = task
        return try await task.value
    }

    private func exchange(_ line: String) async throws -> Data {
        let input = try self.input ?? start()
        try input.writeAll(Array("\(line)\n".utf8))
        guard var lines, let answer = await lines.next(isolation: self) else {
            throw OracleError(description: "oracle.py has ended")
        }
        self.lines = lines
        return answer
    }

    private func start() throws -> FileDescriptor {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "oracle.py")
        let configuration = Configuration(
            executable: .path(FilePath(try TestPython.path())), arguments: ["-I", script.path])
        let (read, write) = try FileDescriptor.pipe()
        for end in [read, write] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
        let (stream, continuation) = AsyncStream<Data>.makeStream()
        Task {
            _ = try? await run(
                configuration, input: .fileDescriptor(read, closeAfterSpawningProcess: true), output: .sequence,
                error: .discarded
            ) { execution in
                var line = Data()
                for try await chunk in execution.standardOutput {
                    chunk.withUnsafeBytes { bytes in
                        let parts = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                        line.append(contentsOf: parts[0])
                        for part in parts.dropFirst() {
                            continuation.yield(line)
                            line = Data(part)
                        }
                    }
                }
            }
            continuation.finish()
        }
        input = write
        lines = stream.makeAsyncIterator()
        return write
    }
}
