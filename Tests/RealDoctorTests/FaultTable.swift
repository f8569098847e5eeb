import FoundationEssentials

/// The table of faults and expected answers in `docs/doctor.md`.
enum FaultTable {
    struct Row: Sendable, CustomStringConvertible {
        var fault: String
        /// The statuses of `/`, `/live`, `/primary` and `/replica`, and the state.
        var expected: [String]
        var description: String { fault }
    }

    static let rows: [Row] = {
        let document = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/doctor.md")
        let text = (try? Data(contentsOf: document)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let lines = text.split(separator: "\n")
        guard let head = lines.firstIndex(where: { $0.hasPrefix("| fault |") }) else { return [] }
        return lines[(head + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            let cells = line.split(separator: "|").map { $0.trimmingPrefix { $0 == " " }.filter { $0 != "`" } }
                .map { String($0.reversed().drop { $0 == " " }.reversed()) }
            return Row(fault: cells[0], expected: Array(cells[1...]))
        }
    }()
}
