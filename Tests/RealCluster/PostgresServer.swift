import FoundationEssentials
import Glibc
import Postgres

/// One server of the cluster: its data directory, address, port and process.
struct PostgresServer {
    let name: String
    let address: String
    let port: Int
    let launcher: Launcher
    var daemon: Daemon?

    static let binaries = "/usr/lib/postgresql/15/bin"
    static let superuser = "postgres"

    var dataDirectory: String { "\(launcher.directory)/\(name)" }
    /// One for each server: the socket is named by the port, which they may share.
    var socketDirectory: String { "\(launcher.directory)/\(name)-socket" }

    /// The file from which a standby takes the password.
    static func passfile(in directory: String) -> String { "\(directory)/replication.pgpass" }

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
            \(host) all all 127.0.0.0/8 scram-sha-256

            """
        try Data(lines.joined().utf8).append(to: "\(dataDirectory)/postgresql.conf")
        try Data(rules.utf8).write(to: URL(filePath: "\(dataDirectory)/pg_hba.conf"))
    }

    /// Makes this server's data directory from a running server's, as its standby.
    func clone(_ writer: PostgresServer) async throws {
        try await launcher.run(
            [
                "\(Self.binaries)/pg_basebackup", "--pgdata=\(dataDirectory)", "--write-recovery-conf",
                "--checkpoint=fast", "--no-sync", "--host=\(writer.socketDirectory)", "--port=\(writer.port)",
                "--username=\(Self.superuser)",
            ], environment: ["PGPASSFILE": Self.passfile(in: launcher.directory)])
    }

    /// Makes a server that was shut down cleanly a standby at its next start.
    func demote() async throws {
        try await launcher.run(["touch", "\(dataDirectory)/standby.signal"])
    }

    /// Starts the server and waits until it answers a query. As a standby it follows the peer, on whatever timeline.
    mutating func start(_ superuser: ConnectionParameters, peer: PostgresServer?) async throws {
        guard daemon?.hasEnded != false else { return }
        try await launcher.run(["mkdir", "-p", "-m", "0700", socketDirectory])
        // On the command line, since the reader's files are copies of the writer's.
        var settings = [
            "port=\(port)", "listen_addresses=\(address)", "unix_socket_directories=\(socketDirectory)",
            "recovery_target_timeline=latest",
        ]
        if let peer {
            settings.append(
                "primary_conninfo=host=\(peer.socketDirectory) port=\(peer.port) user=\(Self.superuser) "
                    + "passfile=\(Self.passfile(in: launcher.directory)) application_name=\(name)")
        }
        let daemon = try await launcher.launch(
            ["\(Self.binaries)/postgres", "-D", dataDirectory] + settings.flatMap { ["-c", $0] },
            log: "\(launcher.directory)/\(name).log")
        self.daemon = daemon
        try await daemon.waitUntilReady("PostgreSQL \(name)", within: .seconds(20)) {
            guard let connection = try? await PostgresConnection.connect(superuser) else { return false }
            return (try? await connection.query("SELECT 1")) != nil
        }
    }

    /// A fast shutdown: sessions are ended, the data stays clean. Tells how the server ended.
    @discardableResult
    mutating func stop() async -> ExitStatus? {
        signalAll(SIGCONT)
        await daemon?.stop(with: SIGINT, within: .seconds(10))
        defer { daemon = nil }
        return daemon?.exitStatus
    }

    /// Lets go at once, when nothing is to be kept.
    func abandon() async {
        signalAll(SIGCONT)
        await daemon?.stop(with: SIGQUIT)
    }

    /// Signals the postmaster and all its children, each of which has a process group of its own.
    func signalAll(_ number: Int32) {
        guard let daemon, !daemon.hasEnded else { return }
        let before = ProcessTable.descendants(of: daemon.pid)
        daemon.signal(number)
        // A stopped postmaster starts no more of them.
        let after = number == SIGSTOP ? ProcessTable.descendants(of: daemon.pid) : []
        for pid in Set(before + after) { kill(pid, number) }
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
