import CProcess
import Glibc
import LocalFiles

/// The process of a virtual machine, known by its id and its name: ids are used again.
package struct MachineProcess: Hashable, Sendable {
    package let id: Int32
    private let name: String

    /// Nil when no process of this id has this name.
    package init?(id: Int32, name: String) {
        guard MachineProcess.arguments(of: id).contains(name) else { return nil }
        self.id = id
        self.name = name
    }

    package var isThere: Bool { MachineProcess.arguments(of: id).contains(name) }

    /// Sends it a signal, unless it is gone. Nobody else gets it, even if the id is somebody else's by then.
    package func send(_ signal: Int32) {
        let descriptor = process_open(id)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // What the descriptor stands for does not change any more.
        guard isThere else { return }
        _ = process_send_signal(descriptor, signal)
    }

    /// Empty for a process that has ended, or that is not this user's to look at.
    private static func arguments(of id: Int32) -> [String] {
        guard let bytes = try? FileSystem.read("/proc/\(id)/cmdline") else { return [] }
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
