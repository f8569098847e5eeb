import ClusterSpec
import Doctor
import Postgres
import Testing

struct VerifyDecisionTests {
    private static let writer = RoutingProbe.Server(
        address: "10.0.0.1:5432", isReadOnly: false, version: "15.8", maxConnections: 400)
    private static let reader = RoutingProbe.Server(
        address: "10.0.0.2:5432", isReadOnly: true, version: "15.8", maxConnections: 400)

    /// All is well.
    private static func facts() -> VerifyFacts {
        VerifyFacts(
            pool: .success(
                VerifyFacts.Pool(
                    tlsVersion: "TLSv1.3", version: "4.5.12",
                    nodes: [
                        .init(id: 0, endpoint: "w:5432", status: "up", weight: 0.1, role: "primary"),
                        .init(id: 1, endpoint: "r:5432", status: "up", weight: 0.9, role: "standby"),
                    ], children: 30, maxPool: 1)),
            routing: .success(.init(reads: [writer: 10, reader: 90], write: writer, sessions: 50)),
            health: Dictionary(
                uniqueKeysWithValues: VerifyDecision.paths.map { ($0, .success(.init(status: 200, text: "ready"))) }),
            backends: [.writer: .success(writer), .reader: .success(reader)],
            lags: [.init(server: "r", milliseconds: 20)])
    }

    private static let spec = """
        aurora: {writer: w, reader: r, max_connections: 5000, readers: 2}
        auth: {users: [{name: app, password_env: P}]}
        fleet: {instances: 4, surplus: 0}

        """

    private func findings(
        _ spec: String? = VerifyDecisionTests.spec, _ change: (inout VerifyFacts) -> Void = { _ in }
    ) throws -> [VerifyFinding] {
        var facts = Self.facts()
        change(&facts)
        let spec = try spec.map { try ClusterSpec(parsing: Array($0.utf8), file: "c") }
        return VerifyDecision(facts, spec: spec).findings
    }

    /// What is not right, as `name verdict`.
    private func odd(_ findings: [VerifyFinding]) -> [String] {
        findings.filter { $0.verdict != .ok }.map { "\($0.name) \($0.verdict.rawValue)" }
    }

    private func failure(_ code: PostgresError.Code, _ state: String?, _ message: String) -> PostgresError {
        PostgresError(code: code, sqlState: state, message: message)
    }

