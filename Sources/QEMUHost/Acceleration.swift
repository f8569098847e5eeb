import FoundationEssentials
import Glibc
package import ImageBuild
import LocalFiles

/// Finds out how a virtual machine gets its processor here.
package struct Acceleration: Sendable {
    private let tools: Toolbox
    private let folder: String

    /// A disk to try with is kept in the folder.
    package init(_ tools: Toolbox, folder: String) {
        self.tools = tools
        self.folder = folder
    }

    /// As long as a machine may take to count down and end: one that works takes half a second, and one whose processor
    /// is emulated by the kernel, an instruction at a time, 16 s (measured on KVM's PVM backend, which boots no Linux).
    private static let seconds = 3

    /// How, and why not by KVM.
    package struct Finding: Hashable, Sendable {
        package var kind: LocalPlan.Accelerator
        package var reason: String
    }

    /// KVM if a machine really runs on it, else software.
    ///
    /// That a device is there says little: where virtual machines are nested it may open, and then run nothing, or so
    /// slowly that software is faster.
    package func find() async throws(HostError) -> Finding {
        guard FileSystem.exists("/dev/kvm") else { return Finding(kind: .tcg, reason: "there is no /dev/kvm") }
        guard access("/dev/kvm", R_OK | W_OK) == 0 else {
            return Finding(kind: .tcg, reason: "this user may not use /dev/kvm, as the members of the group kvm may")
        }
        let disk = "\(folder)/kvm-probe.raw"
        // It is the same for everybody, so it may stay.
        try files { () throws(FileError) in
            try FileSystem.makeFolder(folder, mode: 0o700)
            try FileSystem.replace(disk, Acceleration.disk, isSynced: false)
        }
        let outcome = try await tools.outcome(
            "timeout",
            ["--kill-after=1", "\(Acceleration.seconds)", LocalTool.qemu.rawValue] + Acceleration.arguments(disk))
        if outcome.status == Acceleration.success { return Finding(kind: .kvm, reason: "") }
        return Finding(kind: .tcg, reason: "/dev/kvm is there, but no machine runs on it, or far too slowly")
    }

    static func arguments(_ disk: String) -> [String] {
        [
            "-nodefaults", "-no-user-config", "-display", "none", "-machine", "pc", "-accel", "kvm", "-m", "64",
            "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
            "-drive", "if=ide,format=raw,snapshot=on,file=\(disk.replacing(",", with: ",,"))",
        ]
    }

    /// What QEMU ends with when 16 is written to its exit device: twice that and 1.
    private static let success: Int32 = 33

    /// A disk that counts down from 16,777,216 when it is booted, and writes 16 to port 0xF4.
    private static var disk: [UInt8] {
        let program: [UInt8] = [
            0x66, 0xB9, 0x00, 0x00, 0x00, 0x01,  // mov ecx, 1 << 24
            0x66, 0x49,  // dec ecx
            0x75, 0xFC,  // jnz back to dec
            0xB0, 0x10, 0xE6, 0xF4,  // mov al, 16; out 0xf4, al
            0xF4, 0xEB, 0xFD,  // hlt; jmp back to hlt
        ]
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        bytes.replaceSubrange(0..<program.count, with: program)
        bytes[510] = 0x55
        bytes[511] = 0xAA
        return bytes
    }
}
