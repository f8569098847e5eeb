import Postgres

/// The one connection to pgpool that the probes share. It is renewed every few seconds, so that it shows what a new
/// client would meet.
///
/// Who needs it while another probe waits for an answer on it gets one for this time only: no probe waits behind
/// another's time-out.
actor WarmConnection {
    private let parameters: ConnectionParameters
    private var connection: PostgresConnection?
    private var made = ContinuousClock.now
    private var isLent = false
    /// Increased when what is lent is not to come back.
    private var generation = 0

    /// The age at which the connection is renewed.
    private static let lifetime = Duration.seconds(10)
    /// How long a probe waits for another to give the connection back.
    private static let patience = Duration.milliseconds(100)

    init(_ parameters: ConnectionParameters) {
        self.parameters = parameters
    }

    /// Runs a query, within the parameters' bounds. `mayRenew` says whether there is a child free for a new connection:
    /// an old one is better than none.
    func query(_ sql: String, mayRenew: Bool) async throws(PostgresError) -> QueryResult {
        let deadline = ContinuousClock.now.advanced(by: Self.patience)
        while isLent, ContinuousClock.now < deadline {
            do { try await Task.sleep(for: .milliseconds(5)) } catch {
                throw PostgresError(code: .cancelled, message: "cancelled while waiting for the connection")
            }
        }
        guard !isLent else {
            let other = try await connect()
            let result = await Self.outcome(other, sql)
            await other.close()
            return try result.get()
        }
        isLent = true
        let borrowed = generation
        defer { if generation == borrowed { isLent = false } }
        if mayRenew, ContinuousClock.now - made > Self.lifetime { await drop(connection, borrowed) }
        if let kept = connection {
            let result = await Self.outcome(kept, sql)
            guard case .failure(let error) = result, error.code != .queryFailed else { return try result.get() }
            await drop(kept, borrowed)
            // It may have ended between two probes, as when pgpool was restarted. That says nothing of pgpool now.
            guard error.code == .connectionFailed else { throw error }
        }
        let fresh = try await connect()
        let result = await Self.outcome(fresh, sql)
        let isLost = if case .failure(let error) = result { error.code != .queryFailed } else { false }
        if isLost || generation != borrowed {
            await fresh.close()
        } else {
            connection = fresh
            made = .now
        }
        return try result.get()
    }

    /// Connects, and has the server end what nobody waits for any more.
    private func connect() async throws(PostgresError) -> PostgresConnection {
        let connection = try await PostgresConnection.connect(parameters)
        let limit = Int((parameters.queryTimeout / .milliseconds(1)).rounded(.up))
        _ = try await connection.query("SET statement_timeout = \(limit)")
        return connection
    }

    private func drop(_ old: PostgresConnection?, _ borrowed: Int) async {
        if generation == borrowed { connection = nil }
        await old?.close()
    }

    /// Closes the connection, so that the next query makes a new one.
    func renew() async {
        generation += 1
        isLent = false
        let old = connection
        connection = nil
        await old?.close()
    }

    private static func outcome(
        _ connection: PostgresConnection, _ sql: String
    ) async -> Result<QueryResult, PostgresError> {
        do throws(PostgresError) {
            return .success(try await connection.query(sql))
        } catch {
            return .failure(error)
        }
    }
}
