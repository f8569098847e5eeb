extension RealCluster {
    /// The one cluster of the test process, for suites that leave it as they found it. It ends with the process.
    package static var shared: RealCluster {
        get async throws { try await SharedCluster.instance.cluster() }
    }
}

private actor SharedCluster {
    static let instance = SharedCluster()
    private var starting: Task<RealCluster, any Error>?

    /// A failure is kept: what cannot start for one test will not for the next, and each try takes long.
    func cluster() async throws -> RealCluster {
        let task = starting ?? Task { try await RealCluster.start() }
        starting = task
        return try await task.value
    }
}
