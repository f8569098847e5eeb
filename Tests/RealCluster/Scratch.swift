import Glibc
import Subprocess
import Synchronization
import SystemPackage

/// A temporary directory, and a janitor process that empties it when we are gone.
///
/// The janitor waits for the end of a pipe that only this process holds open, so it acts after `remove()`, after a
/// deinit, at exit, and after `kill -9` alike. Then it ends every process whose working directory lies in the
/// directory, which are exactly those started by a `Launcher` and their children, and deletes the directory.
///
/// A parent-death signal would not do: it is sent when the *thread* that forked ends, and it leaves the files behind.
final class Scratch: Sendable {
    let path: String
    private let pipes: Pipes

    private struct Pipes: Hashable {
        /// Closing this end sets the janitor to work.
        let alive: Int32
        /// This end is at its end of file when the janitor is done.
        let done: Int32
    }

    init() async throws {
        var template = Array("/tmp/real-cluster.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RealClusterError("no temporary directory: errno \(errno)") }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map(String.init(cString:)) ?? "" }

        let (aliveRead, aliveWrite) = try Self.pipe()
        let (doneRead, doneWrite) = try Self.pipe()
        _ = fcntl(doneRead, F_SETFL, O_NONBLOCK)
        pipes = Pipes(alive: aliveWrite, done: doneRead)
        // Forked away, so that it is nobody's child to wait for.
        let configuration = Configuration(
            executable: .name("setsid"),
            arguments: ["--fork", "sh", "-c", Self.janitor, "janitor", path],
            workingDirectory: "/")
        do {
            _ = try await run(
                configuration,
                input: .fileDescriptor(FileDescriptor(rawValue: aliveRead), closeAfterSpawningProcess: true),
                output: .fileDescriptor(FileDescriptor(rawValue: doneWrite), closeAfterSpawningProcess: true),
                error: .discarded)
        } catch {
            close(aliveWrite)
            close(doneRead)
            rmdir(path)
            throw error
        }
        Self.atExit
        Self.open.withLock { _ = $0.insert(pipes) }
    }

    deinit {
        guard Self.forget(pipes) else { return }
        close(pipes.alive)
        close(pipes.done)
    }

    /// Ends what still runs in the directory, deletes it, and waits until that is done. Doing it twice is no error.
    func remove() async {
        guard Self.forget(pipes) else { return }
        close(pipes.alive)
        var byte: UInt8 = 0
        while read(pipes.done, &byte, 1) != 0 {
            // Not to be cut short by a cancelled test.
            await Task { try? await Task.sleep(for: .milliseconds(10)) }.value
        }
        close(pipes.done)
    }

    private static let janitor = """
        cat >/dev/null
        cd /
        ours() { find /proc/[0-9]*/cwd -maxdepth 0 '(' -lname "$1" -o -lname "$1/*" ')' 2>/dev/null | cut -d/ -f3; }
        signal=QUIT
        for round in $(seq 100); do
            pids=$(ours "$1")
            [ -n "$pids" ] || break
            [ "$round" -lt 50 ] || signal=KILL
            kill -"$signal" $pids 2>/dev/null
            # A stopped process would not heed.
            kill -CONT $pids 2>/dev/null
            sleep 0.05
        done
        rm -rf "$1"
        """

    private static let open = Mutex<Set<Pipes>>([])

    private static func forget(_ pipes: Pipes) -> Bool { open.withLock { $0.remove(pipes) != nil } }

    /// Lets the process end only when its janitors are done, so that nothing of it outlives a test run.
    private static let atExit: Void = {
        atexit {
            let all = Scratch.open.withLock { $0 }
            for pipes in all { close(pipes.alive) }
            for pipes in all {
                var polled = pollfd(fd: pipes.done, events: Int16(POLLIN), revents: 0)
                _ = poll(&polled, 1, 15_000)
            }
        }
    }()

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw RealClusterError("no pipe: errno \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}
