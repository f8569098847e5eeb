import FoundationEssentials
import NIOSSL
import Subprocess

/// A certificate of a server with its key.
package struct ServerCertificate: Sendable {
    let certificatePath: String
    let keyPath: String

    func context() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(certificatePath)
        let key = try NIOSSLPrivateKey(file: keyPath, format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
    }
}

/// A certificate authority for a test, made by `openssl` in a temporary folder.
package struct TestCertificates: Sendable {
    private let directory: String

    /// The authority's own certificate, in PEM: what clients are to trust.
    package var authorityPath: String { "\(directory)/ca.crt" }

    fileprivate init(directory: String) async throws {
        self.directory = directory
        try await openssl(
            Self.request("CN=scripted", key: "\(directory)/ca.key", certificate: authorityPath)
                + ["-addext", "keyUsage=critical,keyCertSign,cRLSign"])
    }

    /// Issues a certificate. The names are as openssl writes them: `DNS:localhost`, `IP:127.0.0.1`.
    package func issue(
        _ names: [String] = ["DNS:localhost", "IP:127.0.0.1", "IP:::1"]
    ) async throws -> ServerCertificate {
        let stem = "\(directory)/\(String(UInt32.random(in: .min ... .max), radix: 16))"
        let issued = ServerCertificate(certificatePath: "\(stem).crt", keyPath: "\(stem).key")
        try await openssl(
            Self.request("CN=server", key: issued.keyPath, certificate: issued.certificatePath) + [
                "-CA", authorityPath, "-CAkey", "\(directory)/ca.key", "-addext",
                "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=\(names.joined(separator: ","))",
            ])
        return issued
    }

    private static func request(_ subject: String, key: String, certificate: String) -> [String] {
        [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-days", "2",
            "-subj", "/\(subject)", "-keyout", key, "-out", certificate,
        ]
    }

    private func openssl(_ arguments: [String]) async throws {
        let result = try await Subprocess.run(
            .name("openssl"), arguments: Arguments(arguments), output: .string(limit: 1 << 16),
            error: .combinedWithOutput)
        guard result.terminationStatus.isSuccess else {
            throw OpenSSLError(output: result.standardOutput)
        }
    }
}

/// `openssl` did not do what it was asked to.
struct OpenSSLError: Error {
    let output: String
}

/// Makes an authority for as long as the body runs.
package func withTestCertificates<Result>(_ body: (TestCertificates) async throws -> Result) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "scripted-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    return try await body(try await TestCertificates(directory: directory))
}
