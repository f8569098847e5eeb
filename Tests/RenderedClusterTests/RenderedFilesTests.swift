import FoundationEssentials
import RealCluster
import RenderedCluster
import Testing

struct RenderedFilesTests {
    private func text(_ files: RenderedFiles, _ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: "\(files.folder)/\(name)")), as: UTF8.self)
    }

    @Test func thePortsAndTheFieldsAreInTheFiles() async throws {
        let files = try RenderedFiles(
            try await RealCluster.shared,
            .init(
                users: [("app", "one"), ("probe", "two")], maxConnections: 900, children: 5, healthUser: "probe",
                health: "checks: [{query: SELECT 2}]"))
        let pgpool = try text(files, "pgpool.conf")
        #expect(pgpool.contains("port = \(files.ports.pgpool)"))
        #expect(pgpool.contains("pcp_port = \(files.ports.pcp)"))
        #expect(pgpool.contains("num_init_children = 5"))
        #expect(files.spec.contains("max_connections: 900"))
        let doctor = try text(files, "pgdoctor.cfg")
        #expect(doctor.contains("\(files.ports.health)"))
        #expect(doctor.contains("probe"))
        #expect(doctor.contains("SELECT 2"))
    }

    @Test func theHealthUserMayBeAnotherThanTheOneThatLogsIn() async throws {
        let cluster = try await Prepared.cluster
        try await cluster.createUser(name: "probe", password: "probe-password")
        let running = try await RenderedPgpool.start(
            cluster,
            .init(
                users: [("app", "app-password"), ("probe", "probe-password")], pgpool: "allow: []",
                healthUser: "probe"))
        #expect(await running.refusal(user: "probe", password: "probe-password") == nil)
        #expect(await running.refusal()?.contains("pool_hba.conf") == true)
        await running.pgpool.stop()
    }
}
