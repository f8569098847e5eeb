import FoundationEssentials
import Glibc
import Postgres

/// A running Pgpool-II of a test cluster.
package final class RunningPgpool: Sendable {
    /// The port for clients, as the configuration says.
    package let port: Int
    private let daemon: Daemon

    init(
        _ launcher: Launcher,
        configurationDirectory directory: String,
        log: String,
        environment: [String: String],
        extraArguments: [String]
    ) async throws {
        let text = try String(decoding: Data(contentsOf: URL(filePath: "\(directory)/pgpool.conf")), as: UTF8.self)
        port = Self.port(in: text)
        try await launcher.own(directory)
        daemon = try await launcher.launch(
            [
                "/usr/sbin/pgpool", "-n", "-D", "-f", "\(directory)/pgpool.conf", "-a", "\(directory)/pool_hba.conf",
                "-F", "\(directory)/pcp.conf",
            ] + extraArguments,
            log: log, environment: environment)
    }

    /// The process id of the main process, which is also its process group.
    package var pid: Int32 { daemon.pid }

    /// Whether the main process is gone.
    package var hasEnded: Bool { daemon.hasEnded }

    /// What it has written to standard output and standard error.
    package func log() -> String { daemon.logText() }

    /// Makes it read its configuration again.
    package func reload() { daemon.signal(SIGHUP) }

    /// Sends the main process a signal, and nothing to its children.
    package func signalMain(_ number: Int32) { daemon.signal(number) }

    /// Sends the main process and all its children a signal, also when the main process is gone.
    package func signalAll(_ number: Int32) { daemon.signalGroup(number) }

    /// The processes of its group other than the main process, which some may have outlived: those that serve clients,
    /// and pgpool's own for PCP, health checks and the like.
    package func childPIDs() -> [Int32] { ProcessTable.members(ofGroup: pid).filter { $0 != pid }.sorted() }

    /// What each child says that it does, such as `pgpool: wait for connection request` or `pgpool: worker process`.
    package func childTitles() -> [Int32: String] {
        let titles = childPIDs().map { ($0, ProcessTable.title(of: $0)) }
        return Dictionary(uniqueKeysWithValues: titles).compactMapValues { $0 }
    }

    /// A fast shutdown, or the end of the whole process group when that takes too long.
    package func stop() async { await daemon.stop(with: SIGINT, within: .seconds(5)) }

    /// Waits until a connection is answered: with a session or with the server's own refusal.
    func waitUntilReady() async throws {
        // No such user: whether it may log in says nothing about being up.
        let probe = ConnectionParameters(
            host: "127.0.0.1", port: port, database: "postgres", user: "real_cluster_probe", password: "none",
            sslmode: .prefer, connectTimeout: .seconds(3))
        try await daemon.waitUntilReady("pgpool", within: .seconds(20)) {
            do throws(PostgresError) {
                await (try PostgresConnection.connect(probe)).close()
                return true
            } catch {
                return error.sqlState != nil
            }
        }
    }

    /// The last `port` of a pgpool.conf, as pgpool itself takes it.
    private static func port(in configuration: String) -> Int {
        let values = configuration.split(whereSeparator: \.isNewline).compactMap { line in
            line.wholeMatch(of: /\s*port\s*=?\s*'?(\d+)'?\s*(#.*)?/).flatMap { Int($0.1) }
        }
        return values.last ?? 9999
    }
}
