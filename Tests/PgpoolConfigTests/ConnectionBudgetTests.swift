import ClusterSpec
import PgpoolConfig
import Testing

/// A spec that renders, with these keys of aurora, fleet and pgpool.
private func budgetText(_ aurora: String, fleet: String = "", pgpool: String = "") -> String {
    """
    aurora: {writer: w.db, reader: r.db, \(aurora)}
    auth: {users: [{name: app, password_env: P}]}
    fleet: {\(fleet)}
    pgpool: {\(pgpool)}
    """
}

private func children(_ text: String) throws -> Int {
    try Settings(spec(text), version: PgpoolVersion(4, 5), layout: .folder).children
}

@Suite struct ConnectionBudgetTests {
    private func budget(_ text: String) throws -> ConnectionBudget {
        let spec = try spec(text)
        return try #require(ConnectionBudget(spec, maxPool: spec.pgpool.maxPool.value))
    }

    /// Writer: instances × children × max_pool, twice with at most one reader, + a probe an instance + 10 other clients
    /// + 3 for superusers + 3 for AWS ≤ max_connections.
    @Test func oneReaderMayLeaveItsShareToTheWriter() throws {
        let budget = try budget(budgetText("instance_class: db.t3.medium"))
        #expect(budget.maxConnections == 405)
        #expect(budget.source == "db.t3.medium")
        #expect(budget.instances == 5)
        #expect(budget.reserved == 5 + 10 + 3 + 3)
        #expect(budget.shares == 2)
        #expect(budget.connections(children: 38) == 380)
        #expect(budget.mostChildren == 38)
    }

    @Test(arguments: [(0, 2, 38), (1, 2, 38), (2, 1, 76), (15, 1, 76)])
    func twoReadersLeaveTheWriterItsOwnShare(_ readers: Int, _ shares: Int, _ most: Int) throws {
        let budget = try budget(budgetText("instance_class: db.t3.medium, readers: \(readers)"))
        #expect(budget.shares == shares)
        #expect(budget.mostChildren == most)
    }

    @Test func aMeasuredNumberWinsOverTheClass() throws {
        let budget = try budget(budgetText("instance_class: db.t3.medium, max_connections: 1000"))
        #expect(budget.maxConnections == 1000)
        #expect(budget.source == "aurora.max_connections")
    }

    @Test func thereIsNoBudgetWithoutANumber() throws {
        #expect(ConnectionBudget(try spec(budgetText("")), maxPool: 1) == nil)
        #expect(try children(budgetText("")) == 32)
        #expect(try children(budgetText("", pgpool: "children: 4000")) == 4000)
    }

    /// The system that this one replaces: 32 children × 4 databases × 4 instances on a db.t3.medium.
    @Test func theReplacedSystemWasOverItsBudget() {
        #expect(
            problems(
                budgetText(
                    "instance_class: db.t3.medium", fleet: "instances: 4, surplus: 0",
                    pgpool: "children: 32, max_pool: 4"))
                    == """
                    c:4:20: error: [pgpool.children] num_init_children 32 × max_pool 4 needs 1,024 writer connections for 4 instances; db.t3.medium allows 405, of which 20 are kept back
                    c:4:20: note: at most 12 fit
                    c:4:20: note: 20 connections are kept back: 4 for probes, 10 for other clients (aurora.other_clients), 3 for superusers, 3 for AWS
                    c:4:20: note: with at most one reader (aurora.readers) the reader endpoint resolves to the writer when that reader is gone, so each child counts twice there
                    """)
    }

    @Test(arguments: [
        ("instance_class: db.t3.medium", "", "", 38), ("instance_class: db.r6g.large", "", "", 157),
        ("max_connections: 5000", "", "", 497), ("max_connections: 5000, readers: 2", "", "", 995),
        ("max_connections: 5000", "", "max_pool: 4", 124), ("max_connections: 5000", "instances: 100", "", 22),
        ("max_connections: 5000, other_clients: 1000", "", "", 398),
        ("max_connections: 1000", "instances: 1, surplus: 0", "", 491),
    ])
    func autoIsAsManyAsFit(_ aurora: String, _ fleet: String, _ pgpool: String, _ expected: Int) throws {
        let auto = budgetText(aurora, fleet: fleet, pgpool: pgpool)
        #expect(try children(auto) == expected)
        // That many may be asked for, one more not.
        func asking(_ count: Int) -> String {
            budgetText(aurora, fleet: fleet, pgpool: (pgpool.isEmpty ? "" : pgpool + ", ") + "children: \(count)")
        }
        #expect(problems(asking(expected)) == "")
        #expect(problems(asking(expected + 1)).contains("note: at most \(expected) fit\n"))
    }

    @Test func aDatabaseThatIsTooSmallIsSaid() {
        #expect(
            problems(budgetText("max_connections: 40")) == """
                c:1:55: error: [pgpool.children] aurora.max_connections allows 40 connections, too few for 5 instances
                c:1:55: note: at most 1 fit
                c:1:55: note: 21 connections are kept back: 5 for probes, 10 for other clients (aurora.other_clients), 3 for superusers, 3 for AWS
                c:1:55: note: with at most one reader (aurora.readers) the reader endpoint resolves to the writer when that reader is gone, so each child counts twice there
                """)
        #expect(
            problems(budgetText("max_connections: 21, readers: 2", pgpool: "children: 2")) == """
                c:4:20: error: [pgpool.children] num_init_children 2 needs 10 writer connections for 5 instances; aurora.max_connections allows 21, of which 21 are kept back
                c:4:20: note: none fit
                c:4:20: note: 21 connections are kept back: 5 for probes, 10 for other clients (aurora.other_clients), 3 for superusers, 3 for AWS
                """)
    }
}
