import ClusterSpec
import Diagnostics
import Foundation
import Glibc
import PgpoolConfig
import Postgres
import RealCluster
import RenderedCluster
import Testing

struct PasswordTests {
    /// Every printable ASCII character first, in the middle and last, and what has broken pools before.
    private static let passwords: [String] = {
        let printable = (0x20...0x7E).map { String(UnicodeScalar(UInt8($0))) }
        return printable.map { "\($0)ab" } + printable.map { "a\($0)b" } + printable.map { "ab\($0)" } + [
            "a b  c", "TEXT", "TEXTsecret", "AESsecret", "AES", "md5secret",
            "SCRAM-SHA-256$x", "päßwörd-日本語-😀",
            "a#b=c\\d 'e:f", "\\", ":", "\\:", "::\\\\", "'", "\"", "*", "a\tb",
            String(repeating: "x", count: 123) + "\\", String(repeating: ":", count: 124),
        ]
    }()

    @Test func everyPasswordLogsInThroughSCRAMAndThroughThePassfile() async throws {
        let cluster = try await Prepared.cluster
        let users = Self.passwords.enumerated().map { (name: "password\($0.offset)", password: $0.element) }
        for user in users {
            try await cluster.exec("CREATE ROLE \(user.name) LOGIN PASSWORD \(literal(user.password))")
        }
        try await cluster.waitForReplay()
        let running = try await RenderedPgpool.start(cluster, .init(users: users))
        let passfile = "\(running.folder)/all.pgpass"
        let lines = try users.map {
            "127.0.0.1:\(running.pgpool.port):app:\(try PassFile.write(field: $0.name)):"
                + "\(try PassFile.write(Password($0.password)))\n"
        }
        try Data(lines.joined().utf8).write(to: URL(filePath: passfile))
        chmod(passfile, 0o600)
        for user in users {
            // One login proves both: libpq takes the password from the file, and SCRAM proves it to pgpool and Aurora.
            let connection = try await PostgresConnection.connect(
                ConnectionParameters(
                    host: "127.0.0.1", port: running.pgpool.port, database: "app", user: user.name, passfile: passfile,
                    sslmode: .disable))
            #expect(try await connection.query("SELECT current_user").scalar == user.name, "\(user.password)")
            await connection.close()
        }
        #expect(await running.refusal(user: "password0", password: "wrong") != nil)
        await running.pgpool.stop()
    }

    @Test func theRenderedPassfileServesTheHealthUser() async throws {
        let cluster = try await Prepared.cluster
        let password = "a#b=c\\d 'e:f"
        try await cluster.exec("CREATE ROLE \"health user\" LOGIN PASSWORD \(literal(password))")
        try await cluster.waitForReplay()
        let running = try await RenderedPgpool.start(
            cluster, .init(users: [("health user", password)], pgpool: "allow: []"))
        let cfg = PgdoctorFile.read(
            Array(try Data(contentsOf: URL(filePath: "\(running.folder)/\(PgdoctorFile.name)"))))
        #expect(cfg.values["pg_password"] == "''")
        let connection = try await PostgresConnection.connect(
            ConnectionParameters(
                host: #require(cfg.connectionValue("pg_host")), port: #require(Int(cfg.values["pg_port"] ?? "")),
                database: #require(cfg.connectionValue("pg_database")), user: #require(cfg.connectionValue("pg_user")),
                passfile: "\(running.folder)/\(PassFile.name)", sslmode: .disable))
        for check in cfg.checks { #expect(try await connection.query(check.query).scalar == "1") }
        await connection.close()
        await running.pgpool.stop()
    }

    @Test(arguments: [
        (String(repeating: "x", count: 125), "the password is 125 bytes long; pool_passwd carries 124"),
        (String(repeating: "é", count: 63), "the password is 126 bytes long; pool_passwd carries 124"),
        ("a\nb", "the password has a line break or a NUL"), ("", "the password is empty"),
    ])
    func whatCannotBeCarriedIsRefusedWithTheReason(_ password: String, _ reason: String) async throws {
        let cluster = try await Prepared.cluster
        let error = #expect(throws: DiagnosticsError.self) {
            try RenderedFiles(cluster, .init(users: [("app", password)]))
        }
        #expect(error?.diagnostics.contains { $0.message.hasPrefix(reason) } == true)
        #expect(password.isEmpty || error?.description.contains(password) == false)
    }

    @Test func pgpoolItselfCutsWhatWeRefuse() async throws {
        let cluster = try await Prepared.cluster
        let long = String(repeating: "y", count: 125)
        try await cluster.createUser(name: "too_long", password: long)
        let running = try await RenderedPgpool.start(cluster)
        let path = "\(running.folder)/pool_passwd"
        let handle = try FileHandle(forWritingTo: URL(filePath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("too_long:TEXT\(long)\n".utf8))
        try handle.close()
        running.pgpool.reload()
        try await Task.sleep(for: .milliseconds(500))
        #expect(await running.refusal(user: "too_long", password: long) != nil)
        await running.pgpool.stop()
    }

    private func literal(_ text: String) -> String {
        // E'' so that a backslash is itself whatever standard_conforming_strings says.
        "E'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
    }
}
