import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import RenderedCluster
import Subprocess
import Testing

/// A password rotated under load: `--apply` on a live pgpool loses no session.
struct RotationTests {
    private func shell(_ command: String) async throws -> (status: Bool, output: String) {
        let result = try await Subprocess.run(
            .name("sh"), arguments: ["-c", command], output: .string(limit: 1 << 20), error: .combinedWithOutput)
        return (result.terminationStatus.isSuccess, result.standardOutput)
    }

    @Test func underLoadNoSessionIsLost() async throws {
        let cluster = try await Prepared.cluster
        try await cluster.createUser(name: "rotated", password: "first-password")
        try await cluster.createDatabase("rotation", owner: "rotated")
        let folder = "\(cluster.directory)/rotation"
        try FileManager.default.createDirectory(atPath: "\(folder)/root", withIntermediateDirectories: true)
        let ports = try RealCluster.freePorts(2)
        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
            chmod("\(folder)/\(name)", 0o600)
        }
        try write("password", "first-password")
        try write(
            "cluster.yaml",
            """
            aurora:
              writer: 127.0.0.1:\(cluster.ports[.writer] ?? 0)
              reader: 127.0.0.1:\(cluster.ports[.reader] ?? 0)
              database: rotation
              tls: {mode: off}
            auth: {users: [{name: rotated, password_file: password}]}
            pgpool:
              version: "4.3"
              port: \(ports[0])
              children: 12
              owner: postgres
              allow: [127.0.0.0/8]
              parameters:
                listen_addresses: 127.0.0.1
                pcp_port: \(ports[1])
                socket_dir: \(folder)
                pcp_socket_dir: \(folder)
                wd_ipc_socket_dir: \(folder)
                logdir: \(folder)
                pid_file_name: \(folder)/pgpool.pid
            service:
              reload: [sh, -c, 'kill -HUP $(head -n 1 \(folder)/pgpool.pid)']
              restart: ["true"]
            """)
        let apply = "\(BuiltTool.path) render-config --config \(folder)/cluster.yaml --apply --root \(folder)/root"
        let first = try await shell(apply)
        try #require(first.status, "\(first.output)")
        chmod("\(folder)", 0o777)
        let pgpool = try await cluster.startPgpool(configurationDirectory: "\(folder)/root/etc/pgpool-aurora/current")

        // pgbench takes its password from a file; its sessions stay open over the rotation, and are busy all the time.
        try write("bench.pgpass", "*:*:*:rotated:first-password\n")
        try write("second.pgpass", "*:*:*:rotated:second-password\n")
        let bench = "PGPASSFILE=\(folder)/bench.pgpass pgbench -h 127.0.0.1 -p \(ports[0]) -U rotated"
        let initialised = try await shell("\(bench) -i -q rotation")
        try #require(initialised.status, "\(initialised.output)")
        try await cluster.waitForReplay()
        async let load = shell("\(bench) -n -c 4 -j 1 -T 8 rotation")
        // All of its sessions are open before the password changes, however busy the machine is.
        let connected = ContinuousClock.now.advanced(by: .seconds(10))
        while try await cluster.countConnections(of: "rotated", on: .writer) < 4 {
            try #require(ContinuousClock.now < connected)
            try await Task.sleep(for: .milliseconds(20))
        }
        try await Task.sleep(for: .seconds(1))
        try await cluster.exec("ALTER ROLE rotated PASSWORD 'second-password'")
        try await cluster.waitForReplay()
        try write("password", "second-password\n")
        let second = try await shell(apply)
        #expect(second.status && second.output.contains("pgpool: reloaded"), "\(second.output)")

        let deadline = ContinuousClock.now.advanced(by: .seconds(5))
        var hasNewPassword = false
        while !hasNewPassword, ContinuousClock.now < deadline {
            let login = try await shell(
                "PGPASSFILE=\(folder)/second.pgpass psql -h 127.0.0.1 -p \(ports[0]) -U rotated -Atc 'SELECT 1' rotation"
            )
            hasNewPassword = login.status && login.output == "1\n"
        }
        #expect(hasNewPassword)
        let result = try await load
        #expect(result.status, "\(result.output)")
        #expect(result.output.contains("number of failed transactions: 0 (0.000%)"), "\(result.output)")
        // The old one is of no use any more, on whatever connections are pooled.
        let old = try await shell(
            "PGPASSFILE=\(folder)/bench.pgpass psql -h 127.0.0.1 -p \(ports[0]) -U rotated -Atc 'SELECT 1' rotation")
        #expect(!old.status, "\(old.output)")
        await pgpool.stop()
    }
}
