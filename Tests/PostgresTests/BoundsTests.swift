import Postgres
import RealCluster
import Testing

/// Every step ends at its deadline or with its task.
struct BoundsTests {
    private let clock = ContinuousClock()
    /// Far more than needed, for a busy machine, and far less than what is waited for.
    private let soon = Duration.seconds(60)

    private func silent(_ server: SilentServer, timeout: Duration) -> ConnectionParameters {
        ConnectionParameters(
            host: "127.0.0.1", port: server.port, database: "postgres", user: "app", password: "s3cret",
            connectTimeout: timeout)
    }

    @Test func connectingTimesOut() async throws {
        let server = try SilentServer()
        let started = clock.now
        let error = await #expect(throws: PostgresError.self) {
            try await PostgresConnection.connect(silent(server, timeout: .milliseconds(300)))
        }
        #expect(error?.code == .timeout)
        #expect(error?.message == "timed out while connecting to app@127.0.0.1:\(server.port)/postgres")
        #expect((.milliseconds(300)..<soon).contains(clock.now - started))
    }

    @Test func connectingIsCancelled() async throws {
        let server = try SilentServer()
        let parameters = silent(server, timeout: .seconds(30))
        let task = Task { try await PostgresConnection.connect(parameters) }
        try await Task.sleep(for: .milliseconds(100))
        let started = clock.now
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(clock.now - started < soon)
    }

    @Test func aQueryTimesOut() async throws {
        let connection = try await PostgresConnection.connect(RealCluster.shared.superuser())
        let started = clock.now
        let error = await #expect(throws: PostgresError.self) {
            try await connection.query("SELECT pg_sleep(60)", timeout: .milliseconds(200))
        }
        #expect(error?.code == .timeout)
        #expect(clock.now - started < soon)
        #expect(await !connection.isOpen)
    }

    @Test func aQueryIsCancelled() async throws {
        let cluster = try await RealCluster.shared
        let connection = try await PostgresConnection.connect(cluster.superuser())
        let backend = await String(connection.backendPID)
        let task = Task { try await connection.query("SELECT pg_sleep(60)", timeout: .seconds(60)) }
        let waiting = "SELECT wait_event FROM pg_stat_activity WHERE pid = $1"
        while try await cluster.exec(waiting, parameters: [backend]).scalar != "PgSleep" {
            try await Task.sleep(for: .milliseconds(20))
        }
        let started = clock.now
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(clock.now - started < soon)
        #expect(await !connection.isOpen)
    }

    @Test func aTaskCancelledBeforehandSendsNothing() async throws {
        let connection = try await PostgresConnection.connect(RealCluster.shared.superuser())
        let task = Task {
            try? await Task.sleep(for: .seconds(30))
            return try await connection.query("SELECT 1")
        }
        task.cancel()
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(await connection.isOpen)
        #expect(try await connection.query("SELECT 1").scalar == "1")
    }

    @Test func waitingQueriesLeaveTheCooperativePoolFree() async throws {
        let parameters = try await RealCluster.shared.superuser()
        let started = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    let connection = try await PostgresConnection.connect(parameters)
                    _ = try await connection.query("SELECT pg_sleep(1)")
                }
            }
            try await group.waitForAll()
        }
        #expect(clock.now - started < soon)
    }
}
