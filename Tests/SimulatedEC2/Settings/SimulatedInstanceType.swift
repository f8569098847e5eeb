/// An instance type that the simulation offers.
package struct SimulatedInstanceType: Hashable, Sendable {
    package var name: String
    package var architecture: String
    /// `nitro` or `xen`.
    package var hypervisor: String
    package var bootModes: [String]
    package var cpus: Int
    /// MiB.
    package var memory: Int
    /// The zones' last letters; nil for all.
    package var zones: Set<String>?

    package init(
        _ name: String, architecture: String = "x86_64", hypervisor: String = "nitro",
        bootModes: [String] = ["legacy-bios", "uefi"], cpus: Int = 2, memory: Int = 4096, zones: Set<String>? = nil
    ) {
        self.name = name
        self.architecture = architecture
        self.hypervisor = hypervisor
        self.bootModes = bootModes
        self.cpus = cpus
        self.memory = memory
        self.zones = zones
    }

    package static let standard = [
        SimulatedInstanceType("t3.medium"), SimulatedInstanceType("t3a.medium"),
        SimulatedInstanceType("t4g.medium", architecture: "arm64", bootModes: ["uefi"]),
        SimulatedInstanceType("t2.medium", hypervisor: "xen", bootModes: ["legacy-bios"]),
        SimulatedInstanceType("m5.large", memory: 8192),
    ]

    func isOffered(inZone zone: String) -> Bool { zones.map { $0.contains(String(zone.suffix(1))) } ?? true }
}

/// A public image of Amazon's.
package struct BaseImage: Hashable, Sendable {
    package var name: String
    /// The public parameter of Systems Manager that holds its id.
    package var parameter: String
    package var architecture: String
    package var bootMode: String
    package var rootDevice: String
    /// GiB.
    package var size: Int
    package var owner: String
    package var requiresIMDSv2: Bool
    /// Since when it is deprecated, as EC2 writes it: `2026-01-01T00:00:00.000Z`.
    package var deprecation: String?

    package init(
        name: String, parameter: String, architecture: String, bootMode: String? = nil,
        rootDevice: String = "/dev/xvda", size: Int = 8, owner: String = "137112412989", requiresIMDSv2: Bool = false
    ) {
        self.name = name
        self.parameter = parameter
        self.architecture = architecture
        self.bootMode = bootMode ?? (architecture == "arm64" ? "uefi" : "uefi-preferred")
        self.rootDevice = rootDevice
        self.size = size
        self.owner = owner
        self.requiresIMDSv2 = requiresIMDSv2
    }

    /// Amazon Linux 2023, Debian 12 and 13, for both architectures.
    package static let standard: [BaseImage] =
        ["x86_64", "arm64"].map { architecture in
            BaseImage(
                name: "al2023-ami-2023.9.20260901.0-kernel-6.1-\(architecture)",
                parameter: "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-\(architecture)",
                architecture: architecture, requiresIMDSv2: true)
        }
        + [12, 13].flatMap { version in
            [("amd64", "x86_64"), ("arm64", "arm64")].map { port, architecture in
                BaseImage(
                    name: "debian-\(version)-\(port)-20260901-2222",
                    parameter: "/aws/service/debian/release/\(version)/latest/\(port)", architecture: architecture,
                    owner: "136693071363")
            }
        }
}
