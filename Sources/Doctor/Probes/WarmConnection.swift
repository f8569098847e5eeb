import Postgres

/// The one connection to pgpool that the probes share. It is renewed every few seconds, so that it shows what a new
/// client would meet.
///
/// There is never a second one. A login that hangs keeps a child of pgpool busy until the backend speaks again. So after a
/// time-out who asks first looks at the backends, and the next try waits, longer each time: a doctor that tried at its
/// usual pace would fill the pool by itself.
actor WarmConnection {
    private let parameters: ConnectionParameters
    private var connection: PostgresConnection?
    private var made = ContinuousClock.now
    private var isLent = false
    /// Increased when what is lent is not to be kept.
    private var generation = 0
    private var timeouts = 0
    private var isTroubled = false
    private var waitsUntil = ContinuousClock.now
    private var lastTimeout = PostgresError(code: .timeout, message: "timed out")
    /// The connections that are just being made or closed, and how many have been.
    private var underWay = 0
    private var changes = 0

    /// The age at which the connection is renewed.
    private static let lifetime = Duration.seconds(10)
    /// How long a probe waits for another to give the connection back.
    private static let patience = Duration.milliseconds(200)
    /// How long to leave pgpool alone after the first time-out, the second, and so on.
    private static let pauses: [Duration] = [.seconds(3), .seconds(5), .seconds(10), .seconds(30)]
    /// How long pgpool may take to notice that a connection was closed.
    private static let settling = Duration.milliseconds(500)
    /// How much longer than the server we wait, so that a server that lives ends a slow query itself.
    private static let grace = Duration.milliseconds(500)

    init(_ parameters: ConnectionParameters) {
        self.parameters = parameters
    }

    /// Runs a query, within the parameters' bounds; nil while another probe has the connection. `mayRenew` says whether
    /// there is a child free for a new connection: an old one is better than none.
    func query(_ sql: String, mayRenew: Bool) async throws(PostgresError) -> QueryResult? {
        let deadline = ContinuousClock.now.advanced(by: Self.patience)
        while isLent {
            guard ContinuousClock.now < deadline else { return nil }
            do { try await Task.sleep(for: .milliseconds(5)) } catch {
                throw PostgresError(code: .cancelled, message: "cancelled while waiting for the connection")
            }
        }
        guard ContinuousClock.now >= waitsUntil else { throw lastTimeout }
        isLent = true
        defer { isLent = false }
        do throws(PostgresError) {
            let answer = try await ask(sql, mayRenew: mayRenew)
            timeouts = 0
            return answer
        } catch {
            if error.code == .timeout {
                waitsUntil = .now.advanced(by: Self.pauses[min(timeouts, Self.pauses.count - 1)])
                timeouts += 1
                lastTimeout = error
            }
            throw error
        }
    }

    /// Which children of pgpool are this connection's.
    struct Holding: Equatable {
        /// 1, or 0 without a connection; nil while one is being made or closed.
        var children: Int?
        /// Another number says that it was another connection meanwhile.
        var changes: Int
    }

    /// What it holds now.
    var holding: Holding {
        Holding(children: underWay > 0 ? nil : connection == nil ? 0 : 1, changes: changes)
    }

    /// Whether the last query has timed out, and none has been answered since.
    var hasTimedOut: Bool { timeouts > 0 }

    /// Takes note of whether a backend hangs. When none does any more, there is nothing left to wait for.
    func note(isTroubled: Bool) {
        if self.isTroubled, !isTroubled {
            timeouts = 0
            waitsUntil = .now
        }
        self.isTroubled = isTroubled
    }

    /// Gives the connection up, so that the next query makes a new one.
    func renew() {
        generation += 1
        close()
    }

    private func ask(_ sql: String, mayRenew: Bool) async throws(PostgresError) -> QueryResult {
        if mayRenew, ContinuousClock.now - made > Self.lifetime { close() }
        if let kept = connection {
            let result = await outcome(kept, sql)
            guard case .failure(let error) = result, error.code != .queryFailed else { return try result.get() }
            close()
            // It may have ended between two probes, as when pgpool was restarted. That says nothing of pgpool now.
            guard error.code == .connectionFailed else { throw error }
        }
        let borrowed = generation
        let fresh = try await connect()
        connection = fresh
        made = .now
        let result = await outcome(fresh, sql)
        let isLost = if case .failure(let error) = result { error.code != .queryFailed } else { false }
        if isLost || generation != borrowed { close() }
        return try result.get()
    }

    private func connect() async throws(PostgresError) -> PostgresConnection {
        (underWay, changes) = (underWay + 1, changes + 1)
        defer { underWay -= 1 }
        let fresh = try await PostgresConnection.connect(parameters)
        let limit = Int((parameters.queryTimeout / .milliseconds(1)).rounded(.up))
        let setting = await outcome(fresh, "SET statement_timeout = \(limit)")
        if case .failure(let error) = setting {
            leave(fresh)
            throw error
        }
        return fresh
    }

    /// Closes without waiting for what is under way.
    private func close() {
        guard let old = connection else { return }
        connection = nil
        leave(old)
    }

    private func leave(_ old: PostgresConnection) {
        (underWay, changes) = (underWay + 1, changes + 1)
        Task {
            await old.close()
            try? await Task.sleep(for: Self.settling)
            underWay -= 1
        }
    }

    private func outcome(
        _ connection: PostgresConnection, _ sql: String
    ) async -> Result<QueryResult, PostgresError> {
        do throws(PostgresError) {
            return .success(try await connection.query(sql, timeout: parameters.queryTimeout + Self.grace))
        } catch {
            return .failure(error)
        }
    }
}
