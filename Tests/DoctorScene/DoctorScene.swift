import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import RenderedCluster

/// Starts a writer, a standby, pgpool and a doctor on loopback for scripts to look at:
///
///     DoctorScene TOOL [HELD]
///
/// HELD sessions are opened through pgpool's eight children; seven of them fill it. Prints the doctor's port and process
/// id, then pgpool's port and the writer's and the reader's endpoint, and runs until its standard input ends. Nothing is
/// left then.
@main
enum DoctorScene {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard (2...3).contains(arguments.count) else {
            print("usage: DoctorScene TOOL [HELD]")
            exit(64)
        }
        let cluster = try await Prepared.newCluster()
        do {
            try await show(cluster, tool: arguments[1], held: arguments.dropFirst(2).first.flatMap { Int($0) } ?? 0)
        } catch {
            await cluster.shutDown()
            throw error
        }
        await cluster.shutDown()
    }

    private static func show(_ cluster: RealCluster, tool: String, held: Int) async throws {
        let pgpool = try await RenderedPgpool.start(cluster)
        let spec = pgpool.folder + ".yaml"
        try Data(pgpool.files.spec.utf8).write(to: URL(filePath: spec))
        let doctor = try await cluster.launch(
            [tool, "doctor", "--config", "\(pgpool.folder)/pgdoctor.cfg", "--spec", spec], name: "doctor")
        let port = pgpool.ports.health
        try await doctor.waitUntilReady(within: .seconds(30)) {
            (try? await HTTPProbe.get(port: port, path: "/ready").status) == 200
        }
        var sessions: [PostgresConnection] = []
        while sessions.count < held, let session = try? await pgpool.connect() { sessions.append(session) }
        print(port, doctor.pid)
        print(pgpool.ports.pgpool, cluster.endpoint(.writer), cluster.endpoint(.reader))
        fflush(nil)
        while readLine() != nil {}
        for session in sessions { await session.close() }
    }
}
