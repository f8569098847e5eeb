import FoundationEssentials
import Glibc
import Postgres

/// One server of the cluster: its data directory, port and process.
struct PostgresServer {
    let name: String
    let port: Int
    let launcher: Launcher
    var daemon: Daemon?

    static let binaries = "/usr/lib/postgresql/15/bin"
    static let superuser = "postgres"

    var dataDirectory: String { "\(launcher.directory)/\(name)" }

    /// Makes the writer's data directory, its configuration and its access rules.
    func initialise(password: String, options: RealClusterOptions) async throws {
        let passwordFile = "\(launcher.directory)/initdb.password"
        try Data(password.utf8).write(to: URL(filePath: passwordFile))
        defer { unlink(passwordFile) }
        chmod(passwordFile, 0o600)
        try await launcher.own(passwordFile)
        try await launcher.run([
            "\(Self.binaries)/initdb", "--pgdata=\(dataDirectory)", "--username=\(Self.superuser)",
            "--auth=scram-sha-256", "--pwfile=\(passwordFile)", "--encoding=UTF8", "--no-locale", "--no-sync",
            "--no-instructions", "--wal-segsize=1",
        ])
        try await configure(options)
    }

    private func configure(_ options: RealClusterOptions) async throws {
        var settings = [
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": launcher.directory,
            "fsync": "off",
            "full_page_writes": "off",
            "shared_buffers": "16MB",
            "dynamic_shared_memory_type": "mmap",
            "wal_level": "replica",
            "max_wal_senders": "5",
            "wal_keep_size": "64MB",
            "hot_standby": "on",
            "wal_receiver_status_interval": "1s",
            "wal_retrieve_retry_interval": "100ms",
        ]
        settings.merge(options.settings) { $1 }
        let lines = settings.sorted { $0.key < $1.key }.map { "\($0) = \(SQL.literal($1))\n" }
        let host = options.tls?.isForced == true ? "hostssl" : "host"
        let rules = """
            local all all scram-sha-256
            local replication all scram-sha-256
            \(host) all all 127.0.0.1/32 scram-sha-256

            """
        try Data(lines.joined().utf8).append(to: "\(dataDirectory)/postgresql.conf")
        try Data(rules.utf8).write(to: URL(filePath: "\(dataDirectory)/pg_hba.conf"))
    }

    /// Makes this server's data directory from a running server's, as its standby.
    func clone(_ writer: PostgresServer, passfile: String) async throws {
        try await launcher.run(
            [
                "\(Self.binaries)/pg_basebackup", "--pgdata=\(dataDirectory)", "--write-recovery-conf",
                "--checkpoint=fast", "--no-sync", "--host=\(launcher.directory)", "--port=\(writer.port)",
                "--username=\(Self.superuser)",
            ], environment: ["PGPASSFILE": passfile])
    }

    /// Starts the server and waits until it answers a query.
    mutating func start(_ superuser: ConnectionParameters) async throws {
        guard daemon?.hasEnded != false else { return }
        let daemon = try await launcher.launch(
            ["\(Self.binaries)/postgres", "-D", dataDirectory, "-c", "port=\(port)"],
            log: "\(launcher.directory)/\(name).log")
        self.daemon = daemon
        try await daemon.waitUntilReady("PostgreSQL \(name)", within: .seconds(20)) {
            guard let connection = try? await PostgresConnection.connect(superuser) else { return false }
            return (try? await connection.query("SELECT 1")) != nil
        }
    }

    /// A fast shutdown: sessions are ended, the data stays clean.
    mutating func stop() async {
        await daemon?.stop(with: SIGINT, within: .seconds(10))
        daemon = nil
    }
}

/// Quoting for SQL with `standard_conforming_strings` on.
enum SQL {
    static func literal(_ text: String) -> String { "'" + text.replacing("'", with: "''") + "'" }
    static func identifier(_ text: String) -> String { "\"" + text.replacing("\"", with: "\"\"") + "\"" }
}

extension Data {
    /// Adds to the end of a file that exists.
    fileprivate func append(to path: String) throws {
        let url = URL(filePath: path)
        try (Data(contentsOf: url) + self).write(to: url)
    }
}
