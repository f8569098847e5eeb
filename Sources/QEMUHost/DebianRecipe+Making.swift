package import ImageBuild

extension DebianRecipe {
    /// mmdebstrap's arguments, for a root as an archive.
    package func arguments(output: String) -> [String] {
        var arguments = [
            "--variant=minbase", "--format=tar", "--include=\(packages.joined(separator: ","))",
        ]
        // What it takes over from this machine goes.
        arguments += [
            "--customize-hook=rm -f \"$1/etc/resolv.conf\"",
            "--customize-hook=echo pgpool-aurora >\"$1/etc/hostname\"",
            "--customize-hook=printf \"127.0.0.1 localhost\\n::1 localhost ip6-localhost\\n\" >\"$1/etc/hosts\"",
            "--customize-hook=echo \"LABEL=\(DebianRecipe.label) / ext4 defaults,discard 0 1\" >\"$1/etc/fstab\"",
        ]
        arguments.append(
            "--customize-hook=cat >\"$1/etc/cloud/cloud.cfg.d/90-pgpool-aurora.cfg\" <<'EOF'\n\(DebianRecipe.cloudSettings)\nEOF"
        )
        return arguments + [suite, output] + sources
    }

    /// What cloud-init does: the disk, the network, names, and what user-data asks for. Each further part costs an emulated
    /// machine a second at every boot.
    private static let cloudSettings = """
        datasource_list: [NoCloud, None]
        cloud_init_modules: [seed_random, bootcmd, write-files, growpart, resizefs, set_hostname, update_hostname]
        cloud_config_modules: [runcmd]
        cloud_final_modules: [scripts-per-once, scripts-per-boot, scripts-per-instance, scripts-user]
        """

    /// Makes kernel, initrd and `disk.raw` of `root.tar`, in the working directory. The root is made anew, since mmdebstrap
    /// has system folders mounted in its own.
    static let diskScript = """
        mkdir root
        tar -C root --exclude='./dev/*' --numeric-owner -xpf root.tar
        cp -L root/vmlinuz kernel
        cp -L root/initrd.img initrd
        mkfs.ext4 -q -F -L \(label) -d root disk.raw \(gibibytes)G
        rm -rf root
        """

    /// Of the disk, which takes no room until it is written to.
    static let gibibytes = 8
}
