import Glibc
import HealthDecision
import Synchronization

/// A process as `/proc` shows it.
struct ProcessEntry: Hashable, Sendable {
    var pid: Int32
    /// The first 15 bytes of its program's name.
    var name: String
    /// One letter, such as `S` for sleeping, `T` for stopped, `Z` for ended.
    var state: Character
    var parent: Int32
    /// When it started, in clock ticks since the machine did.
    var startTime: UInt64

    /// Reads `/proc/<pid>/stat`; nil when there is no such process.
    init?(pid: Int32) {
        guard let text = SmallFile.text("/proc/\(pid)/stat"), let open = text.firstIndex(of: "("),
            let close = text.lastIndex(of: ")")
        else { return nil }
        // The name may hold anything, blanks and parentheses too. See proc(5) for the fields.
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count >= 20, let state = fields[0].first, let parent = Int32(fields[1]),
            let startTime = UInt64(fields[19])
        else { return nil }
        self.pid = pid
        name = String(text[text.index(after: open)..<close])
        self.state = state
        self.parent = parent
        self.startTime = startTime
    }

    /// What the process calls itself: pgpool's children say there what they do.
    var title: String {
        String((SmallFile.text("/proc/\(pid)/cmdline") ?? "").prefix { $0 != "\0" })
    }

    /// The processes that this one started and that are still there.
    var children: [ProcessEntry] {
        // Each thread has a list of its own, and pgpool's main process has one thread.
        (SmallFile.text("/proc/\(pid)/task/\(pid)/children") ?? "").split(separator: " ")
            .compactMap { Int32($0).flatMap { ProcessEntry(pid: $0) } }
    }
}

/// pgpool's main process, by its pid file at first and then by what it was: its id and the time of its start.
final class MainProcess: Sendable {
    let pidFile: String
    private let known = Mutex<ProcessEntry?>(nil)

    init(pidFile: String) {
        self.pidFile = pidFile
    }

    /// The process, or why there is none.
    func find() -> (finding: ProcessFinding, process: ProcessEntry?) {
        known.withLock { known in
            let pid = filedPID()
            if case .success(let pid) = pid, let found = living(pid) {
                known = found
                return (finding(of: found), found)
            }
            if let last = known {
                // The file may be gone, or hold something else, while the process that we know is still there.
                if let found = living(last.pid), found.startTime == last.startTime {
                    return (finding(of: found), found)
                }
                return (.gone("process \(last.pid) has ended"), nil)
            }
            switch pid {
            case .success(let pid): return (.gone("there is no pgpool with the id \(pid) of \(pidFile)"), nil)
            case .failure(let reason): return (.unknown(reason.message), nil)
            }
        }
    }

    private func finding(of process: ProcessEntry) -> ProcessFinding {
        // As by SIGSTOP, or by a debugger.
        let isStopped = process.state == "T" || process.state == "t"
        return isStopped ? .stopped(pid: process.pid) : .running(pid: process.pid)
    }

    /// A main process of pgpool; one whose parent is a pgpool is a child of another one.
    private func living(_ pid: Int32) -> ProcessEntry? {
        guard let process = ProcessEntry(pid: pid), process.name == "pgpool", !["Z", "X"].contains(process.state),
            ProcessEntry(pid: process.parent)?.name != "pgpool"
        else { return nil }
        return process
    }

    private struct Reason: Error {
        var message: String
    }

    private func filedPID() -> Result<Int32, Reason> {
        guard let text = SmallFile.text(pidFile) else {
            return .failure(Reason(message: "cannot read the pid file \(pidFile): \(String(cString: strerror(errno)))"))
        }
        guard let pid = Int32(text.prefix(while: \.isNumber)), pid > 1 else {
            return .failure(Reason(message: "the pid file \(pidFile) holds no process id"))
        }
        return .success(pid)
    }
}
