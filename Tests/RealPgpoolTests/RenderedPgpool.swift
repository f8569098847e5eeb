import ClusterSpec
import FoundationEssentials
import Glibc
import PgpoolConfig
import Postgres
import RealCluster
import Templates
import YAMLDocument

/// A real pgpool that runs on files rendered from a spec, in a folder of its own below the cluster's.
struct RenderedPgpool {
    let cluster: RealCluster
    let folder: String
    let rendering: Rendering
    let pgpool: RunningPgpool

    /// What a test says of its spec; the rest, such as endpoints, ports and folders, is filled in.
    struct Spec {
        var users: [(name: String, password: String)] = [("app", "app-password")]
        var database = "app"
        var aurora = "tls: {mode: off}"
        var auth = "mode: scram"
        /// Lines of `pgpool:`.
        var pgpool = "allow: [127.0.0.0/8]"
        /// Lines of `pgpool.parameters:`.
        var parameters = ""
        var rest = ""
    }

    /// Renders for the installed series, and starts pgpool.
    static func start(_ cluster: RealCluster, _ spec: Spec = Spec()) async throws -> RenderedPgpool {
        let (folder, rendering) = try render(cluster, spec)
        let pgpool = try await cluster.startPgpool(configurationDirectory: folder)
        return RenderedPgpool(cluster: cluster, folder: folder, rendering: rendering, pgpool: pgpool)
    }

    /// Renders into a new folder.
    static func render(_ cluster: RealCluster, _ spec: Spec) throws -> (folder: String, rendering: Rendering) {
        let folder = "\(cluster.directory)/rendered\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let ports = try RealCluster.freePorts(3)
        let text = try yaml(cluster, spec, folder: folder, ports: ports)
        let parsed = try ClusterSpec(YAMLDocument(parsing: Array(text.utf8), file: "cluster.yaml"))
        let rendering = try Rendering(
            RenderInput(
                spec: parsed, version: PgpoolVersion(4, 3), layout: .folder,
                passwords: Dictionary(uniqueKeysWithValues: spec.users.map { ($0.name, Password($0.password)) }),
                pcpHash: String(repeating: "0", count: 32)),
            templates: TemplateSet(Templates.all))
        for file in rendering.files {
            let path = "\(folder)/\(file.name)"
            try Data(file.text.utf8).write(to: URL(filePath: path))
            chmod(path, 0o600)
        }
        return (folder, rendering)
    }

    private static func yaml(
        _ cluster: RealCluster, _ spec: Spec, folder: String, ports: [Int]
    ) throws -> String {
        func indented(_ text: String, by count: Int) -> String {
            text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
        }
        let users = spec.users.map { "    - {name: \(quoted($0.name)), password_env: NONE}" }.joined(separator: "\n")
        return """
            aurora:
              writer: 127.0.0.1:\(cluster.ports[.writer] ?? 0)
              reader: 127.0.0.1:\(cluster.ports[.reader] ?? 0)
              database: \(spec.database)
              max_connections: 400
            \(indented(spec.aurora, by: 2))
            auth:
            \(indented(spec.auth, by: 2))
              users:
            \(users)
            pgpool:
              port: \(ports[0])
              children: 8
            \(indented(spec.pgpool, by: 2))
              parameters:
                listen_addresses: 127.0.0.1
                pcp_port: \(ports[1])
                socket_dir: \(folder)
                pcp_socket_dir: \(folder)
                logdir: \(folder)
            \(indented(spec.parameters, by: 4))
            fleet: {instances: 1, surplus: 0}
            health: {port: \(ports[2])}
            \(spec.rest)
            """
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.map { "\\\"".contains($0) ? "\\\($0)" : String($0) }.joined() + "\""
    }

    /// Logs in through pgpool.
    func connect(
        user: String = "app", password: String? = "app-password", database: String = "app",
        sslmode: ConnectionParameters.SSLMode = .disable, host: String = "127.0.0.1"
    ) async throws -> PostgresConnection {
        try await PostgresConnection.connect(
            ConnectionParameters(
                host: host, port: pgpool.port, database: database, user: user, password: password, sslmode: sslmode))
    }

    /// Why a login is refused; nil when it is not.
    func refusal(
        user: String = "app", password: String? = "app-password", database: String = "app",
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

/// The shared cluster with the application's database and its usual user.
enum Prepared {
    private static let once = Task {
        let cluster = try await RealCluster.shared
        try await cluster.createUser(name: "app", password: "app-password")
        try await cluster.createDatabase("app", owner: "app")
        return cluster
    }

    static var cluster: RealCluster {
        get async throws { try await once.value }
    }

    private static let onceWithTLS = Task {
        let cluster = try await RealCluster.start(RealClusterOptions(tls: RealClusterOptions.TLS()))
        try await cluster.createUser(name: "app", password: "app-password")
        try await cluster.createUser(name: "other", password: "other-password")
        try await cluster.createDatabase("app", owner: "app")
        return cluster
    }

    /// One whose servers have certificates.
    static var clusterWithTLS: RealCluster {
        get async throws { try await onceWithTLS.value }
    }
}
