/// The white space and commas around the elements of an object or a list that has some.
struct JSONBrackets {
    /// What stands between the opening bracket and the first element.
    var lead: String
    /// What most often stands between two elements, its comma included.
    var joint: String
    /// What stands between the last element and the closing bracket.
    var trail: String
    /// What most often stands between a key and its value; nil for a list.
    var separator: String?
    /// Where the last element ends.
    var end: Int

    /// nil for a node without elements.
    init?(_ node: JSONNode, in bytes: [UInt8]) {
        let elements = node.members?.map(\.range) ?? node.items?.map(\.range) ?? []
        guard let first = elements.first, let last = elements.last else { return nil }
        func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }
        separator = Self.mostCommon(
            node.members?.map { text($0.keyRange.upperBound, $0.value.range.lowerBound) } ?? [])
        lead = text(node.range.lowerBound + 1, first.lowerBound)
        trail = text(last.upperBound, node.range.upperBound - 1)
        let joints = zip(elements, elements.dropFirst()).map { text($0.upperBound, $1.lowerBound) }
        let isWide = separator?.hasSuffix(" ") ?? bytes[node.range].contains(0x20)
        joint = Self.mostCommon(joints) ?? "," + (lead.isEmpty && isWide ? " " : lead)
        end = last.upperBound
    }

    /// An object that is laid out in the same way.
    func text(of members: [JSONValue.Member]) -> String {
        let parts = members.map { "\(JSONText.quoted($0.key))\(separator ?? ": ")\($0.value.text)" }
        return "{\(lead)\(parts.joined(separator: joint))\(trail)}"
    }

    /// Of those that are there most often the last one.
    private static func mostCommon(_ texts: [String]) -> String? {
        var counts: [String: Int] = [:]
        for text in texts { counts[text, default: 0] += 1 }
        let most = counts.values.max()
        return texts.last { counts[$0] == most }
    }
}
