import Glibc
package import ImageBuild
import LocalFiles

/// Finds out how a virtual machine gets its processor here.
package struct Acceleration: Sendable {
    private let tools: Toolbox

    package init(_ tools: Toolbox) {
        self.tools = tools
    }

    /// As long as a machine may take to end that does nothing else: one that works takes a second.
    private static let seconds = 5

    /// KVM if a machine really runs on it, else software, with the reason.
    ///
    /// That a device is there says little: where virtual machines are nested it may open, and then never run anything.
    package func find(in folder: String) async throws(HostError) -> (LocalPlan.Accelerator, reason: String) {
        guard FileSystem.exists("/dev/kvm") else { return (.tcg, "there is no /dev/kvm") }
        guard access("/dev/kvm", R_OK | W_OK) == 0 else {
            return (.tcg, "this user may not use /dev/kvm; who is in the group kvm may")
        }
        let disk = "\(folder)/.kvm-\(getpid()).raw"
        defer { unlink(disk) }
        try files { () throws(FileError) in
            try FileSystem.makeFolder(folder, mode: 0o700)
            try FileSystem.replace(disk, Acceleration.disk, isSynced: false)
        }
        let outcome = try await tools.outcome(
            "timeout",
            ["--kill-after=1", "\(Acceleration.seconds)", LocalTool.qemu.rawValue] + Acceleration.arguments(disk))
        if outcome.status == Acceleration.success { return (.kvm, "") }
        let said = outcome.errors.split(separator: "\n").first { !$0.contains("terminating on signal") }
        let reason = said.map { ": \($0)" } ?? ""
        return (.tcg, "/dev/kvm is there, and a machine does not run on it\(reason)")
    }

    static func arguments(_ disk: String) -> [String] {
        [
            "-nodefaults", "-no-user-config", "-display", "none", "-machine", "pc", "-accel", "kvm", "-m", "64",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
            "-drive", "if=ide,format=raw,file=\(disk.replacing(",", with: ",,"))",
        ]
    }

    /// What QEMU ends with when 16 is written to its exit device: twice that and 1.
    private static let success: Int32 = 33

    /// A disk that writes 16 to port 0xF4 when it is booted.
    private static var disk: [UInt8] {
        // mov al, 16; out 0xf4, al; hlt; jmp back to hlt
        let program: [UInt8] = [0xB0, 0x10, 0xE6, 0xF4, 0xF4, 0xEB, 0xFD]
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.replaceSubrange(0..<program.count, with: program)
        bytes[510] = 0x55
        bytes[511] = 0xAA
        return bytes
    }
}
