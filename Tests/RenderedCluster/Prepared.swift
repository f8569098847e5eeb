package import RealCluster

/// The shared cluster with the application's database and its usual user.
package enum Prepared {
    private static let once = Task {
        let cluster = try await RealCluster.shared
        try await prepare(cluster)
        return cluster
    }

    package static var cluster: RealCluster {
        get async throws { try await once.value }
    }

    private static let onceWithTLS = Task {
        let cluster = try await RealCluster.start(RealClusterOptions(tls: RealClusterOptions.TLS()))
        try await prepare(cluster)
        try await cluster.createUser(name: "other", password: "other-password")
        return cluster
    }

    /// One whose servers have certificates.
    package static var clusterWithTLS: RealCluster {
        get async throws { try await onceWithTLS.value }
    }

    /// A new cluster, prepared alike, for a test that does not leave it as it found it. To be shut down by the test.
    package static func newCluster(
        _ options: RealClusterOptions = RealClusterOptions()
    ) async throws -> RealCluster {
        let cluster = try await RealCluster.start(options)
        do {
            try await prepare(cluster)
            return cluster
        } catch {
            await cluster.shutDown()
            throw error
        }
    }

    private static func prepare(_ cluster: RealCluster) async throws {
        try await cluster.createUser(name: "app", password: "app-password")
        try await cluster.createDatabase("app", owner: "app")
    }
}
