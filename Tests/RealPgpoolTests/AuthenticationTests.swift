import FoundationEssentials
import PgpoolConfig
import Postgres
import RealCluster
import RenderedCluster
import Testing

/// Who gets in and who does not, on the real pgpool; each line of pool_hba.conf does what its comment says.
struct AuthenticationTests {
    /// A certificate for pgpool, as lines of the spec.
    private func certificate(_ cluster: RealCluster) async throws -> String {
        let authority = try #require(await cluster.certificateAuthority)
        let certificate = try await authority.issue(commonName: "localhost")
        return "tls: {certificate: \(certificate.certificatePath), key: \(certificate.keyPath)}"
    }

    @Test func scramWithoutACertificate() async throws {
        let running = try await RenderedPgpool.start(try await Prepared.clusterWithTLS)
        #expect(await running.refusal() == nil)
        #expect(await running.refusal(sslmode: .require)?.contains("SSL") == true)
        // On a fresh connection, and on one that is now in the pool.
        #expect(await running.refusal(password: "wrong") != nil)
        for _ in 0..<8 { #expect(await running.refusal() == nil) }
        for _ in 0..<16 { #expect(await running.refusal(password: "wrong") != nil) }
        // In the database, but not one of auth.users.
        #expect(await running.refusal(user: "other", password: "other-password") != nil)
        await running.pgpool.stop()
    }

    @Test func scramWithACertificate() async throws {
        let cluster = try await Prepared.clusterWithTLS
        let running = try await RenderedPgpool.start(
            cluster,
            .init(
                users: [("health", "health-password"), ("app", "app-password")],
                pgpool: "allow: [127.0.0.0/8]\n\(try await certificate(cluster))"))
        #expect(await running.refusal(sslmode: .require) == nil)
        #expect(await running.refusal(password: "wrong", sslmode: .require) != nil)
        for _ in 0..<8 { #expect(await running.refusal(sslmode: .require) == nil) }
        for _ in 0..<16 { #expect(await running.refusal(password: "wrong", sslmode: .require) != nil) }
        // Without TLS only the health user gets past pool_hba.conf.
        #expect(await running.refusal()?.contains("pool_hba.conf") == true)
        let connection = try await running.connect(sslmode: .require)
        #expect(await connection.isTLS)
        await connection.close()
        await running.pgpool.stop()
    }

    @Test func theHealthUserComesFromLoopbackWithoutTLS() async throws {
        let cluster = try await Prepared.clusterWithTLS
        let running = try await RenderedPgpool.start(
            cluster, .init(pgpool: "allow: []\n\(try await certificate(cluster))"))
        #expect(await running.refusal() == nil)
        #expect(await running.refusal(password: "wrong") != nil)
        // Its line is for one database and for nobody else.
        #expect(await running.refusal(database: "postgres")?.contains("pool_hba.conf") == true)
        #expect(await running.refusal(user: "other", password: "other-password")?.contains("pool_hba.conf") == true)
        await running.pgpool.stop()
    }

    @Test func othersNetworksAreRefused() async throws {
        let running = try await RenderedPgpool.start(
            try await Prepared.clusterWithTLS,
            .init(
                users: [("app", "app-password"), ("other", "other-password")],
                pgpool: "allow: [10.0.0.0/8, 'fd00::/8']"))
        #expect(await running.refusal() == nil)
        #expect(await running.refusal(user: "other", password: "other-password")?.contains("pool_hba.conf") == true)
        await running.pgpool.stop()
    }

    @Test func passthroughHandsThePasswordToTheServer() async throws {
        let cluster = try await Prepared.clusterWithTLS
        let running = try await RenderedPgpool.start(
            cluster,
            .init(
                aurora: "tls: {mode: require}", auth: "mode: passthrough",
                pgpool: "allow: [127.0.0.0/8]\n\(try await certificate(cluster))"))
        // Not in pool_passwd.
        #expect(await running.refusal(user: "other", password: "other-password", sslmode: .require) == nil)
        #expect(await running.refusal(user: "other", password: "wrong", sslmode: .require) != nil)
        for _ in 0..<8 {
            #expect(await running.refusal(user: "other", password: "other-password", sslmode: .require) == nil)
        }
        for _ in 0..<16 { #expect(await running.refusal(user: "other", password: "wrong", sslmode: .require) != nil) }
        #expect(await running.refusal(user: "other", password: "other-password")?.contains("pool_hba.conf") == true)
        // The health user is checked by pgpool, over both lines.
        #expect(await running.refusal() == nil)
        #expect(await running.refusal(sslmode: .require) == nil)
        #expect(await running.refusal(password: "wrong", sslmode: .require) != nil)
        await running.pgpool.stop()
    }

    @Test func withoutUsersAndNetworksNobodyGetsIn() async throws {
        let running = try await RenderedPgpool.start(
            try await Prepared.cluster, .init(users: [], pgpool: "allow: []"))
        #expect(await running.refusal()?.contains("pool_hba.conf") == true)
        await running.pgpool.stop()
    }
}

struct BackendTLSTests {
    /// Whether the session of node 0 is encrypted.
    private func isEncrypted(_ running: RenderedPgpool) async throws -> Bool {
        let connection = try await running.connect()
        let answer = try await connection.query(
            "/*NO LOAD BALANCE*/ SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        await connection.close()
        return answer.scalar == "t"
    }

    @Test(arguments: [("off", false), ("require", true)])
    func theModeDecidesWhetherAuroraIsReachedByTLS(_ mode: String, _ isOn: Bool) async throws {
        let running = try await RenderedPgpool.start(
            try await Prepared.clusterWithTLS, .init(aurora: "tls: {mode: \(mode)}"))
        #expect(try await isEncrypted(running) == isOn)
        await running.pgpool.stop()
    }

    @Test(arguments: [true, false])
    func verifyCATakesOnlyServersOfThatAuthority(_ isRightAuthority: Bool) async throws {
        let cluster = try await Prepared.clusterWithTLS
        let authority =
            isRightAuthority
            ? try #require(await cluster.certificateAuthority)
            : try await cluster.makeCertificateAuthority(name: "unrelated\(UInt32.random(in: .min ... .max))")
        let folder = "\(cluster.directory)/ca\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: authority.certificatePath, toPath: "\(folder)/ca.pem")
        try await cluster.rehash(folder)
        let running = try await RenderedPgpool.start(
            cluster, .init(aurora: "tls: {mode: verify-ca, ca_dir: \(folder)}"))
        if isRightAuthority {
            #expect(try await isEncrypted(running))
        } else {
            #expect(await running.refusal() != nil)
        }
        await running.pgpool.stop()
    }
}
