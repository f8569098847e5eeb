import Diagnostics
import Testing

@Suite struct DiagnosticTests {
    private let place = SourceLocation(file: "cluster.yaml", line: 7, column: 18)

    @Test func printsPlaceSeverityKeyMessageAndNotes() {
        let diagnostic = Diagnostic(
            .error, at: place, key: "pgpool.children", "400 do not fit",
            notes: ["at most 96 fit", "or raise the class"])
        #expect(
            diagnostic.description == """
                cluster.yaml:7:18: error: [pgpool.children] 400 do not fit
                cluster.yaml:7:18: note: at most 96 fit
                cluster.yaml:7:18: note: or raise the class
                """)
    }

    @Test func leavesOutAKeyThatIsEmpty() {
        let diagnostic = Diagnostic(.warning, at: place, "odd")
        #expect(diagnostic.description == "cluster.yaml:7:18: warning: odd")
    }

    @Test func leavesOutAPlaceThatIsNotThere() {
        let diagnostic = Diagnostic(.note, key: "k", "said", notes: ["and more"])
        #expect(diagnostic.description == "note: [k] said\nnote: and more")
    }

    @Test func printsAnErrorAsItsDiagnosticsLineByLine() {
        let error = DiagnosticsError([
            Diagnostic(.error, at: place, "first", notes: ["why"]), Diagnostic(.warning, "second"),
        ])
        #expect(
            error.description == """
                cluster.yaml:7:18: error: first
                cluster.yaml:7:18: note: why
                warning: second
                """)
        #expect(DiagnosticsError(Diagnostic(.error, "only")).description == "error: only")
    }

    @Test func sortsByFileLineAndColumnAndKeepsTheOrderOfEquals() {
        func item(_ message: String, _ file: String?, _ line: Int = 0, _ column: Int = 0) -> Diagnostic {
            let place = file.map { SourceLocation(file: $0, line: line, column: column) }
            return Diagnostic(.error, at: place, message)
        }
        let items = [
            item("nowhere 1", nil), item("b", "b", 1, 1), item("a10", "a", 10, 1), item("a9 c20", "a", 9, 20),
            item("a9 c3 first", "a", 9, 3), item("nowhere 2", nil), item("a9 c3 second", "a", 9, 3),
        ]
        #expect(
            items.sortedByLocation().map(\.message) == [
                "a9 c3 first", "a9 c3 second", "a9 c20", "a10", "b", "nowhere 1", "nowhere 2",
            ])
    }

    @Test func onlyAnErrorStopsACommand() {
        #expect(![Diagnostic(.warning, "w"), Diagnostic(.note, "n")].hasErrors)
        #expect([Diagnostic(.warning, "w"), Diagnostic(.error, "e")].hasErrors)
        #expect(![Diagnostic]().hasErrors)
    }
}
