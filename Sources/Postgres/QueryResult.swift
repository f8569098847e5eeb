/// What a query answered: text values, nil for NULL.
package struct QueryResult: Hashable, Sendable {
    package var columns: [String]
    package var rows: [[String?]]
    /// The number of rows that the command touched or returned; 0 for commands that have none.
    package var affected: Int

    package init(columns: [String] = [], rows: [[String?]] = [], affected: Int = 0) {
        self.columns = columns
        self.rows = rows
        self.affected = affected
    }

    /// The first column of the first row.
    package var scalar: String? { rows.first?.first ?? nil }

    /// The values of the first column with this name; nil when there is none.
    package subscript(column name: String) -> [String?]? {
        guard let index = columns.firstIndex(of: name) else { return nil }
        return rows.map { $0[index] }
    }
}
