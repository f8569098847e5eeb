package import ClusterSpec
package import Diagnostics

/// The files that are there, ours or anybody's, as they are to be judged.
package struct LintInput: Sendable {
    package struct File: Sendable {
        /// The path as messages name it.
        package var path: String
        package var bytes: [UInt8]
        /// The permission bits, such as `0o600`.
        package var mode: UInt32

        package init(path: String, bytes: [UInt8], mode: UInt32) {
            self.path = path
            self.bytes = bytes
            self.mode = mode
        }
    }

    /// By their names, such as `pgpool.conf`; those that are not there are left out.
    package var files: [String: File]
    package var version: PgpoolVersion

    package init(files: [String: File], version: PgpoolVersion) {
        self.files = files
        self.version = version
    }
}

/// Says what is wrong with configuration files: what their programs would refuse, and what they would silently misread.
package enum ConfigLint {
    /// All findings, in the order of the files' lines.
    package static func run(_ input: LintInput) -> [Diagnostic] {
        let conf = input.files[PgpoolConfFile.name].map { PgpoolConfLint($0, version: input.version) }
        var findings = conf?.run() ?? []
        let passwd = input.files[PoolPasswdFile.name].map { PoolPasswdFile.read($0.bytes) } ?? []
        if let file = input.files[PoolHBAFile.name] {
            findings += PoolHBALint(file: file, settings: conf, users: passwd).run()
        }
        if let file = input.files[PoolPasswdFile.name] { findings += SecretFilesLint.poolPasswd(file) }
        if let file = input.files[PCPConfFile.name] { findings += SecretFilesLint.pcpConf(file) }
        if let file = input.files[PassFile.name] { findings += SecretFilesLint.passFile(file) }
        if let file = input.files[PgdoctorFile.name] {
            findings += PgdoctorLint(
                file: file, poolPort: conf?.value("port"), hasPassFile: input.files[PassFile.name] != nil
            )
            .run()
        }
        if let conf, let file = input.files[PgpoolConfFile.name] { findings += missing(input, conf, file) }
        return findings.sortedByLocation()
    }

    /// Files without which nobody gets in, and of which pgpool says no more than a line of its log.
    private static func missing(
        _ input: LintInput, _ conf: PgpoolConfLint, _ file: LintInput.File
    ) -> [Diagnostic] {
        guard conf.isOn("enable_pool_hba") else { return [] }
        guard let hba = input.files[PoolHBAFile.name] else {
            return [
                Diagnostic(
                    .error, at: file.at(1), key: PoolHBAFile.name,
                    "is not there, so every client is refused, while the port stays open")
            ]
        }
        let needsPasswords = PoolHBAFile.read(hba.bytes, file: hba.path).records
            .contains { ["scram-sha-256", "md5"].contains($0.method) }
        guard needsPasswords, input.files[PoolPasswdFile.name] == nil, conf.value("pool_passwd") == PoolPasswdFile.name
        else { return [] }
        return [
            Diagnostic(
                .error, at: file.at(1), key: PoolPasswdFile.name,
                "is not there, so nobody can log in by the methods of \(hba.path)")
        ]
    }
}

extension LintInput.File {
    /// A place in this file.
    func at(_ line: Int, _ column: Int = 1) -> SourceLocation { SourceLocation(file: path, line: line, column: column) }

    /// The finding that a file with secrets is open to everybody. A group of its own may read it: pgpool may run in it.
    func openFinding(_ what: String) -> [Diagnostic] {
        guard mode & 0o007 != 0 else { return [] }
        return [
            Diagnostic(
                .error, at: at(1), key: "mode",
                "\(what), and every user of this machine can read it (mode 0\(String(mode, radix: 8)))",
                notes: ["chmod 600 \(path)"])
        ]
    }
}
