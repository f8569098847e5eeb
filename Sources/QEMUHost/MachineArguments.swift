package import ImageBuild

/// The command line of a virtual machine.
package struct MachineArguments: Hashable, Sendable {
    /// By which its process is known.
    package var name: String
    package var accelerator: LocalPlan.Accelerator
    /// MiB.
    package var memory: Int
    package var processors: Int
    /// Whether kernel and initrd lie beside the disk; else the disk has a loader of its own.
    package var hasKernel: Bool
    /// Ports of the guest that can be reached by some port of this machine's loopback interface.
    package var forwards: [Int]
    /// What the kernel is told.
    package var commandLine: String

    package init(
        name: String, accelerator: LocalPlan.Accelerator, memory: Int, processors: Int, hasKernel: Bool,
        forwards: [Int] = [], commandLine: String = DebianRecipe.commandLine
    ) {
        self.name = name
        self.accelerator = accelerator
        self.memory = memory
        self.processors = processors
        self.hasKernel = hasKernel
        self.forwards = forwards
        self.commandLine = commandLine
    }

    /// For QEMU with the instance's folder as its working directory: a socket's path may have 107 characters only.
    package var words: [String] {
        var words = [
            "-name", name, "-nodefaults", "-no-user-config", "-display", "none", "-daemonize",
            "-machine", "q35", "-accel", accelerator.rawValue, "-cpu", accelerator == .kvm ? "host" : "max",
            "-m", "\(memory)", "-smp", "\(processors)",
            "-pidfile", InstanceFolder.Name.processID,
            "-qmp", "unix:\(InstanceFolder.Name.monitor),server=on,wait=off",
            "-serial", "file:\(InstanceFolder.Name.console)",
            "-netdev", network, "-device", "virtio-net-pci,netdev=net",
            "-device", "virtio-rng-pci",
        ]
        for (file, format, isReadOnly) in [
            (InstanceFolder.Name.disk, "qcow2", false), (InstanceFolder.Name.seed, "raw", true),
            (InstanceFolder.Name.artifacts, "raw", true),
        ] {
            // A guest that finds this machine's disk full is to say so, and not to be halted, as QEMU does by itself.
            let access = isReadOnly ? ",readonly=on" : ",discard=unmap,werror=report,rerror=report"
            words += ["-drive", "if=virtio,file=\(file),format=\(format)\(access)"]
        }
        if hasKernel {
            words += [
                "-kernel", InstanceFolder.Name.kernel, "-initrd", InstanceFolder.Name.initrd, "-append", commandLine,
            ]
        }
        return words
    }

    /// The kernel chooses the ports of this machine.
    private var network: String {
        (["user", "id=net"] + forwards.map { "hostfwd=tcp:127.0.0.1:0-:\($0)" }).joined(separator: ",")
    }
}
