import ClusterSpec
import Postgres

extension DoctorSettings.Check {
    /// As messages name it.
    var name: String { "check '\(Parse.excerpt(query))'" }

    /// Why an answer is not the wanted one; nil when it is.
    ///
    /// As in the C program, `=` compares texts, `<` and `>` compare numbers, and without an operator it is enough that
    /// the query succeeds. An answer of several rows, or of none, cannot be compared.
    func failure(of answer: QueryResult) -> String? {
        guard let comparison else { return nil }
        guard answer.rows.count == 1, let cell = answer.scalar else {
            let what = answer.rows.count == 1 ? "NULL" : "\(answer.rows.count) rows"
            return "\(name) gives \(what) where one value is wanted"
        }
        let holds =
            switch comparison.symbol {
            case .equal: cell == comparison.expected
            case .less: Self.compare(cell, comparison.expected) { $0 < $1 }
            case .greater: Self.compare(cell, comparison.expected) { $0 > $1 }
            }
        if holds { return nil }
        return "\(name) gives '\(Parse.excerpt(cell))', wanted \(comparison.symbol.rawValue) "
            + "'\(Parse.excerpt(comparison.expected))'"
    }

    private static func compare(_ left: String, _ right: String, _ holds: (Double, Double) -> Bool) -> Bool {
        guard let left = Double(left), let right = Double(right) else { return false }
        return holds(left, right)
    }
}
