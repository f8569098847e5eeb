import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import Testing

struct RealClusterTests {
    @Test func theReaderFollowsTheWriter() async throws {
        let cluster = try await RealCluster.shared
        try await cluster.exec("CREATE TABLE follows AS SELECT 42 AS n")
        try await cluster.waitForReplay()
        #expect(try await cluster.exec("SELECT n FROM follows", on: .reader).scalar == "42")
        try await cluster.exec("DROP TABLE follows")
        let error = await #expect(throws: PostgresError.self) {
            try await cluster.exec("CREATE TABLE refused (n int)", on: .reader)
        }
        #expect(error?.sqlState == "25006")
    }

    @Test func theReaderStopsStartsAndIsPromoted() async throws {
        let cluster = try await RealCluster.start()
        try await cluster.stop(.reader)
        await #expect(throws: PostgresError.self) { try await cluster.exec("SELECT 1", on: .reader) }
        try await cluster.createDatabase("app")
        try await cluster.start(.reader)
        try await cluster.waitForReplay()
        #expect(try await cluster.exec("SELECT current_database()", on: .reader, database: "app").scalar == "app")
        try await cluster.promote()
        try await cluster.exec("CREATE TABLE promoted (n int)", on: .reader)
        await cluster.shutDown()
        #expect(access(cluster.directory, F_OK) != 0)
        #expect(processes(in: cluster.directory).isEmpty)
    }

    @Test func serversSpeakTLSAndCanBeToldNotTo() async throws {
        let cluster = try await RealCluster.start(.init(tls: .init(isForced: true), hasReader: false))
        let port = try #require(cluster.ports[.writer])
        try await cluster.createUser(name: "app", password: "secret")
        let authority = try #require(await cluster.certificateAuthority)

        func connect(
            _ mode: ConnectionParameters.SSLMode, trusting path: String? = nil
        ) async throws -> String? {
            let connection = try await cluster.connect(
                host: "localhost", port: port, user: "app", password: "secret", sslmode: mode, sslrootcert: path)
            let text = String(repeating: "0123456789abcdef", count: 100_000)
            #expect(try await connection.query("SELECT $1", parameters: [text]).scalar == text)
            return await connection.tlsVersion
        }
        #expect(try await connect(.verifyFull, trusting: authority.certificatePath) == "TLSv1.3")
        #expect(try await connect(.require) == "TLSv1.3")
        let plain = await #expect(throws: PostgresError.self) { try await connect(.disable) }
        #expect(plain?.sqlState == "28000")

        let other = try await cluster.makeCertificateAuthority(name: "other")
        await #expect(throws: PostgresError.self) { try await connect(.verifyCA, trusting: other.certificatePath) }
        let misnamed = try await authority.issue(commonName: "wrong.test", alternativeNames: ["DNS:wrong.test"])
        try await cluster.setCertificate(misnamed, on: .writer)
        await #expect(throws: PostgresError.self) {
            try await connect(.verifyFull, trusting: authority.certificatePath)
        }
        #expect(try await connect(.verifyCA, trusting: authority.certificatePath) == "TLSv1.3")
        try await cluster.setCertificate(nil, on: .writer)
        await #expect(throws: PostgresError.self) { try await connect(.require) }
        await cluster.shutDown()
    }

    @Test func portsDiffer() throws {
        let ports = try RealCluster.freePorts(20)
        #expect(Set(ports).count == 20)
        #expect(ports.allSatisfy { $0 >= 1024 })
    }
}

/// The processes whose working directory lies in a directory.
func processes(in directory: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.filter { name in
        let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(name)/cwd")
        return link?.hasPrefix(directory) == true
    }
}
