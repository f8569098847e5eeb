/// A certificate with its key, as PEM files that user postgres owns.
package struct TestCertificate: Hashable, Sendable {
    package var certificatePath: String
    package var keyPath: String
}

/// A certificate authority for one test run, made by `openssl`.
package struct TestCertificateAuthority: Sendable {
    /// The authority's own certificate, what clients are to trust.
    package let certificatePath: String
    private let keyPath: String
    private let directory: String
    private let launcher: Launcher

    init(name: String, launcher: Launcher) async throws {
        self.launcher = launcher
        directory = "\(launcher.directory)/\(name)"
        certificatePath = "\(directory)/ca.crt"
        keyPath = "\(directory)/ca.key"
        try await launcher.run(["mkdir", "-m", "0755", directory])
        try await launcher.run(
            Self.request(subject: name, key: keyPath, certificate: certificatePath) + [
                "-addext", "keyUsage=critical,keyCertSign,cRLSign",
            ])
    }

    /// Issues a certificate. The alternative names are as openssl writes them: `DNS:db.test`, `IP:127.0.0.1`.
    package func issue(
        commonName: String,
        alternativeNames: [String] = ["DNS:localhost", "IP:127.0.0.1"]
    ) async throws -> TestCertificate {
        let stem = "\(directory)/\(String(UInt32.random(in: .min ... .max), radix: 16))"
        let issued = TestCertificate(certificatePath: "\(stem).crt", keyPath: "\(stem).key")
        let names = alternativeNames.joined(separator: ",")
        try await launcher.run(
            Self.request(subject: commonName, key: issued.keyPath, certificate: issued.certificatePath)
                + ["-CA", certificatePath, "-CAkey", keyPath, "-addext", "basicConstraints=critical,CA:FALSE"]
                + (names.isEmpty ? [] : ["-addext", "subjectAltName=\(names)"]))
        return issued
    }

    private static func request(subject: String, key: String, certificate: String) -> [String] {
        [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc",
            "-days", "2", "-subj", "/CN=\(subject)", "-keyout", key, "-out", certificate,
        ]
    }
}
