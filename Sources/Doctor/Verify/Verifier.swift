package import ClusterSpec
package import Postgres

/// Looks at a pgpool from outside, as its clients see it, and at what is behind it.
package struct Verifier: Sendable {
    /// Of pgpool, and who logs in.
    package var connection: ConnectionParameters
    /// For the endpoints; nil when only pgpool is known.
    package var spec: ClusterSpec?
    /// How many sessions read, two statements each.
    package var sessions: Int
    /// Asks the doctor for a path.
    package var ask: @Sendable (String) async -> Result<VerifyFacts.HealthAnswer, VerifyFacts.NoAnswer>

    package init(
        _ connection: ConnectionParameters, spec: ClusterSpec?, sessions: Int = 50,
        ask: @escaping @Sendable (String) async -> Result<VerifyFacts.HealthAnswer, VerifyFacts.NoAnswer>
    ) {
        self.connection = connection
        self.spec = spec
        self.sessions = sessions
        self.ask = ask
    }

    /// All that can be found out. It opens one session after the other, and none for longer than it looks.
    package func facts() async -> VerifyFacts {
        async let health = answers()
        async let backends = backends()
        var facts = VerifyFacts(pool: await attempt { () throws(PostgresError) in try await pool() })
        if case .success(let pool) = facts.pool, pool.version != nil {
            let routing = await attempt { () throws(PostgresError) in
                try await RoutingProbe(connection, sessions: sessions).run()
            }
            facts.routing = routing
            if case .success = routing { facts.lags = await lags() }
        }
        facts.health = await health
        facts.backends = await backends
        return facts
    }

    private func attempt<Value>(
        _ body: () async throws(PostgresError) -> Value
    ) async -> Result<Value, PostgresError> {
        do throws(PostgresError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    // MARK: - pgpool

    private func pool() async throws(PostgresError) -> VerifyFacts.Pool {
        let session = try await PostgresConnection.connect(connection)
        var pool = VerifyFacts.Pool(tlsVersion: await session.tlsVersion)
        do throws(PostgresError) {
            // "4.5.12 (hotooriboshi)"
            pool.version = try await session.query("SHOW pool_version").scalar.map { text in
                String(text.prefix { $0 != " " })
            }
        } catch {
            // A parameter that PostgreSQL does not know.
            guard error.sqlState == "42704" else { throw error }
            await session.close()
            return pool
        }
        pool.nodes = Verifier.nodes(try await session.query("SHOW pool_nodes"))
        pool.children = try? await session.query("PGPOOL SHOW num_init_children").scalar.flatMap { Int($0) }
        pool.maxPool = try? await session.query("PGPOOL SHOW max_pool").scalar.flatMap { Int($0) }
        await session.close()
        return pool
    }

    private static func nodes(_ result: QueryResult) -> [VerifyFacts.Node] {
        func column(_ name: String, _ row: [String?]) -> String {
            guard let index = result.columns.firstIndex(of: name), row.indices.contains(index) else { return "" }
            return row[index] ?? ""
        }
        return result.rows.map { row in
            VerifyFacts.Node(
                id: Int(column("node_id", row)) ?? 0,
                endpoint: "\(column("hostname", row)):\(column("port", row))", status: column("status", row),
                weight: Double(column("lb_weight", row)) ?? 0, role: column("role", row))
        }
    }

    // MARK: - Databases

    private func backends() async -> [VerifyFacts.Role: Result<RoutingProbe.Server, PostgresError>] {
        guard let aurora = spec?.aurora else { return [:] }
        var found: [VerifyFacts.Role: Result<RoutingProbe.Server, PostgresError>] = [:]
        for role in VerifyFacts.Role.allCases {
            guard let endpoint = role == .writer ? aurora.writer : aurora.reader else { continue }
            var direct = connection
            direct.host = endpoint.value.host
            direct.port = endpoint.value.port ?? aurora.port.value
            found[role] = await attempt { () throws(PostgresError) in
                let session = try await PostgresConnection.connect(direct)
                let server = try await RoutingProbe.server(session)
                await session.close()
                return server
            }
        }
        return found
    }

    /// Aurora tells of all replicas; of another standby only it itself knows when it replayed last.
    private func lags() async -> [VerifyFacts.Lag] {
        guard let session = try? await PostgresConnection.connect(connection) else { return [] }
        defer { Task { await session.close() } }
        guard
            let has = try? await session.query("SELECT pg_catalog.to_regproc('aurora_replica_status') IS NOT NULL")
                .scalar, has == "t",
            let rows = try? await session.query(
                "SELECT server_id, replica_lag_in_msec FROM aurora_replica_status() WHERE replica_lag_in_msec IS NOT NULL"
            ).rows
        else { return await standbyLag() }
        return rows.compactMap { row in
            guard row.count == 2, let server = row[0], let lag = row[1].flatMap({ Double($0) }) else { return nil }
            return VerifyFacts.Lag(server: server, milliseconds: lag)
        }
    }

    /// Behind by nothing when all that has arrived is replayed.
    private func standbyLag() async -> [VerifyFacts.Lag] {
        guard let aurora = spec?.aurora, let endpoint = aurora.reader else { return [] }
        var direct = connection
        direct.host = endpoint.value.host
        direct.port = endpoint.value.port ?? aurora.port.value
        guard let session = try? await PostgresConnection.connect(direct) else { return [] }
        defer { Task { await session.close() } }
        let lag = try? await session.query(
            "SELECT CASE WHEN pg_catalog.pg_last_wal_receive_lsn() = pg_catalog.pg_last_wal_replay_lsn() THEN 0 ELSE "
                + "1000 * extract(epoch FROM now() - pg_catalog.pg_last_xact_replay_timestamp()) END"
        ).scalar
        guard let milliseconds = lag.flatMap({ Double($0) }) else { return [] }
        return [VerifyFacts.Lag(server: "\(direct.host):\(direct.port)", milliseconds: milliseconds)]
    }

    // MARK: - The doctor

    private func answers() async -> [String: Result<VerifyFacts.HealthAnswer, VerifyFacts.NoAnswer>] {
        var answers: [String: Result<VerifyFacts.HealthAnswer, VerifyFacts.NoAnswer>] = [:]
        for path in VerifyDecision.paths {
            answers[path] = await ask(path)
            // Who does not answer at all does not for another path.
            if case .failure = answers[path] { break }
        }
        return answers
    }
}
