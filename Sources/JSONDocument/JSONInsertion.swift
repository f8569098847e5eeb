package import Diagnostics

extension JSONDocument {
    /// The text's bytes with a member behind the last one of an object, in the style of what is there.
    ///
    /// - Throws: When the node is no object of this document, or the text would read differently.
    package func adding(_ member: JSONValue.Member, to object: JSONNode) throws(DiagnosticsError) -> [UInt8] {
        guard let members = object.members else { throw refusal(object, "an object") }
        let value = JSONNode(content: JSONNode.Content(member.value), range: 0..<0)
        var new = object
        new.content = .object(members + [JSONMember(key: member.key, keyRange: 0..<0, value: value)])
        return try inserting(into: object, expecting: new) { layout, indentation in
            JSONText.quoted(member.key) + layout.separator + layout.text(of: member.value, indentation: indentation)
        }
    }

    /// The text's bytes with an item behind the last one of a list, in the style of what is there.
    ///
    /// - Throws: When the node is no list of this document, or the text would read differently.
    package func appending(_ value: JSONValue, to array: JSONNode) throws(DiagnosticsError) -> [UInt8] {
        guard let items = array.items else { throw refusal(array, "a list") }
        var new = array
        new.content = .array(items + [JSONNode(content: JSONNode.Content(value), range: 0..<0)])
        let sibling = items.last { $0.members?.count ?? 0 > 1 }.flatMap { JSONBrackets($0, in: bytes) }
        return try inserting(into: array, expecting: new) { layout, indentation in
            if case .object(let members) = value, let sibling { return sibling.text(of: members) }
            return layout.text(of: value, indentation: indentation)
        }
    }

    private func refusal(_ node: JSONNode, _ kind: String) -> DiagnosticsError {
        DiagnosticsError(Diagnostic(.error, at: location(ofByte: node.range.lowerBound), "expected \(kind)"))
    }

    private func inserting(
        into node: JSONNode, expecting new: JSONNode, _ element: (JSONLayout, _ indentation: String) -> String
    ) throws(DiagnosticsError) -> [UInt8] {
        var layout = JSONLayout(lineBreak: nil)
        layout.separator = firstSeparator(from: node) ?? firstSeparator(from: root) ?? layout.separator
        let indentation = indentation(ofByte: node.range.lowerBound)
        if let brackets = JSONBrackets(node, in: bytes) {
            let inner = self.indentation(ofByte: brackets.end)
            if Self.hasBreak(brackets.joint.utf8) { layout.lineBreak = lineBreak }
            layout.step = inner.count > indentation.count ? String(inner.dropFirst(indentation.count)) : step
            let text = brackets.joint + element(layout, inner)
            return try writing(text, over: brackets.end..<brackets.end, expecting: new, at: node)
        }
        let start = node.range.lowerBound + 1
        let blanks = String(decoding: bytes[start..<node.range.upperBound - 1], as: UTF8.self)
        let isSpread = Self.hasBreak(bytes[root.range]) || node.range == root.range && blanks.isEmpty
        layout.step = step
        if isSpread, blanks.isEmpty || Self.hasBreak(blanks.utf8) { layout.lineBreak = lineBreak }
        var text = blanks + element(layout, indentation)
        if layout.lineBreak != nil {
            let inner = indentation + layout.step
            text = lineBreak + inner + element(layout, inner) + (blanks.isEmpty ? lineBreak + indentation : "")
        }
        return try writing(text, over: start..<start, expecting: new, at: node)
    }

    // MARK: - The style of the text

    private static func hasBreak(_ bytes: some Sequence<UInt8>) -> Bool {
        bytes.contains { $0 == 0x0A || $0 == 0x0D }
    }

    /// How the text ends its lines.
    private var lineBreak: String {
        guard let index = bytes.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else { return "\n" }
        guard bytes[index] == 0x0D else { return "\n" }
        return index + 1 < bytes.count && bytes[index + 1] == 0x0A ? "\r\n" : "\r"
    }

    /// The indentation of the first line that has one.
    private var step: String {
        for line in bytes.split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }).dropFirst() {
            let blanks = line.prefix { $0 == 0x20 || $0 == 0x09 }
            if !blanks.isEmpty, blanks.count < line.count { return String(decoding: blanks, as: UTF8.self) }
        }
        return "  "
    }

    /// The blanks at the start of the line that a byte is in.
    private func indentation(ofByte offset: Int) -> String {
        let start = bytes[..<offset].lastIndex { $0 == 0x0A || $0 == 0x0D }.map { $0 + 1 } ?? 0
        return String(decoding: bytes[start..<offset].prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }

    /// What stands between key and value in the first object that has members.
    private func firstSeparator(from node: JSONNode) -> String? {
        if node.members != nil, let separator = JSONBrackets(node, in: bytes)?.separator { return separator }
        for item in node.items ?? [] {
            if let separator = firstSeparator(from: item) { return separator }
        }
        return nil
    }
}
