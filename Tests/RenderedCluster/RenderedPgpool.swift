import ClusterSpec
import FoundationEssentials
import Glibc
package import PgpoolConfig
package import Postgres
package import RealCluster
import Templates
import YAMLDocument

/// A real pgpool that runs on files rendered from a spec, in a folder of its own below the cluster's.
package struct RenderedPgpool: Sendable {
    package let cluster: RealCluster
    package let files: RenderedFiles
    package let pgpool: RunningPgpool

    /// Where the files are.
    package var folder: String { files.folder }
    package var rendering: Rendering { files.rendering }
    package var ports: RenderedFiles.Ports { files.ports }

    package init(cluster: RealCluster, files: RenderedFiles, pgpool: RunningPgpool) {
        self.cluster = cluster
        self.files = files
        self.pgpool = pgpool
    }

    /// What a test says of its spec; the rest, such as endpoints, ports and folders, is filled in.
    package struct Spec: Sendable {
        package var users: [(name: String, password: String)]
        package var database: String
        /// `aurora.max_connections`; nil leaves it to lines of `aurora`.
        package var maxConnections: Int?
        /// Lines of `aurora:`.
        package var aurora: String
        /// Lines of `auth:`.
        package var auth: String
        /// `pgpool.children`; nil leaves it to lines of `pgpool`.
        package var children: Int?
        /// Lines of `pgpool:`.
        package var pgpool: String
        /// Lines of `pgpool.parameters:`.
        package var parameters: String
        /// `health.user`, one of the users; nil leaves it to be the first one.
        package var healthUser: String?
        /// Lines of `health:`, whose port is filled in.
        package var health: String
        /// Whole sections.
        package var rest: String

        package init(
            users: [(name: String, password: String)] = [("app", "app-password")],
            database: String = "app",
            maxConnections: Int? = 400,
            aurora: String = "tls: {mode: off}",
            auth: String = "mode: scram",
            children: Int? = 8,
            pgpool: String = "allow: [127.0.0.0/8]",
            parameters: String = "",
            healthUser: String? = nil,
            health: String = "",
            rest: String = ""
        ) {
            self.users = users
            self.database = database
            self.maxConnections = maxConnections
            self.aurora = aurora
            self.auth = auth
            self.children = children
            self.pgpool = pgpool
            self.parameters = parameters
            self.healthUser = healthUser
            self.health = health
            self.rest = rest
        }
    }

    /// Renders for the installed series, and starts pgpool.
    package static func start(_ cluster: RealCluster, _ spec: Spec = Spec()) async throws -> RenderedPgpool {
        try await start(cluster, RenderedFiles(cluster, spec))
    }

    /// Starts pgpool on files that are rendered already.
    package static func start(_ cluster: RealCluster, _ files: RenderedFiles) async throws -> RenderedPgpool {
        let pgpool = try await cluster.startPgpool(configurationDirectory: files.folder)
        return RenderedPgpool(cluster: cluster, files: files, pgpool: pgpool)
    }

    /// Where a user's login through pgpool goes.
    package func parameters(
        user: String = "app",
        password: String? = "app-password",
        database: String = "app",
        sslmode: ConnectionParameters.SSLMode = .disable,
        host: String = "127.0.0.1",
        timeout: Duration? = nil
    ) -> ConnectionParameters {
        var parameters = ConnectionParameters(
            host: host, port: pgpool.port, database: database, user: user, password: password, sslmode: sslmode)
        if let timeout { (parameters.connectTimeout, parameters.queryTimeout) = (timeout, timeout) }
        return parameters
    }

    /// Logs in through pgpool.
    package func connect(
        user: String = "app",
        password: String? = "app-password",
        database: String = "app",
        sslmode: ConnectionParameters.SSLMode = .disable,
        host: String = "127.0.0.1"
    ) async throws -> PostgresConnection {
        try await PostgresConnection.connect(
            parameters(user: user, password: password, database: database, sslmode: sslmode, host: host))
    }

    /// Why a login is refused; nil when it is not.
    package func refusal(
        user: String = "app",
        password: String? = "app-password",
        database: String = "app",
        sslmode: ConnectionParameters.SSLMode = .disable
    ) async -> String? {
        do {
            let connection = try await connect(user: user, password: password, database: database, sslmode: sslmode)
            // A session that a backend refused may only say so at its first question.
            _ = try await connection.query("SELECT 1")
            await connection.close()
            return nil
        } catch let error as PostgresError {
            return error.message
        } catch {
            return "\(error)"
        }
    }
}
