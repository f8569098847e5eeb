import Glibc
import Postgres
import RealCluster
import Testing

struct NamesTests {
    /// What a program of the cluster finds behind a name.
    private func lookUp(_ name: String, _ cluster: RealCluster) async throws -> String {
        let program = try await cluster.launch(["getent", "ahostsv4", name], name: "getent")
        #expect(await program.waitForEnd(within: .seconds(5)) == .exited(0))
        return program.log().split(separator: " ").first.map(String.init) ?? ""
    }

    @Test func theServersShareAPortAndHaveAnAddressEach() async throws {
        let cluster = try await RealCluster.start(.init(names: .init()))
        #expect(cluster.ports[.writer] == cluster.ports[.reader])
        #expect(cluster.addresses[.writer] != cluster.addresses[.reader])
        #expect(cluster.endpoint(.writer) == "writer.test:\(cluster.ports[.writer] ?? 0)")
        try await cluster.createUser(name: "app", password: "secret")
        for server in RealCluster.Server.allCases {
            let address = try #require(cluster.addresses[server])
            let connection = try await cluster.connect(
                host: address, port: try #require(cluster.ports[server]), user: "app", password: "secret")
            let answer = try await connection.query("SELECT host(inet_server_addr()), pg_is_in_recovery()")
            #expect(answer.rows == [[address, server == .reader ? "t" : "f"]])
            await connection.close()
        }
        await cluster.shutDown()
    }

    @Test func onlyTheClustersProgramsSeeTheNamesAndTheirMoves() async throws {
        let cluster = try await RealCluster.start(.init(names: .init(writer: "w.test", reader: "r.test")))
        #expect(try await lookUp("w.test", cluster) == cluster.addresses[.writer])
        #expect(try await lookUp("r.test", cluster) == cluster.addresses[.reader])
        // One that runs over the move.
        let watcher = try await cluster.launch(
            ["sh", "-c", "while sleep 0.05; do getent ahostsv4 w.test | head -n 1 || echo none; done"], name: "watcher")
        try await watcher.waitUntilReady(within: .seconds(5)) { watcher.log().contains("127.") }
        try await cluster.moveNames()
        #expect(await cluster.serverOfWriterName == .reader)
        #expect(try await lookUp("w.test", cluster) == cluster.addresses[.reader])
        #expect(try await lookUp("r.test", cluster) == cluster.addresses[.writer])
        let moved = try #require(cluster.addresses[.reader])
        try await watcher.waitUntilReady(within: .seconds(5)) { watcher.log().contains(moved) }
        #expect(!watcher.log().contains("none"))
        try await cluster.moveNames()
        #expect(try await lookUp("w.test", cluster) == cluster.addresses[.writer])
        await #expect(throws: PostgresError.self) {
            try await cluster.connect(host: "w.test", port: 1, user: "app", password: nil)
        }
        await cluster.shutDown()
        #expect(watcher.hasEnded)
    }
}
