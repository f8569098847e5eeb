import Postgres
import RealCluster
import Testing

struct PostgresConnectionTests {
    private static let password = #"p'a"s\s w=rd#ä:%"#

    /// Connects over TCP, as a user of this suite's own.
    private func connect(
        user: String, password: String, host: String = "127.0.0.1"
    ) async throws -> PostgresConnection {
        let cluster = try await RealCluster.shared
        let port = try #require(cluster.ports[.writer])
        return try await cluster.connect(host: host, port: port, user: user, password: password)
    }

    private func superuser() async throws -> PostgresConnection {
        try await PostgresConnection.connect(RealCluster.shared.superuser())
    }

    @Test func connectsWithSCRAM() async throws {
        try await RealCluster.shared.createUser(name: "scram \"user\"", password: Self.password)
        let connection = try await connect(user: "scram \"user\"", password: Self.password)
        #expect(try await connection.query("SELECT current_user").scalar == "scram \"user\"")
        #expect(await connection.serverVersion / 10_000 == 15)
        #expect(await connection.tlsVersion == nil)
        let backend = await connection.backendPID
        #expect(try await connection.query("SELECT pg_backend_pid()").scalar == String(backend))
        await connection.close()
        await connection.close()
        #expect(await !connection.isOpen)
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1") }
        #expect(error?.code == .connectionFailed)
    }

    @Test func triesEveryAddressOfAName() async throws {
        try await RealCluster.shared.createUser(name: "by_name", password: "x")
        let connection = try await connect(user: "by_name", password: "x", host: "localhost")
        #expect(try await connection.query("SELECT inet_server_addr()").scalar == "127.0.0.1")
    }

    @Test func givesTheServersCodeForAWrongPassword() async throws {
        try await RealCluster.shared.createUser(name: "wrong", password: "right")
        let error = await #expect(throws: PostgresError.self) {
            try await connect(user: "wrong", password: "s3cret-guess")
        }
        #expect(error?.code == .connectionFailed)
        #expect(error?.sqlState == "28P01")
        #expect(error?.message.contains("password authentication failed for user \"wrong\"") == true)
        #expect(!String(reflecting: error).contains("s3cret-guess"))
    }

    @Test(arguments: ["nowhere.invalid", "127.0.0.1", "/nowhere", "a,b"])
    func tellsNoPasswordWhenNobodyAnswers(host: String) async throws {
        let port = try RealCluster.freePorts(1)[0]
        let parameters = ConnectionParameters(
            host: host, port: port, database: "postgres", user: "app", password: "s3cret", connectTimeout: .seconds(3))
        let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
        #expect(error?.sqlState == nil)
        #expect(!String(reflecting: error).contains("s3cret"))
    }

    @Test func refusesNULInsteadOfCuttingTheText() async throws {
        await #expect(throws: PostgresError.self) { try await connect(user: "a\0b", password: "x") }
        let connection = try await superuser()
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1\0") }
        #expect(error?.code == .queryFailed)
        await #expect(throws: PostgresError.self) { try await connection.query("SELECT $1", parameters: ["\0"]) }
        #expect(try await connection.query("SELECT 1").scalar == "1")
    }

    @Test func readsRowsNullsAndCounts() async throws {
        let connection = try await superuser()
        let result = try await connection.query("SELECT n, NULL AS nothing, '' AS empty FROM generate_series(1, 2) n")
        #expect(result.columns == ["n", "nothing", "empty"])
        #expect(result.rows == [["1", nil, ""], ["2", nil, ""]])
        #expect(result.affected == 2)
        #expect(result[column: "n"] == ["1", "2"])
        #expect(result[column: "m"] == nil)
        #expect(result.scalar == "1")
    }

    @Test func sendsParametersAsText() async throws {
        let connection = try await superuser()
        let result = try await connection.query(
            "SELECT $1::text, $2::int + 1, $3::text IS NULL", parameters: ["it's ä\n", "41", nil])
        #expect(result.rows == [["it's ä\n", "42", "t"]])
    }

    @Test func takesSeveralStatementsWithoutParameters() async throws {
        let connection = try await superuser()
        let result = try await connection.query(
            "CREATE TEMP TABLE t (n int); INSERT INTO t VALUES (1), (2), (3); UPDATE t SET n = n + 1 WHERE n > 1")
        #expect(result.affected == 2)
        #expect(result.rows.isEmpty)
        #expect(try await connection.query("").rows.isEmpty)
    }

    @Test func goesOnAfterAServersError() async throws {
        let connection = try await superuser()
        let error = await #expect(throws: PostgresError.self) { try await connection.query("SELECT 1; SELEC 2") }
        #expect(error?.code == .queryFailed)
        #expect(error?.sqlState == "42601")
        #expect(error?.message == #"syntax error at or near "SELEC""#)
        #expect(try await connection.query("SELECT 1").scalar == "1")
    }

    @Test func movesMoreThanAnySocketBufferHolds() async throws {
        let connection = try await superuser()
        let text = String(repeating: "0123456789abcdef", count: 500_000)
        let result = try await connection.query("SELECT $1, md5($1)", parameters: [text])
        #expect(result.rows.first?.first == text)
    }

    @Test func givesUpOnCOPY() async throws {
        let connection = try await superuser()
        await #expect(throws: PostgresError.self) { try await connection.query("COPY pg_class TO STDOUT") }
        #expect(await !connection.isOpen)
    }

    @Test func noticesThatTheServerIsGone() async throws {
        let connection = try await superuser()
        let backend = await connection.backendPID
        let task = Task { try await connection.query("SELECT pg_sleep(30)") }
        try await RealCluster.shared.exec(
            "SELECT pg_sleep(0.2), pg_terminate_backend($1)", parameters: [String(backend)])
        let error = await #expect(throws: PostgresError.self) { try await task.value }
        #expect(error?.code == .connectionFailed)
        #expect(error?.sqlState == "57P01")
        #expect(await !connection.isOpen)
    }
}
