import CProcess
import Glibc

/// Asks children of pgpool to close their idle connections, and nobody else.
enum ChildSignal {
    /// Sends SIGUSR1 to those of the processes that are children of `main`; returns how many got it, and how many we may
    /// not signal.
    ///
    /// A process is held by a descriptor while it is looked at, so that the signal cannot reach another one that got its
    /// number meanwhile.
    static func send(to pids: [Int32], of main: ProcessEntry) -> (sent: Int, denied: Int) {
        var (sent, denied) = (0, 0)
        for pid in pids {
            let descriptor = process_open(pid)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard let child = ProcessEntry(pid: pid), child.parent == main.pid, child.name == main.name else {
                continue
            }
            if process_send_signal(descriptor, SIGUSR1) == 0 {
                sent += 1
            } else if errno == EPERM {
                denied += 1
            }
        }
        return (sent, denied)
    }

    /// The children that wait for a client, by what they call themselves; for when PCP cannot be asked. pgpool's other
    /// processes, such as its PCP server, do something else on SIGUSR1.
    static func idleChildren(of main: ProcessEntry) -> [Int32] {
        main.children.filter { $0.title.hasPrefix("pgpool: wait for connection request") }.map(\.pid)
    }
}
