import Postgres

extension RealCluster {
    /// When the steps of a failover were done.
    package struct FailOver: Hashable, Sendable {
        /// The old primary began to shut down; its sessions are cut.
        package var began: ContinuousClock.Instant
        /// The new primary takes writes.
        package var promoted: ContinuousClock.Instant
        /// The old primary is back as a standby and streams.
        package var rejoined: ContinuousClock.Instant
    }

    /// Fails over as Aurora does: the primary goes away with its sessions, the standby takes writes, and the old
    /// primary comes back as its read-only standby after a moment.
    ///
    /// The names stay where they are; see `moveNames()`. The next call fails back. The shutdown is a clean one, so that
    /// the standby has all there is and the old primary can follow it on the new timeline.
    @discardableResult
    package func failOver(away: Duration = .milliseconds(500)) async throws -> FailOver {
        let old = primary
        let new = old.other
        guard try await exec("SELECT pg_is_in_recovery()", on: new).scalar == "t" else {
            throw RealClusterError("the \(new) is no standby to fail over to")
        }
        try await waitUntilStreaming()
        let began = ContinuousClock.now
        var stopped = try server(old)
        let status = await stopped.stop()
        servers[old] = stopped
        guard status == .exited(0) else {
            throw RealClusterError("the \(old) did not shut down cleanly", output: log(old))
        }
        try await promote()
        let promoted = ContinuousClock.now
        try await stopped.demote()
        try await Task.sleep(for: away)
        try await start(old)
        return FailOver(began: began, promoted: promoted, rejoined: .now)
    }

    /// Points each server's name at the other server, for lookups made after it.
    package func moveNames() throws {
        guard hosts != nil, servers.count == 2 else {
            throw RealClusterError("the cluster has no two servers with names")
        }
        serverOfWriterName = serverOfWriterName.other
        try writeNames()
    }

    /// Points the names where they belong; a reader's name without a reader is the writer's, as with Aurora.
    func writeNames() throws {
        guard let hosts, let names, let writer = addresses[serverOfWriterName] else { return }
        let reader = addresses[serverOfWriterName.other] ?? writer
        try hosts.write([(names.writer, writer), (names.reader, reader)])
    }
}
