import FoundationEssentials
import JSONDocument

/// A line of `--json`.
struct StackLine {
    var event: String
    var stack: String
    var fields: JSONNode

    subscript(key: String) -> String? { fields[key]?.text }

    /// All its names but those that every line has.
    var names: Set<String> { Set((fields.members ?? []).map(\.key)).subtracting(["time", "stack", "event"]) }

    struct Wrong: Error {
        var line: String
    }

    /// Reads each line; throws at one that is none.
    static func all(_ text: String) throws -> [StackLine] {
        try text.split(separator: "\n").map { line in
            let fields = try JSONDocument(parsing: Array(line.utf8), file: "").root
            guard let time = fields["time"]?.text, let stack = fields["stack"]?.text,
                let event = fields["event"]?.text
            else { throw Wrong(line: String(line)) }
            _ = try Date(time, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
            return StackLine(event: event, stack: stack, fields: fields)
        }
    }
}
