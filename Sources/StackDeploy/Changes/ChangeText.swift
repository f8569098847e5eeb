/// Changes as people read them.
package enum ChangeText {
    /// One line a resource, and one for each part and effect.
    package static func text(_ changes: [ChangeLine]) -> String {
        let width = changes.map(\.type.count).max() ?? 0
        return changes.flatMap { lines($0, width) }.map { $0 + "\n" }.joined()
    }

    /// `2 to add, 1 to change`
    package static func summary(_ changes: [ChangeLine]) -> String {
        let words: [(ChangeLine.Action, String)] = [
            (.add, "to add"), (.change, "to change"), (.replace, "to replace"), (.mayReplace, "perhaps to replace"),
            (.remove, "to remove"),
        ]
        let counts = words.compactMap { action, word in
            let count = changes.count { $0.action == action }
            return count == 0 ? nil : "\(count) \(word)"
        }
        return counts.isEmpty ? "nothing but what is not of any resource" : counts.joined(separator: ", ")
    }

    private static func lines(_ change: ChangeLine, _ width: Int) -> [String] {
        let name = change.type + String(repeating: " ", count: max(0, width - change.type.count))
        let id = change.physicalID.map { " (\($0))" } ?? ""
        return ["\(sign(change.action)) \(name)  \(change.logicalID)\(id)"]
            + change.parts.map { "      \(text($0))" } + change.effects.map { "    ! \($0)" }
    }

    private static func sign(_ action: ChangeLine.Action) -> String {
        switch action {
        case .add: "+ add        "
        case .change: "~ change     "
        case .replace: "± replace    "
        case .mayReplace: "± may replace"
        case .remove: "- remove     "
        }
    }

    private static func text(_ part: ChangeLine.Part) -> String {
        let values: String =
            switch (part.before, part.after) {
            case (nil, nil): ""
            case (let before?, let after?): difference(line(before), line(after))
            case (let before, let after): ": \(short(before.map(line))) → \(short(after.map(line)))"
            }
        return part.name + values + (part.cause.map { "  (by \($0))" } ?? "")
    }

    /// Long texts from a little before where they differ.
    private static func difference(_ before: String, _ after: String) -> String {
        let shared = zip(before, after).prefix { $0 == $1 }.count
        let isLong = max(before.count, after.count) > limit
        let start = isLong && shared > context ? shared - context : 0
        let sign = start > 0 ? "…" : ""
        return ": \(sign)\(short(String(before.dropFirst(start)))) → \(sign)\(short(String(after.dropFirst(start))))"
    }

    private static let limit = 60
    private static let context = 20

    private static func line(_ value: String) -> String {
        value.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func short(_ line: String?) -> String {
        guard let line else { return "nothing" }
        return line.count > limit ? line.prefix(limit) + "…" : line
    }
}
