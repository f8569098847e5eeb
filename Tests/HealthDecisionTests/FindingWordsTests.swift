import Testing

@testable import HealthDecision

@Suite struct FindingWordsTests {
    @Test func everyFindingHasOneLineAndAnOutcome() {
        let children = Children(busy: 3, total: 8)
        let full = Children(busy: 8, total: 8)
        let writer = ServerConnections(endpoint: "writer", open: 85, allowed: 100)
        let reader = ServerConnections(endpoint: "reader", open: 86, allowed: 100)
        let none = ServerConnections(endpoint: "reader", open: 1, allowed: 0)
        let cases: [(any Worded, Outcome, String)] = [
            (ProcessFinding.running(pid: 4), .good, "pgpool runs as process 4"),
            (ProcessFinding.stopped(pid: 4), .bad, "process 4 is stopped by a signal"),
            (ProcessFinding.gone("no pid file"), .bad, "gone: no pid file"),
            (ProcessFinding.unknown("why"), .unknown, "unknown: why"),
            (PortFinding.accepts, .good, "accepts connections"),
            (PortFinding.refuses("why"), .bad, "refuses connections: why"),
            (PortFinding.silent, .bad, "no answer in time"),
            (PCPFinding.answers(children), .good, "3 of 8 children in use"),
            (PCPFinding.answers(full), .warning, "8 of 8 children in use"),
            (PCPFinding.refuses("why"), .warning, "did not let the doctor in: why"),
            (PCPFinding.unreachable("why"), .bad, "unreachable: why"),
            (PCPFinding.silent, .bad, "no answer in time"),
            (PCPFinding.unknown("why"), .unknown, "unknown: why"),
            (SessionFinding.answers, .good, "a query is answered"),
            (SessionFinding.full("why"), .warning, "too many connections: why"),
            (SessionFinding.refuses(Refusal(.notAllowed, "m")), .bad, "pgpool's rules let the doctor not in: m"),
            (SessionFinding.refuses(Refusal(.login, "m")), .bad, "the login failed: m"),
            (
                SessionFinding.refuses(Refusal(.writerUnreachable, "m")), .bad,
                "pgpool has no connection to the writer: m"
            ),
            (SessionFinding.refuses(Refusal(.database, "m")), .bad, "the database refused: m"),
            (SessionFinding.unreachable("why"), .bad, "unreachable: why"),
            (SessionFinding.silent, .bad, "no answer in time"),
            (SessionFinding.unknown("why"), .unknown, "unknown: why"),
            (WriterFinding.takesWrites, .good, "node 0 takes writes"),
            (WriterFinding.inRecovery, .bad, "node 0 is a server in recovery: the writer is elsewhere"),
            (WriterFinding.readOnly, .bad, "node 0 is set to take no writes"),
            (WriterFinding.unknown("why"), .unknown, "unknown: why"),
            (ReaderFinding.onReader, .good, "reads run on a reader"),
            (ReaderFinding.onWriter, .warning, "reads run on the writer"),
            (ReaderFinding.unknown("why"), .unknown, "unknown: why"),
            (ChecksFinding.pass, .good, "every check passes"),
            (ChecksFinding.fail(["a", "b"]), .bad, "a; b"),
            (ChecksFinding.unknown("why"), .unknown, "unknown: why"),
            (ConnectionsFinding.counted([writer]), .good, "writer: 85 of 100 connections"),
            (
                ConnectionsFinding.counted([writer, reader]), .warning,
                "writer: 85 of 100 connections; reader: 86 of 100 connections"
            ),
            (ConnectionsFinding.counted([none]), .warning, "reader: 1 of 0 connections"),
            (ConnectionsFinding.unknown("why"), .unknown, "unknown: why"),
        ]
        for (finding, outcome, words) in cases {
            #expect(finding.outcome == outcome, "\(finding)")
            #expect(finding.words == words)
        }
    }

    @Test func aProbeThatHasNotEndedHasNoResult() {
        for probe in ProbeName.allCases { #expect(Evidence().result(of: probe) == nil) }
    }

    @Test func childrenAreKnownOnlyFromAnAnswer() {
        var evidence = Evidence()
        #expect(evidence.children == nil)
        evidence.pcp = Observation(.silent, at: .zero)
        #expect(evidence.children == nil)
        evidence.pcp = Observation(.answers(Children(busy: 1, total: 2)), at: .zero)
        #expect(evidence.children == Children(busy: 1, total: 2))
    }
}
