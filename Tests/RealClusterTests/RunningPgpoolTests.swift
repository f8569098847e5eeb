import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import Testing

struct RunningPgpoolTests {
    /// Writes a small configuration for the shared cluster into a folder of its own.
    private func configure(_ cluster: RealCluster, extra: String = "") async throws -> (directory: String, port: Int) {
        let directory = "\(cluster.directory)/conf\(UInt32.random(in: .min ... .max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
        let ports = try RealCluster.freePorts(2)
        let writer = try #require(cluster.ports[.writer])
        let reader = try #require(cluster.ports[.reader])
        let files = [
            "pgpool.conf": """
            backend_clustering_mode = 'streaming_replication'
            listen_addresses = '127.0.0.1'
            port = \(ports[0])
            pcp_port = \(ports[1])
            socket_dir = '\(directory)'
            pcp_socket_dir = '\(directory)'
            pid_file_name = '\(directory)/pgpool.pid'
            num_init_children = 4
            max_pool = 1
            backend_hostname0 = '127.0.0.1'
            backend_port0 = \(writer)
            backend_flag0 = 'ALWAYS_PRIMARY|DISALLOW_TO_FAILOVER'
            backend_hostname1 = '127.0.0.1'
            backend_port1 = \(reader)
            backend_flag1 = 'DISALLOW_TO_FAILOVER'
            enable_pool_hba = on
            pool_passwd = 'pool_passwd'
            sr_check_period = 0
            health_check_period = 0
            failover_on_backend_error = off
            \(extra)
            """,
            "pool_hba.conf": "host all all 127.0.0.1/32 scram-sha-256\n",
            "pool_passwd": "pooled:TEXTsecret\n",
            "pcp.conf": "",
        ]
        for (name, text) in files { try Data(text.utf8).write(to: URL(filePath: "\(directory)/\(name)")) }
        return (directory, ports[0])
    }

    @Test func answersStopsAndLeavesNothing() async throws {
        let cluster = try await RealCluster.shared
        try await cluster.createUser(name: "pooled", password: "secret")
        let configuration = try await configure(cluster)
        let pgpool = try await cluster.startPgpool(configurationDirectory: configuration.directory)
        #expect(pgpool.port == configuration.port)

        let connection = try await cluster.connect(port: pgpool.port, user: "pooled", password: "secret")
        #expect(try await connection.query("PGPOOL SHOW num_init_children").scalar == "4")
        let nodes = try await connection.query("SHOW pool_nodes")
        #expect(nodes[column: "role"] == ["primary", "standby"])
        #expect(try await connection.query("SELECT $1::int", parameters: ["7"]).scalar == "7")
        await connection.close()

        pgpool.reload()
        while !pgpool.log().contains("reload") { try await Task.sleep(for: .milliseconds(20)) }
        await pgpool.stop()
        #expect(pgpool.hasEnded)
        #expect(kill(-pgpool.pid, 0) != 0)
        await #expect(throws: PostgresError.self) {
            try await cluster.connect(port: pgpool.port, user: "pooled", password: "secret")
        }
    }

    @Test func stoppingEndsTheChildrenOfAKilledMainProcess() async throws {
        let cluster = try await RealCluster.shared
        let pgpool = try await cluster.startPgpool(configurationDirectory: try await configure(cluster).directory)
        kill(pgpool.pid, SIGKILL)
        while !pgpool.hasEnded { try await Task.sleep(for: .milliseconds(10)) }
        await pgpool.stop()
        // Killed is not yet gone, nor is gone reaped; without a working directory it is gone.
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        func group() -> [String] {
            processes(in: cluster.directory).filter { getpgid(pid_t($0) ?? 0) == pgpool.pid }
        }
        while !group().isEmpty, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(20)) }
        #expect(group().isEmpty)
    }

    @Test func aStoppedMainProcessLetsTheChildrenServe() async throws {
        let cluster = try await RealCluster.shared
        let pgpool = try await cluster.startPgpool(configurationDirectory: try await configure(cluster).directory)
        // Four that serve, and pgpool's own.
        #expect(pgpool.childPIDs().count > 4)
        let titles = ["pgpool: wait for connection request", "pgpool: PCP: wait for connection request"]
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while !Set(titles).isSubset(of: pgpool.childTitles().values) {
            try #require(ContinuousClock.now < deadline, "\(pgpool.childTitles())")
            try await Task.sleep(for: .milliseconds(20))
        }
        pgpool.signalMain(SIGSTOP)
        let refused = await #expect(throws: PostgresError.self) {
            try await cluster.connect(port: pgpool.port, user: "nobody", password: "none")
        }
        #expect(refused?.sqlState != nil)
        await pgpool.stop()
        #expect(pgpool.hasEnded)
    }

    @Test func aPgpoolStoppedAsAWholeAnswersNobodyAndIsCleanedUp() async throws {
        let cluster = try await RealCluster.shared
        let pgpool = try await cluster.startPgpool(configurationDirectory: try await configure(cluster).directory)
        pgpool.signalAll(SIGSTOP)
        let silent = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect(
                ConnectionParameters(
                    host: "127.0.0.1", port: pgpool.port, database: "postgres", user: "nobody", password: "none",
                    connectTimeout: .milliseconds(500)))
        }
        #expect(silent?.code == .timeout)
        await pgpool.stop()
        #expect(pgpool.hasEnded)
        let deadline = ContinuousClock.now.advanced(by: .seconds(10))
        while !pgpool.childPIDs().isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(pgpool.childPIDs().isEmpty)
    }

    @Test func aFailedStartShowsTheLog() async throws {
        let cluster = try await RealCluster.shared
        let configuration = try await configure(cluster, extra: "num_init_children = many")
        let error = await #expect(throws: RealClusterError.self) {
            try await cluster.startPgpool(configurationDirectory: configuration.directory)
        }
        #expect(error?.message == "pgpool ended while starting")
        #expect(error?.output.contains("num_init_children") == true)
    }
}