    @Test func nothingIsWrongWithWhatIsWell() throws {
        let found = try findings()
        #expect(odd(found) == [])
        #expect(
            found.map(\.name) == [
                "login", "tls", "version", "nodes", "writer", "reader", "writes", "reads", "weights", "replication",
                "connections", "health /ready", "health /live", "health /primary", "health /replica",
            ])
        #expect(found.allSatisfy { $0.mend.isEmpty })
    }

    @Test func withoutASpecWhatFitsIsNotKnown() throws {
        #expect(odd(try findings(nil)) == ["connections unknown"])
    }

    @Test func whoIsNoPgpoolIsSaidToBeNone() throws {
        let found = try findings { facts in
            facts.pool = .success(.init(tlsVersion: "TLSv1.3"))
            facts.routing = nil
        }
        #expect(odd(found) == ["login wrong"])
        #expect(found[0].text == "what answers is no pgpool")
    }

    @Test(arguments: [
        (PostgresError.Code.connectionFailed, "53300", "sorry, too many clients already", "every child has a client"),
        (.connectionFailed, "", "no pool_hba.conf entry for host", "pgpool.allow"),
        (.connectionFailed, "XX000", "SCRAM authentication failed", "present password"),
        (.connectionFailed, "28P01", "x", "present password"),
        (.connectionFailed, "XX000", "failed to create a backend 1 connection", "does not let it in"),
        (.timeout, "", "the time is over", "does not answer"),
        (.connectionFailed, "", "Connection refused", "is pgpool running"),
    ])
    func aLoginThatFailsHasAMend(code: PostgresError.Code, state: String, message: String, mend: String) throws {
        let found = try findings { facts in
            facts.pool = .failure(failure(code, state.isEmpty ? nil : state, message))
            facts.routing = nil
        }
        #expect(odd(found) == ["login wrong"])
        #expect(found[0].text == message)
        #expect(found[0].mend.contains(mend))
    }

    @Test func withoutTLSItDependsOnTheSpec() throws {
        let plain: (inout VerifyFacts) -> Void = { facts in
            facts.pool = facts.pool.map { pool in
                var pool = pool
                pool.tlsVersion = nil
                return pool
            }
        }
        #expect(odd(try findings(Self.spec, plain)) == ["tls warning"])
        let spec = Self.spec + "pgpool: {tls: {certificate: /c, key: /k}}\n"
        #expect(odd(try findings(spec, plain)) == ["tls wrong"])
        let old: (inout VerifyFacts) -> Void = { facts in
            facts.pool = facts.pool.map { pool in
                var pool = pool
                pool.tlsVersion = "TLSv1.1"
                return pool
            }
        }
        #expect(odd(try findings(Self.spec, old)) == ["tls warning"])
    }

    @Test(arguments: [
        ("4.5.6", "", "version warning"), ("4.5.12", "4.5", nil), ("4.5.12", "4.5.12", nil),
        ("4.5.12", "4.5.13", "version wrong"), ("4.5.12", "4.6", "version wrong"), ("3.7.1", "", "version warning"),
    ])
    func theVersionIsComparedAndKnown(runs: String, wanted: String, odd: String?) throws {
        let spec = Self.spec + (wanted.isEmpty ? "" : "pgpool: {version: \"\(wanted)\"}\n")
        let found = try findings(spec) { facts in
            facts.pool = facts.pool.map { pool in
                var pool = pool
                pool.version = runs
                return pool
            }
        }
        #expect(self.odd(found) == [odd].compactMap(\.self))
    }

    @Test func aNodeThatPgpoolHasTakenOutIsWrong() throws {
        let found = try findings { facts in
            facts.pool = facts.pool.map { pool in
                var pool = pool
                pool.nodes[1].status = "down"
                return pool
            }
        }
        #expect(odd(found) == ["nodes wrong"])
    }

    @Test func aDatabaseThatCannotBeReachedIsWrongUnlessAllWorksThroughPgpool() throws {
        let refused = failure(.connectionFailed, nil, "Connection refused")
        #expect(odd(try findings { $0.backends[.reader] = .failure(refused) }) == ["reader unknown"])
        #expect(
            odd(
                try findings { facts in
                    facts.backends[.reader] = .failure(refused)
                    facts.routing = .success(.init(reads: [Self.writer: 100], write: Self.writer, sessions: 50))
                }) == ["reader wrong", "reads wrong", "weights warning"])
        let full = try findings {
            $0.backends[.reader] = .failure(failure(.connectionFailed, "53300", "no slots"))
        }
        #expect(odd(full) == ["reader wrong"])
        #expect(full.first { $0.name == "reader" }?.mend.contains("connection budget") == true)
    }

    @Test func endpointsThatLeadElsewhereAreFound() throws {
        #expect(odd(try findings { $0.backends[.writer] = .success(Self.reader) }) == ["writer wrong"])
        #expect(odd(try findings { $0.backends[.reader] = .success(Self.writer) }) == ["reader warning"])
        let none = Self.spec.replacing("readers: 2", with: "readers: 0")
        #expect(
            odd(
                try findings(none) { facts in
                    facts.backends[.reader] = .success(Self.writer)
                    facts.routing = .success(.init(reads: [Self.writer: 100], write: Self.writer, sessions: 50))
                    facts.pool = facts.pool.map { pool in
                        var pool = pool
                        pool.nodes[0].weight = 1
                        pool.nodes[1].weight = 0
                        return pool
                    }
                }) == [])
    }

    @Test func aWriteThatMeetsAReaderIsWrong() throws {
        let found = try findings {
            $0.routing = .success(.init(reads: [Self.reader: 100], write: Self.reader, sessions: 50))
        }
        #expect(odd(found).contains("writes wrong"))
        let refused = try findings {
            $0.routing = .failure(failure(.queryFailed, "25006", "cannot execute INSERT in a read-only transaction"))
            $0.lags = []
        }
        #expect(odd(refused) == ["writes wrong"])
    }

    @Test(arguments: [(90, true), (80, true), (100, true), (60, false), (0, false)])
    func sharesFarFromTheWeightsAreNoChance(onReader: Int, isRight: Bool) throws {
        let found = try findings {
            $0.routing = .success(
                .init(reads: [Self.writer: 100 - onReader, Self.reader: onReader], write: Self.writer, sessions: 50))
        }
        #expect(found.first { $0.name == "weights" }?.verdict == (isRight ? .ok : .warning))
    }

    @Test func theMeasuredBoundIsWhatCounts() throws {
        let found = try findings { facts in
            var small = Self.writer
            small.maxConnections = 60
            facts.backends[.writer] = .success(small)
        }
        let connections = try #require(found.first { $0.name == "connections" })
        #expect(connections.verdict == .wrong)
        #expect(connections.text.contains("60"))
    }

    @Test func aReplicaFarBehindIsToldOf() throws {
        #expect(odd(try findings { $0.lags[0].milliseconds = 60_000 }) == ["replication warning"])
        #expect(odd(try findings { $0.lags = [] }) == ["replication unknown"])
    }

    @Test func theDoctorsAnswersAreWhatTheyAre() throws {
        let dead = try findings { $0.health["/live"] = .success(.init(status: 503, text: "the main process is gone")) }
        #expect(odd(dead) == ["health /live wrong"])
        let away = try findings { facts in
            facts.health = ["/ready": .failure(.init("no answer from h:8071"))]
        }
        #expect(odd(away) == ["health unknown"])
        #expect(odd(try findings { $0.health = [:] }) == [])
    }
}
