import FoundationEssentials
import Glibc
import Postgres
import RealCluster
import RenderedCluster
import Testing

/// How the doctor behaves as a service.
@Suite struct ServiceTests {
    private func edit(_ path: String, _ change: (String) -> String) throws {
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        try Data(change(text).utf8).write(to: URL(filePath: path))
    }

    @Test func itStopsGracefullyOnSIGTERM() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        #expect(await doctor.program.stop(with: SIGTERM, within: .seconds(8)) == .exited(0))
        await #expect(throws: HTTPProbe.Failure.self) { try await doctor.ask("/") }
        await pgpool.pgpool.stop()
    }

    @Test func aPortThatIsTakenIsSaidAtOnce() async throws {
        let cluster = try await Prepared.cluster
        let files = try RenderedFiles(cluster, .init(health: "listen_addresses: [127.0.0.1]"))
        let taken = try await cluster.launch(
            ["python3", "-m", "http.server", "--bind", "127.0.0.1", String(files.ports.health)], name: "taken")
        try await taken.waitUntilReady(within: .seconds(10)) {
            (try? await HTTPProbe.get(port: files.ports.health)) != nil
        }
        let spec = files.folder + ".yaml"
        try Data(files.spec.utf8).write(to: URL(filePath: spec))
        try await cluster.own(files.folder)
        let program = try await cluster.launch(
            [BuiltTool.path, "doctor", "--config", "\(files.folder)/pgdoctor.cfg", "--spec", spec], name: "second")
        #expect(await program.waitForEnd(within: .seconds(10)) == .exited(69))
        #expect(program.log().contains("cannot listen on 127.0.0.1:\(files.ports.health): address already in use"))
        #expect(program.log().contains("ss -ltnp"))
        await taken.stop()
    }

    @Test func anUnknownOperatorIsRefusedAtStart() async throws {
        let cluster = try await Prepared.cluster
        let files = try RenderedFiles(cluster, .init())
        try edit("\(files.folder)/pgdoctor.cfg") { $0 + "\"SELECT 1\" >= \"1\"\n" }
        try await cluster.own(files.folder)
        let program = try await cluster.launch(
            [BuiltTool.path, "doctor", "--config", "\(files.folder)/pgdoctor.cfg"], name: "operator")
        #expect(await program.waitForEnd(within: .seconds(10)) == .exited(65))
        #expect(program.log().contains("'>=' is no operator: there are =, < and >"))
    }

    @Test func aChangedFileIsTakenOverAndABrokenOneIsNot() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        let config = "\(pgpool.folder)/pgdoctor.cfg"
        try edit(config) { $0 + "\"SELECT 2\" = \"1\"\n" }
        try await doctor.wait("the new check") { try await $0.ask("/").status == 500 }
        #expect(try await doctor.ask("/").body.contains("check 'SELECT 2' gives '2', wanted = '1'"))
        try edit(config) { $0 + "\"SELECT 3\" >= \"1\"\n" }
        try await doctor.wait("the complaint") { $0.program.log().contains("'>=' is no operator") }
        #expect(try await doctor.ask("/").status == 500)
        try edit(config) { $0.replacing("\"SELECT 2\" = \"1\"\n\"SELECT 3\" >= \"1\"\n", with: "") }
        try await doctor.wait("the old checks") { try await $0.ask("/").status == 200 }
        await doctor.program.stop()
        await pgpool.pgpool.stop()
    }

    @Test func SIGHUPMovesItToAnotherPort() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        let other = try RealCluster.freePorts(1)[0]
        try edit("\(pgpool.folder)/pgdoctor.cfg") {
            $0.replacing("http_port = \(doctor.port)", with: "http_port = \(other)")
        }
        doctor.program.signal(SIGHUP)
        let moved = RunningDoctor(program: doctor.program, port: other)
        try await moved.program.waitUntilReady(within: .seconds(10)) {
            (try? await moved.ask("/ready").status) == 200
        }
        await #expect(throws: HTTPProbe.Failure.self) { try await doctor.ask("/") }
        // The verdict outlived the reload.
        #expect(try await moved.status().state == "ready")
        await doctor.program.stop()
        await pgpool.pgpool.stop()
    }

    @Test func itSurvivesRestartsOfPgpoolAndOfTheDatabase() async throws {
        let cluster = try await Prepared.newCluster()
        let pgpool = try await RenderedPgpool.start(cluster)
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        let healthy = ["200", "200", "200", "200", "ready"]
        try await doctor.wait("health") { try await $0.verdict() == healthy }
        await pgpool.pgpool.stop()
        try await doctor.wait("death") { try await $0.status().state == "dead" }
        let again = try await RenderedPgpool.start(cluster, pgpool.files)
        try await doctor.wait("life") { try await $0.verdict() == healthy }
        for server in [RealCluster.Server.writer, .reader] { try await cluster.stop(server) }
        try await doctor.wait("a writer away") { try await $0.status().state == "writer_away" }
        for server in [RealCluster.Server.writer, .reader] { try await cluster.start(server) }
        try await doctor.wait("health") { try await $0.verdict() == healthy }
        await doctor.program.stop()
        await again.pgpool.stop()
        await cluster.shutDown()
    }

    @Test func aDrainingFileIsSaidAndFailsNothing() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let file = pgpool.folder + ".draining"
        let doctor = try await RunningDoctor.start(cluster, pgpool.files, arguments: ["--draining-file", file])
        try Data().write(to: URL(filePath: file))
        try await doctor.wait("draining") { try await $0.verdict() == ["200", "200", "200", "200", "draining"] }
        unlink(file)
        try await doctor.wait("ready") { try await $0.status().state == "ready" }
        await doctor.program.stop()
        await pgpool.pgpool.stop()
    }

    @Test func pagesCanBeLimitedToNetworks() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster, .init(health: "status_networks: [10.0.0.0/8]"))
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        #expect(try await doctor.ask("/status").status == 403)
        #expect(try await doctor.ask("/metrics").status == 403)
        #expect(try await doctor.ask("/ready").status == 200)
        await doctor.program.stop()
        await pgpool.pgpool.stop()
    }

    @Test func pgpoolSeesOneSessionOfTheDoctorHoweverManyAsk() async throws {
        let cluster = try await Prepared.cluster
        let pgpool = try await RenderedPgpool.start(cluster)
        let doctor = try await RunningDoctor.start(cluster, pgpool.files)
        for _ in 0..<10 { _ = await HTTPProbe.concurrently(50, port: doctor.port, path: "/ready") }
        try await doctor.wait("one child is busy") { try await $0.status().children?.busy == 1 }
        func sessions() -> Int { pgpool.pgpool.childTitles().values.filter { $0.hasPrefix("pgpool: app app ") }.count }
        #expect(sessions() <= 1)
        // It is renewed every few seconds.
        try await doctor.wait("it has a session") { _ in sessions() == 1 }
        let workers = pgpool.pgpool.childTitles().values.filter { $0.hasPrefix("pgpool: PCP: ") }
        // The listener, and the worker of one connection.
        #expect(workers.count <= 2)
        await doctor.program.stop()
        await pgpool.pgpool.stop()
    }
}
