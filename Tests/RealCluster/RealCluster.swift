import FoundationEssentials
import Glibc
package import Postgres

/// A real PostgreSQL 15 writer with a streaming standby on 127.0.0.1, for tests.
///
/// Everything lies in one temporary directory and goes with it: on `shutDown()`, when the cluster is released, when
/// the test process exits, and when it is killed.
package actor RealCluster {
    /// A server, by what it was started as; `promote()` does not rename it.
    package enum Server: String, Hashable, Sendable, CaseIterable {
        case writer
        case reader
    }

    /// The temporary directory; files put here go with the cluster.
    package nonisolated var directory: String { launcher.directory }
    /// The ports of the servers that the cluster has.
    package nonisolated let ports: [Server: Int]
    /// The authority that signed the servers' certificate; nil without TLS.
    package private(set) var certificateAuthority: TestCertificateAuthority?

    nonisolated let launcher: Launcher
    private let scratch: Scratch
    private let password: String
    private var servers: [Server: PostgresServer]
    private var pgpools: [RunningPgpool] = []
    private var programs: [RunningProgram] = []
    private var started = 0

    private init(_ options: RealClusterOptions) async throws {
        scratch = try await Scratch()
        let launcher = try await Launcher(directory: scratch.path)
        self.launcher = launcher
        password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        let kinds: [Server] = options.hasReader ? [.writer, .reader] : [.writer]
        ports = Dictionary(uniqueKeysWithValues: zip(kinds, try Self.freePorts(kinds.count)))
        servers = ports.reduce(into: [:]) {
            $0[$1.key] = PostgresServer(name: $1.key.rawValue, port: $1.value, launcher: launcher)
        }
    }

    /// Starts the servers and waits until the reader streams.
    package static func start(_ options: RealClusterOptions = RealClusterOptions()) async throws -> RealCluster {
        let cluster = try await RealCluster(options)
        do {
            try await cluster.setUp(options)
            return cluster
        } catch {
            await cluster.shutDown()
            throw error
        }
    }

    private func setUp(_ options: RealClusterOptions) async throws {
        try await server(.writer).initialise(password: password, options: options)
        try await start(.writer)
        if let tls = options.tls {
            let authority = try await TestCertificateAuthority(name: "authority", launcher: launcher)
            certificateAuthority = authority
            let certificate = try await authority.issue(
                commonName: tls.commonName, alternativeNames: tls.alternativeNames)
            try await setCertificate(certificate, on: .writer)
        }
        if options.hasReader {
            let passfile = "\(directory)/replication.pgpass"
            try Data("*:*:*:\(PostgresServer.superuser):\(password)\n".utf8).write(to: URL(filePath: passfile))
            chmod(passfile, 0o600)
            try await launcher.own(passfile)
            try await server(.reader).clone(server(.writer), passfile: passfile)
            try await start(.reader)
        }
    }

    /// Stops everything in the reverse order of its start and deletes the directory. Doing it twice is no error.
    package func shutDown() async {
        while let program = programs.popLast() { await program.stop() }
        while let pgpool = pgpools.popLast() { await pgpool.stop() }
        for name in [Server.reader, .writer] {
            // Nothing is to be kept, so let go at once.
            await servers[name]?.daemon?.stop(with: SIGQUIT)
        }
        await scratch.remove()
    }

    // MARK: - Servers

    /// Starts a stopped server; a standby is then waited for until it streams.
    package func start(_ name: Server) async throws {
        var started = try server(name)
        defer { servers[name] = started }
        try await started.start(superuser(on: name))
        let isStandby = try await exec("SELECT pg_is_in_recovery()", on: name).scalar == "t"
        if name == .reader, isStandby, servers[.writer]?.daemon != nil { try await waitUntilStreaming() }
    }

    /// Stops a server by a fast shutdown.
    package func stop(_ name: Server) async throws {
        var stopped = try server(name)
        await stopped.stop()
        servers[name] = stopped
    }

    /// Makes the reader a server that takes writes.
    package func promote() async throws {
        guard try await exec("SELECT pg_promote(true, 10)", on: .reader).scalar == "t" else {
            throw RealClusterError("the reader was not promoted", output: log(.reader))
        }
    }

    /// Waits until the reader has replayed all that the writer has written.
    package func waitForReplay() async throws {
        let position = try await exec("SELECT pg_current_wal_flush_lsn()").scalar
        try await waitFor("the reader to replay") {
            try await self.exec(
                "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn", parameters: [position], on: .reader
            ).scalar == "t"
        }
    }

    /// Turns TLS on with this certificate, or off, while the server runs. For connections made after it.
    package func setCertificate(_ certificate: TestCertificate?, on name: Server) async throws {
        let loadedBefore = try await exec("SELECT pg_conf_load_time()", on: name).scalar
        if let certificate {
            try await exec("ALTER SYSTEM SET ssl_cert_file = \(SQL.literal(certificate.certificatePath))", on: name)
            try await exec("ALTER SYSTEM SET ssl_key_file = \(SQL.literal(certificate.keyPath))", on: name)
        }
        try await exec("ALTER SYSTEM SET ssl = \(certificate == nil ? "off" : "on")", on: name)
        try await exec("SELECT pg_reload_conf()", on: name)
        try await waitFor("the server to reload") {
            try await self.exec("SELECT pg_conf_load_time()", on: name).scalar != loadedBefore
        }
    }

    /// Another certificate authority, of which the cluster knows nothing.
    package func makeCertificateAuthority(name: String) async throws -> TestCertificateAuthority {
        try await TestCertificateAuthority(name: name, launcher: launcher)
    }

    /// Gives a file, or a folder and what is in it, to the user that the servers run as.
    package func own(_ path: String) async throws {
        try await launcher.own(path)
    }

    /// Gives the certificates of a folder the names by which OpenSSL finds them.
    package func rehash(_ folder: String) async throws {
        try await launcher.own(folder)
        _ = try await launcher.run(["openssl", "rehash", folder])
    }

    /// What a server has logged.
    package func log(_ name: Server) -> String {
        (try? Data(contentsOf: URL(filePath: "\(directory)/\(name.rawValue).log")))
            .map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    // MARK: - SQL

    /// Runs SQL as superuser, over the Unix socket, so whatever TLS is set to.
    @discardableResult
    package func exec(
        _ sql: String,
        parameters: [String?] = [],
        on name: Server = .writer,
        database: String = "postgres"
    ) async throws -> QueryResult {
        let connection = try await PostgresConnection.connect(superuser(on: name, database: database))
        let result = try await connection.query(sql, parameters: parameters)
        await connection.close()
        return result
    }

    /// Creates a user that may log in, and nothing more.
    package func createUser(name: String, password: String) async throws {
        try await exec("CREATE ROLE \(SQL.identifier(name)) LOGIN PASSWORD \(SQL.literal(password))")
        if servers[.reader]?.daemon != nil { try await waitForReplay() }
    }

    /// Creates a database, on the reader too when this returns.
    package func createDatabase(_ name: String, owner: String? = nil) async throws {
        let clause = owner.map { " OWNER \(SQL.identifier($0))" } ?? ""
        try await exec("CREATE DATABASE \(SQL.identifier(name))\(clause) STRATEGY file_copy")
        if servers[.reader]?.daemon != nil { try await waitForReplay() }
    }

    /// The superuser's parameters over the Unix socket.
    package func superuser(on name: Server = .writer, database: String = "postgres") throws -> ConnectionParameters {
        ConnectionParameters(
            host: directory, port: try server(name).port, database: database, user: PostgresServer.superuser,
            password: password, applicationName: "RealCluster")
    }

    // MARK: - Pgpool-II

    /// Starts Debian's pgpool on the pgpool.conf, pool_hba.conf and pcp.conf of a directory.
    ///
    /// The files become user postgres's. The directory itself must be reachable for that user.
    package func startPgpool(
        configurationDirectory: String,
        environment: [String: String] = [:],
        extraArguments: [String] = []
    ) async throws -> RunningPgpool {
        started += 1
        let pgpool = try await RunningPgpool(
            launcher, configurationDirectory: configurationDirectory, log: "\(directory)/pgpool\(started).log",
            environment: environment, extraArguments: extraArguments)
        // From here on it is ours to stop, even when it never gets ready.
        pgpools.append(pgpool)
        try await pgpool.waitUntilReady()
        return pgpool
    }

    // MARK: - Other programs

    /// Starts a program as user postgres or as root, in the cluster's directory.
    ///
    /// It ends with the cluster at the latest. Nothing is waited for; see `RunningProgram.waitUntilReady`.
    package func launch(
        _ command: [String],
        name: String,
        environment: [String: String] = [:],
        asRoot: Bool = false
    ) async throws -> RunningProgram {
        started += 1
        let daemon = try await launcher.launch(
            command, log: "\(directory)/program\(started)-\(name).log", environment: environment, asRoot: asRoot)
        let program = RunningProgram(name: name, daemon: daemon)
        programs.append(program)
        return program
    }

    // MARK: -

    private func server(_ name: Server) throws -> PostgresServer {
        guard let server = servers[name] else { throw RealClusterError("the cluster has no \(name)") }
        return server
    }

    private func waitUntilStreaming() async throws {
        try await waitFor("the reader to stream") {
            try await self.exec("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'").scalar != "0"
        }
    }

    private func waitFor(_ event: String, _ hasHappened: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(15))
        while try await !hasHappened() {
            guard ContinuousClock.now < deadline else {
                throw RealClusterError("waited in vain for \(event)", output: log(.reader))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
