import Glibc
import HealthDecision

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

/// pgpool's main process, by its pid file.
struct MainProcess: Hashable, Sendable {
    var pidFile: String

    /// The process, or why there is none.
    func find() -> (finding: ProcessFinding, process: ProcessEntry?) {
        guard let text = SmallFile.text(pidFile) else {
            return (.unknown("there is no pid file \(pidFile)"), nil)
        }
        guard let pid = Int32(text.prefix(while: \.isNumber)), pid > 1 else {
            return (.unknown("the pid file \(pidFile) holds no process id"), nil)
        }
        guard let process = ProcessEntry(pid: pid), process.state != "Z", process.state != "X" else {
            return (.gone("there is no process \(pid)"), nil)
        }
        // Another process may have got the number since.
        guard process.name == "pgpool", !isOlderThan(process) else {
            return (.gone("process \(pid) is another program by now"), nil)
        }
        let isStopped = process.state == "T" || process.state == "t"
        return (isStopped ? .stopped(pid: pid) : .running(pid: pid), process)
    }

    /// Whether the pid file was written before the process started, so by an earlier one.
    private func isOlderThan(_ process: ProcessEntry) -> Bool {
        var status = stat()
        guard stat(pidFile, &status) == 0, let boot = MainProcess.bootTime else { return false }
        let started = Double(boot) + Double(process.startTime) / Double(sysconf(Int32(_SC_CLK_TCK)))
        // The boot time is in whole seconds, and moves when the clock is set.
        return started > Double(status.st_mtim.tv_sec) + 5
    }

    private static var bootTime: Int? {
        SmallFile.text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap {
            Int($0.dropFirst("btime ".count))
        }
    }
}
