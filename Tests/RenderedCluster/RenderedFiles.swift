import ClusterSpec
import FoundationEssentials
import Glibc
package import PgpoolConfig
package import RealCluster
import Templates
import YAMLDocument

/// The files rendered from a test's spec, for the installed series of Pgpool-II.
package struct RenderedFiles: Sendable {
    /// The ports of 127.0.0.1 that the spec names.
    package struct Ports: Hashable, Sendable {
        package var pgpool: Int
        package var pcp: Int
        package var health: Int
    }

    /// Where the files are, a folder of their own below the cluster's.
    package let folder: String
    package let ports: Ports
    /// The spec's text, for programs that read it; it is not in the folder.
    package let spec: String
    package let rendering: Rendering

    /// Renders into a new folder.
    package init(_ cluster: RealCluster, _ spec: RenderedPgpool.Spec) throws {
        folder = "\(cluster.directory)/rendered\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let free = try RealCluster.freePorts(3)
        ports = Ports(pgpool: free[0], pcp: free[1], health: free[2])
        self.spec = Self.yaml(cluster, spec, folder: folder, ports: ports)
        let parsed = try ClusterSpec(YAMLDocument(parsing: Array(self.spec.utf8), file: "cluster.yaml"))
        rendering = try Rendering(
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
    }

    private static func yaml(
        _ cluster: RealCluster, _ spec: RenderedPgpool.Spec, folder: String, ports: Ports
    ) -> String {
        func indented(_ text: String, by count: Int) -> String {
            text.split(separator: "\n").map { String(repeating: " ", count: count) + $0 }.joined(separator: "\n")
        }
        let users = spec.users.map { "    - {name: \(quoted($0.name)), password_env: NONE}" }.joined(separator: "\n")
        return """
            aurora:
              writer: \(cluster.endpoint(.writer))
              reader: \(cluster.endpoint(.reader))
              database: \(spec.database)
            \(spec.maxConnections.map { "  max_connections: \($0)" } ?? "")
            \(indented(spec.aurora, by: 2))
            auth:
            \(indented(spec.auth, by: 2))
              users:
            \(users)
            pgpool:
              port: \(ports.pgpool)
            \(spec.children.map { "  children: \($0)" } ?? "")
            \(indented(spec.pgpool, by: 2))
              parameters:
                listen_addresses: 127.0.0.1
                pcp_port: \(ports.pcp)
                socket_dir: \(folder)
                pcp_socket_dir: \(folder)
                logdir: \(folder)
            \(indented(spec.parameters, by: 4))
            fleet: {instances: 1, surplus: 0}
            health:
              port: \(ports.health)
            \(spec.healthUser.map { "  user: \(quoted($0))" } ?? "")
            \(indented(spec.health, by: 2))
            \(spec.rest)
            """
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.map { "\\\"".contains($0) ? "\\\($0)" : String($0) }.joined() + "\""
    }
}
