import HealthDecision
import Postgres

extension Probes {
    /// The connections that a server has and those that it allows, as far as anybody may ask: no privilege and no table,
    /// since pgpool sends what reads the catalogue to the primary.
    ///
    /// A backend of a client has a database and a user; autovacuum has no user, and a physical replica no database. Those
    /// of parallel workers, of logical replication and of extensions' workers may have both and are counted, too, though
    /// they take nothing of `max_connections`: what kind a backend is (`backend_type`) is told only to who has privileges.
    ///
    /// RDS's parameter is not asked for by its name. Where only some may see it that would fail, while the list of all
    /// parameters leaves it out.
    private static let counts = """
        (SELECT count(*) FROM pg_stat_get_backend_idset() AS id \
        WHERE pg_stat_get_backend_dbid(id) <> 0 AND pg_stat_get_backend_userid(id) <> 0), \
        current_setting('max_connections')::int - \
        coalesce(nullif(current_setting('superuser_reserved_connections', true), '')::int, 0) - \
        coalesce(nullif(current_setting('reserved_connections', true), '')::int, 0) - \
        coalesce((SELECT nullif(setting, '')::int FROM pg_show_all_settings() \
        WHERE name = 'rds.rds_superuser_reserved_connections'), 0)
        """
    /// A volatile function goes to node 0, whatever the weights are.
    static let writerCounts = "SELECT NOT pg_is_in_recovery(), \(counts)"
    /// Stable ones go where reads go, and one of them says whether that is a reader.
    static let readerCounts = "SELECT current_setting('transaction_read_only') = 'on', \(counts)"

    /// How many connections the databases' servers have. Nil when it was cancelled, or when another probe is asking.
    func connections(mayRenew: Bool) async -> ConnectionsFinding? {
        guard let connection else { return .unknown("there is no pg_user in pgdoctor.cfg") }
        var servers: [ServerConnections] = []
        do throws(PostgresError) {
            guard let answer = try await connection.query(Probes.writerCounts, mayRenew: mayRenew) else { return nil }
            servers += Probes.server("writer", answer)
            if settings.pgpool.readerMissing.isEmpty {
                guard let answer = try await connection.query(Probes.readerCounts, mayRenew: mayRenew) else {
                    return nil
                }
                servers += Probes.server("reader", answer)
            }
        } catch {
            if error.code == .cancelled { return nil }
            if servers.isEmpty { return .unknown(Probes.line(error.description)) }
        }
        return servers.isEmpty ? .unknown("the writer's endpoint leads to no writer") : .counted(servers)
    }

    /// One server's counts; none when another one than wanted has answered, or nothing that is a count.
    private static func server(_ endpoint: String, _ answer: QueryResult) -> [ServerConnections] {
        guard let row = answer.rows.first, row.count == 3, row[0] == "t", let open = row[1].flatMap({ Int($0) }),
            let allowed = row[2].flatMap({ Int($0) })
        else { return [] }
        return [ServerConnections(endpoint: endpoint, open: open, allowed: allowed)]
    }
}
