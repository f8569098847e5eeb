package import ClusterSpec
package import Diagnostics

/// Whether the tool's own program will run in the image.
package enum ToolCheck {
    /// What every base system has.
    private static let common = [
        "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6",
        "libpthread.so.0", "librt.so.1", "libstdc++.so.6", "libz.so.1",
    ]

    /// All that is wrong with it, errors and warnings.
    package static func findings(_ bytes: [UInt8], path: String, for image: Image) -> [Diagnostic] {
        guard let binary = ToolBinary(bytes) else {
            return [Diagnostic(.error, "\(path) is no program for 64-bit Linux")]
        }
        var findings: [Diagnostic] = []
        let architecture = image.architecture.value.rawValue
        if binary.architecture != architecture {
            findings.append(
                Diagnostic(
                    .error, at: image.architecture.location, key: "image.architecture",
                    "the image is for \(architecture), and \(path) is for \(binary.architecture)",
                    notes: ["give this tool's program for \(architecture) with --tool FILE"]))
        }
        let present = BaseSystem.glibc(image.base.value)
        if let needed = binary.glibc, needed > present {
            findings.append(
                Diagnostic(
                    .error, at: image.base.location, key: "image.base",
                    "\(path) needs glibc \(needed), and \(BaseSystem.name(image.base.value)) has \(present)",
                    notes: ["build it as the README says for a release, or give another one with --tool FILE"]))
        }
        let missing = binary.libraries.filter { !common.contains($0) }
        if !missing.isEmpty {
            let rest = missing.count > 2 ? " and \(missing.count - 2) more" : ""
            findings.append(
                Diagnostic(
                    .warning,
                    "\(path) loads \(missing.prefix(2).joined(separator: ", "))\(rest), which a base system does not have",
                    notes: ["the installation will fail unless it does: build it with --static-swift-stdlib"]))
        }
        return findings
    }
}
