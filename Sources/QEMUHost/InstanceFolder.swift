package import FoundationEssentials
package import ImageBuild
import LocalFiles

/// The folder of one virtual machine, with all that it is made of.
package struct InstanceFolder: Sendable {
    /// The files in it.
    package enum Name {
        package static let disk = "disk.qcow2"
        package static let seed = "seed.iso"
        package static let artifacts = "artifacts.raw"
        package static let kernel = "kernel"
        package static let initrd = "initrd"
        package static let console = "console.log"
        package static let monitor = "qmp"
        /// Written by QEMU; there while it runs.
        package static let processID = "pid"
        /// Written before the machine is told to stop.
        package static let stopped = "stop"
        /// Written before a machine that does not stop is ended.
        package static let cutOff = "cut-off"
    }

    /// The instance's id.
    package let key: String
    package let path: String

    package init(_ key: String, in dataFolder: String) {
        self.key = key
        path = "\(InstanceFolder.all(in: dataFolder))/\(key)"
    }

    package static func all(in dataFolder: String) -> String { "\(dataFolder)/instances" }

    /// While it is being made.
    package var partialPath: String { "\(path).new" }

    package func path(_ name: String) -> String { "\(path)/\(name)" }

    package var isThere: Bool { FileSystem.isFolder(path) }
    package var isPartial: Bool { FileSystem.exists(partialPath) }

    /// How QEMU is called that runs it.
    package var processName: String { "pgpool-aurora-\(key)" }

    /// The process that runs it now; nil when there is none.
    package var process: MachineProcess? {
        guard let bytes = try? FileSystem.read(path(Name.processID)),
            let id = Int32(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace })
        else { return nil }
        return MachineProcess(id: id, name: processName)
    }

    /// When the machine was told to stop; nil if it was not.
    package var stopTime: Date? {
        guard let bytes = try? FileSystem.read(path(Name.stopped)),
            let seconds = Double(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace })
        else { return nil }
        return Date(timeIntervalSince1970: seconds)
    }

    /// Whether it was started, whatever became of it: QEMU makes the console's file then.
    package var hasBegun: Bool { FileSystem.exists(path(Name.console)) }

    /// A machine that nobody told to stop and that does not run any more ended itself.
    package var state: HostedInstance {
        guard isThere else { return HostedInstance(.gone, reason: "its folder is not there any more") }
        let isStopping = stopTime != nil
        if process != nil { return HostedInstance(isStopping ? .stopping : .running) }
        guard hasBegun else { return HostedInstance(.starting) }
        if FileSystem.exists(path(Name.cutOff)) {
            return HostedInstance(.gone, reason: "it did not heed the power button, and was cut off")
        }
        return isStopping
            ? HostedInstance(.stopped)
            : HostedInstance(.gone, reason: "the guest shut itself down, or its QEMU was ended")
    }

    /// The end of the console, of at most `limit` bytes.
    package func console(limit: Int = 1 << 20) throws(HostError) -> [UInt8] {
        do throws(FileError) {
            return try FileSystem.readEnd(path(Name.console), limit: limit) ?? []
        } catch {
            throw HostError(.unavailable, error.description)
        }
    }
}
