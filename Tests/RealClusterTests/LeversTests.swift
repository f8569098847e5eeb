import Glibc
import Postgres
import RealCluster
import Testing

/// One cluster of their own for all, and one after the other: they disturb whoever shares it.
@Suite(.serialized) struct LeversTests {
    @Test func aStoppedServerAnswersNobodyUntilItContinues() async throws {
        let cluster = try await RealCluster.start(.init(hasReader: false))
        var parameters = try await cluster.superuser()
        parameters.connectTimeout = .milliseconds(300)
        parameters.queryTimeout = .milliseconds(300)
        let session = try await PostgresConnection.connect(parameters)
        try await cluster.signalServer(.writer, SIGSTOP)
        let connecting = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(parameters) }
        #expect(connecting?.code == .timeout)
        let asking = await #expect(throws: PostgresError.self) { try await session.query("SELECT 1") }
        #expect(asking?.code == .timeout)
        try await cluster.signalServer(.writer, SIGCONT)
        #expect(try await cluster.exec("SELECT 1").scalar == "1")

        // Stopped once more, it goes with its cluster all the same, and at once.
        try await cluster.signalServer(.writer, SIGSTOP)
        let began = ContinuousClock.now
        await cluster.shutDown()
        #expect(began.duration(to: .now) < .seconds(4))
        #expect(processes(in: cluster.directory).isEmpty)
    }

    @Test func aServerIsMadeReadOnlyAndBack() async throws {
        let cluster = try await RealCluster.start()
        for server in RealCluster.Server.allCases {
            try await cluster.setReadOnly(true, on: server)
            #expect(try await cluster.exec("SHOW transaction_read_only", on: server).scalar == "on")
        }
        let error = await #expect(throws: PostgresError.self) { try await cluster.exec("CREATE TABLE refused ()") }
        #expect(error?.sqlState == "25006")
        for server in RealCluster.Server.allCases { try await cluster.setReadOnly(false, on: server) }
        try await cluster.exec("CREATE TABLE taken ()")
        await cluster.shutDown()
    }

    @Test func aPasswordIsAlteredOnBothServers() async throws {
        let cluster = try await RealCluster.start()
        try await cluster.createUser(name: "o'\"ne", password: "first")
        try await cluster.setReadOnly(true, on: .writer)
        try await cluster.alterPassword("o'\"ne", "sec'ond")
        for port in cluster.ports.values {
            let old = await #expect(throws: PostgresError.self) {
                try await cluster.connect(port: port, user: "o'\"ne", password: "first")
            }
            #expect(old?.sqlState == "28P01")
            await (try cluster.connect(port: port, user: "o'\"ne", password: "sec'ond")).close()
        }
        await cluster.shutDown()
    }

    @Test(arguments: RealCluster.Server.allCases)
    func occupiedSlotsAreRefusedToOthersUntilReleased(_ server: RealCluster.Server) async throws {
        let cluster = try await RealCluster.start(.init(settings: ["max_connections": "20"]))
        try await cluster.createUser(name: "app", password: "secret")
        let port = try #require(cluster.ports[server])
        let own = try await cluster.connect(port: port, user: "app", password: "secret")
        #expect(try await cluster.countConnections(of: "app", on: server) == 1)
        let occupied = try await cluster.occupySlots(on: server)
        // Three are the superuser's, one was taken; walsenders do not count.
        #expect(await occupied.count == 16)
        let refused = await #expect(throws: PostgresError.self) {
            try await cluster.connect(port: port, user: "app", password: "secret")
        }
        #expect(refused?.sqlState == "53300")
        #expect(try await cluster.exec("SELECT 1", on: server).scalar == "1")
        try await occupied.release()
        await (try cluster.connect(port: port, user: "app", password: "secret")).close()
        await own.close()
        await cluster.shutDown()
    }
}
