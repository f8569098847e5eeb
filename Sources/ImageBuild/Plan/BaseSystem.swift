package import ClusterSpec

/// What is known of the base systems.
package enum BaseSystem {
    /// As the spec and the guest's scripts name it; `unknown` for what only the guest can tell.
    package static func name(_ base: Image.Base) -> String {
        switch base {
        case .amazonLinux2023: "al2023"
        case .debian12: "debian-12"
        case .debian13: "debian-13"
        case .ami, .ssm, .disk: "unknown"
        }
    }

    /// The public parameter of Systems Manager that holds the newest AMI.
    ///
    /// Sources: "Launching AL2023 using the SSM parameter" in its user guide, and Debian's wiki on its EC2 images.
    package static func parameter(
        _ base: Image.Base, _ architecture: Image.Architecture
    ) -> String {
        let debian = architecture == .arm64 ? "arm64" : "amd64"
        return switch base {
        case .debian12: "/aws/service/debian/release/12/latest/\(debian)"
        case .debian13: "/aws/service/debian/release/13/latest/\(debian)"
        case .amazonLinux2023, .ami, .ssm, .disk:
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-\(architecture.rawValue)"
        }
    }

    /// Where Pgpool-II comes from when the spec does not say: Amazon Linux has no package of it, so it is built from the
    /// source that Debian 13 has. The sum is that of Debian's signed index.
    package static func source(_ base: Image.Base) -> Image.Source {
        guard base == .amazonLinux2023 else { return .package }
        return .tarball(
            url: Setting("https://deb.debian.org/debian/pool/main/p/pgpool2/pgpool2_4.6.1.orig.tar.gz"),
            sha256: Setting("0f8805d93bc40002c8019dc40ae03a71a3d144bd39f3dffe6fa01f7fc19bb8e8"))
    }

    /// The version of glibc in it; for what is not known, the oldest that the tool supports.
    package static func glibc(_ base: Image.Base) -> ToolBinary.Version {
        switch base {
        case .debian12: ToolBinary.Version(2, 36)
        case .debian13: ToolBinary.Version(2, 41)
        case .amazonLinux2023, .ami, .ssm, .disk: ToolBinary.Version(2, 34)
        }
    }
}
