/// What a build on this machine needs beside the plan.
package struct LocalPlan: Codable, Hashable, Sendable {
    /// How the processor of a virtual machine is had.
    package enum Accelerator: String, Codable, Hashable, Sendable {
        case kvm
        /// By software alone.
        case tcg
    }

    /// What the first machine starts from.
    package enum Base: Codable, Hashable, Sendable {
        /// A file of this machine, in a format that QEMU names.
        case disk(path: String, format: String, sha256: String)
        /// A Debian that is made here and kept.
        case debian(DebianRecipe)
    }

    /// Where instances and images are: `$XDG_DATA_HOME/pgpool-aurora`.
    package var dataFolder: String
    /// Where bases are that were made: `$XDG_CACHE_HOME/pgpool-aurora`.
    package var cacheFolder: String
    package var base: Base
    package var accelerator: Accelerator
    /// Of the disk, in GiB.
    package var volumeSize: Int
    /// MiB.
    package var memory: Int
    package var processors: Int
    /// What the image is tried on beside its boot test; nil for nothing.
    package var trial: ClusterTrial?

    package init(
        dataFolder: String, cacheFolder: String, base: Base, accelerator: Accelerator, volumeSize: Int,
        memory: Int = 1024, processors: Int = 2, trial: ClusterTrial? = nil
    ) {
        self.dataFolder = dataFolder
        self.cacheFolder = cacheFolder
        self.base = base
        self.accelerator = accelerator
        self.volumeSize = volumeSize
        self.memory = memory
        self.processors = processors
        self.trial = trial
    }

    /// What decides the content of the base, however it is called here.
    package var baseImage: String {
        switch base {
        case .disk(_, _, let sha256): "sha256:\(sha256)"
        case .debian(let recipe): "\(recipe.suite):\(recipe.digest)"
        }
    }
}

/// How a Debian is made that boots in a virtual machine.
package struct DebianRecipe: Codable, Hashable, Sendable {
    /// `bookworm`
    package var suite: String
    /// As apt has them; where packages come from does not decide what they are.
    package var sources: [String]
    package var packages: [String]
    /// The week that it is made in, counted from 1970: a base is made anew each week, with what Debian has then.
    package var week: Int

    package init(suite: String, sources: [String], packages: [String] = DebianRecipe.packages, week: Int) {
        self.suite = suite
        self.sources = sources
        self.packages = packages
        self.week = week
    }

    /// A kernel for virtual machines, what cloud-init needs to set up the network and to run user-data, and a bus, without
    /// which nobody heeds the power button.
    package static let packages = [
        "ca-certificates", "cloud-init", "dbus", "e2fsprogs", "ifupdown", "initramfs-tools", "iproute2",
        "isc-dhcp-client", "linux-image-cloud-amd64", "python3", "systemd-sysv", "udev",
    ]

    /// The file system's label, by which the kernel finds it.
    package static let label = "pgaurora-root"

    /// What the kernel is told. `quiet`, since each line of a console costs an emulated machine time.
    package static let commandLine = "root=LABEL=\(label) rw console=ttyS0 quiet ds=nocloud"

    /// Of the way in which the tool makes it; another one makes another base.
    private static let version = 1

    /// The first 16 digits of a digest over all that decides its content.
    package var digest: String {
        let text = ([suite, "\(DebianRecipe.version)", "\(week)", DebianRecipe.commandLine] + packages.sorted())
            .joined(separator: "\n")
        return String(sha256Text(of: Array(text.utf8)).prefix(16))
    }
}
