import FoundationEssentials
import Glibc

/// The machine's processes, as /proc tells.
enum ProcessTable {
    struct Entry {
        var pid: pid_t
        var parent: pid_t
        var group: pid_t
    }

    static func all() -> [Entry] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { name in
            guard let pid = pid_t(name), let text = text("/proc/\(pid)/stat") else { return nil }
            // The command, which may have anything in it, ends with the last parenthesis; state and parent follow.
            let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
            guard fields.count > 2, fields[0] != "Z", let parent = pid_t(fields[1]), let group = pid_t(fields[2]) else {
                return nil
            }
            return Entry(pid: pid, parent: parent, group: group)
        }
    }

    /// The children of a process, their children, and so on.
    static func descendants(of pid: pid_t) -> [pid_t] {
        let children = Dictionary(grouping: all(), by: \.parent)
        var found: [pid_t] = []
        var open = [pid]
        while let next = open.popLast() {
            let below = (children[next] ?? []).map(\.pid)
            found += below
            open += below
        }
        return found
    }

    /// The processes of a group.
    static func members(ofGroup group: pid_t) -> [pid_t] {
        all().filter { $0.group == group }.map(\.pid)
    }

    /// A process's command line, which it may have replaced by what it does; nil when it is gone.
    static func title(of pid: pid_t) -> String? {
        guard let text = text("/proc/\(pid)/cmdline"), !text.isEmpty else { return nil }
        return String(text.prefix { $0 != "\0" })
    }

    /// The resident memory of a process in bytes.
    static func residentMemory(of pid: pid_t) -> Int? {
        let pages = text("/proc/\(pid)/statm")?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return pages.map { $0 * sysconf(Int32(_SC_PAGESIZE)) }
    }

    /// How many file descriptors a process has open.
    static func openFileDescriptors(of pid: pid_t) -> Int? {
        try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
    }

    private static func text(_ path: String) -> String? {
        (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) }
    }
}
