import FoundationEssentials
import Glibc
package import Postgres

/// A real PostgreSQL 15 writer with a streaming standby on loopback, for tests.
///
/// Everything lies in one temporary directory and goes with it: on `shutDown()`, when the cluster is released, when
/// the test process exits, and when it is killed.
package actor RealCluster {
    /// A server, by what it was started as; neither `promote()` nor `failOver()` renames it. See `primary`.
    package enum Server: String, Hashable, Sendable, CaseIterable {
        case writer
        case reader

        /// The cluster's other server.
        package var other: Server { self == .writer ? .reader : .writer }
    }

    /// The temporary directory; files put here go with the cluster.
    package nonisolated var directory: String { launcher.directory }
    /// The ports of the servers that the cluster has; the same one for both when they have names.
    package nonisolated let ports: [Server: Int]
    /// The addresses that the servers listen on: 127.0.0.1, or one each when they have names.
    package nonisolated let addresses: [Server: String]
    /// The servers' host names, which only programs started for the cluster see; nil without.
    package nonisolated let names: RealClusterOptions.Names?
    /// The authority that signed the servers' certificate; nil without TLS.
    package private(set) var certificateAuthority: TestCertificateAuthority?
    /// The server that takes writes now, by what it was started as.
    package internal(set) var primary = Server.writer
    /// The server that the writer's name points at; the reader's name points at the other one.
    package internal(set) var serverOfWriterName = Server.writer

    nonisolated let launcher: Launcher
    let hosts: HostsFile?
    let password: String
    var servers: [Server: PostgresServer]
    private let scratch: Scratch
    private var pgpools: [RunningPgpool] = []
    private var programs: [RunningProgram] = []
    private var started = 0

    private init(_ options: RealClusterOptions) async throws {
        scratch = try await Scratch()
        let kinds: [Server] = options.hasReader ? [.writer, .reader] : [.writer]
        names = options.names
        if options.names == nil {
            addresses = Dictionary(uniqueKeysWithValues: kinds.map { ($0, "127.0.0.1") })
            ports = Dictionary(uniqueKeysWithValues: zip(kinds, try Self.freePorts(kinds.count)))
            hosts = nil
        } else {
            let own = Self.loopbackAddresses().filter { kinds.contains($0.key) }
            let port = try Self.freePort(onAll: Array(own.values))
            addresses = own
            ports = own.mapValues { _ in port }
            hosts = HostsFile(path: "\(scratch.path)/hosts")
        }
        let launcher = try await Launcher(directory: scratch.path, hosts: hosts)
        self.launcher = launcher
        password = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
        servers = [:]
        for kind in kinds {
            servers[kind] = PostgresServer(
                name: kind.rawValue, address: addresses[kind] ?? "127.0.0.1", port: ports[kind] ?? 0,
                launcher: launcher)
        }
        try writeNames()
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
        let passfile = PostgresServer.passfile(in: directory)
        try Data("*:*:*:\(PostgresServer.superuser):\(password)\n".utf8).write(to: URL(filePath: passfile))
        chmod(passfile, 0o600)
        try await launcher.own(passfile)
        try await start(.writer)
        if let tls = options.tls {
            let authority = try await TestCertificateAuthority(name: "authority", launcher: launcher)
            certificateAuthority = authority
            let certificate = try await authority.issue(
                commonName: tls.commonName, alternativeNames: tls.alternativeNames)
            try await setCertificate(certificate, on: .writer)
        }
        if options.hasReader {
            try await server(.reader).clone(server(.writer))
            try await start(.reader)
        }
    }

    /// Stops everything in the reverse order of its start and deletes the directory. Doing it twice is no error.
    package func shutDown() async {
        while let program = programs.popLast() { await program.stop() }
        while let pgpool = pgpools.popLast() { await pgpool.stop() }
        for name in [primary.other, primary] { await servers[name]?.abandon() }
        await scratch.remove()
    }

    /// What to write in a spec for a server: its name, or its address without one, and its port.
    package nonisolated func endpoint(_ name: Server) -> String {
        let host = names.map { name == .writer ? $0.writer : $0.reader }
        return "\(host ?? addresses[name] ?? "127.0.0.1"):\(ports[name] ?? 0)"
    }

    // MARK: - Servers

    /// Starts a stopped server; a standby is then waited for until it streams.
    package func start(_ name: Server) async throws {
        var started = try server(name)
        defer { servers[name] = started }
        try await started.start(superuser(on: name), peer: servers[name.other])
        let isStandby = try await exec("SELECT pg_is_in_recovery()", on: name).scalar == "t"
        if name != primary, isStandby, servers[primary]?.daemon != nil { try await waitUntilStreaming() }
    }

    /// Stops a server by a fast shutdown.
    package func stop(_ name: Server) async throws {
        var stopped = try server(name)
        await stopped.stop()
        servers[name] = stopped
    }

    /// Makes the standby a server that takes writes, without a word to the other one; see `failOver()` for both.
    package func promote() async throws {
        let standby = primary.other
        guard try await exec("SELECT pg_promote(true, 10)", on: standby).scalar == "t" else {
            throw RealClusterError("the \(standby) was not promoted", output: log(standby))
        }
        primary = standby
    }

    /// Waits until the standby has replayed all that the primary has written.
    package func waitForReplay() async throws {
        let standby = primary.other
        let position = try await exec("SELECT pg_current_wal_flush_lsn()", on: primary).scalar
        try await waitFor("the \(standby) to replay") {
            try await self.exec(
                "SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn", parameters: [position], on: standby
            ).scalar == "t"
        }
    }

    /// Turns TLS on with this certificate, or off, while the server runs. For connections made after it.
    package func setCertificate(_ certificate: TestCertificate?, on name: Server) async throws {
        if let certificate {
            try await exec("ALTER SYSTEM SET ssl_cert_file = \(SQL.literal(certificate.certificatePath))", on: name)
            try await exec("ALTER SYSTEM SET ssl_key_file = \(SQL.literal(certificate.keyPath))", on: name)
        }
        try await exec("ALTER SYSTEM SET ssl = \(certificate == nil ? "off" : "on")", on: name)
        try await reload(name)
    }

    /// Makes a server read its settings again, and waits until it has for new sessions.
    func reload(_ name: Server) async throws {
        let loadedBefore = try await exec("SELECT pg_conf_load_time()", on: name).scalar
        try await exec("SELECT pg_reload_conf()", on: name)
        try await waitFor("the \(name) to reload") {
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
    ///
    /// Servers go by what they were started as: after `failOver()` the default is a standby, and `primary` takes writes.
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
        try await exec("CREATE ROLE \(SQL.identifier(name)) LOGIN PASSWORD \(SQL.literal(password))", on: primary)
        try await waitForReplayIfFollowed()
    }

    /// Creates a database, on the reader too when this returns.
    package func createDatabase(_ name: String, owner: String? = nil) async throws {
        let clause = owner.map { " OWNER \(SQL.identifier($0))" } ?? ""
        try await exec("CREATE DATABASE \(SQL.identifier(name))\(clause) STRATEGY file_copy", on: primary)
        try await waitForReplayIfFollowed()
    }

    /// The superuser's parameters over the Unix socket.
    package func superuser(on name: Server = .writer, database: String = "postgres") throws -> ConnectionParameters {
        let server = try server(name)
        return ConnectionParameters(
            host: server.socketDirectory, port: server.port, database: database, user: PostgresServer.superuser,
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

    /// Starts a program that sees the cluster's names, as user postgres or as root, in the cluster's directory.
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

    func server(_ name: Server) throws -> PostgresServer {
        guard let server = servers[name] else { throw RealClusterError("the cluster has no \(name)") }
        return server
    }

    func waitForReplayIfFollowed() async throws {
        guard servers[primary.other]?.daemon != nil else { return }
        try await waitForReplay()
    }

    func waitUntilStreaming() async throws {
        try await waitFor("the \(primary.other) to stream") {
            try await self.exec(
                "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'", on: primary
            ).scalar != "0"
        }
    }

    func waitFor(_ event: String, _ hasHappened: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(15))
        while try await !hasHappened() {
            guard ContinuousClock.now < deadline else {
                throw RealClusterError("waited in vain for \(event)", output: log(primary.other))
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
