import ClusterSpec
import Postgres
import Testing

@testable import Doctor

@Suite struct CheckOutcomeTests {
    private func failure(_ symbol: Health.Check.Operator?, _ expected: String, of rows: [[String?]]) -> String? {
        let comparison = symbol.map { DoctorSettings.Check.Comparison(symbol: $0, expected: expected) }
        return DoctorSettings.Check(query: "SELECT n", comparison: comparison)
            .failure(of: QueryResult(columns: ["n"], rows: rows))
    }

    @Test func withoutAnOperatorItIsEnoughThatTheQuerySucceeds() {
        #expect(failure(nil, "", of: []) == nil)
        #expect(failure(nil, "", of: [["1"], ["2"]]) == nil)
    }

    @Test func equalComparesTexts() {
        #expect(failure(.equal, "1", of: [["1"]]) == nil)
        #expect(failure(.equal, "1", of: [["1.0"]]) == "check 'SELECT n' gives '1.0', wanted = '1'")
    }

    @Test func lessAndGreaterCompareNumbers() {
        #expect(failure(.less, "10", of: [["9"]]) == nil)
        #expect(failure(.less, "10", of: [["10"]]) == "check 'SELECT n' gives '10', wanted < '10'")
        #expect(failure(.greater, "9", of: [["10"]]) == nil)
        #expect(failure(.greater, "9", of: [["many"]]) == "check 'SELECT n' gives 'many', wanted > '9'")
    }

    @Test func whatIsNoSingleValueCannotBeCompared() {
        #expect(failure(.equal, "1", of: []) == "check 'SELECT n' gives 0 rows where one value is wanted")
        #expect(failure(.equal, "1", of: [["1"], ["1"]]) == "check 'SELECT n' gives 2 rows where one value is wanted")
        #expect(failure(.equal, "1", of: [[nil]]) == "check 'SELECT n' gives NULL where one value is wanted")
    }
}
