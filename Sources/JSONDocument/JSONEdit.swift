package import Diagnostics

extension JSONDocument {
    /// The text's bytes with one value replaced, and every other byte as it was.
    ///
    /// A value that is there already gives the same bytes, however it is spelled. A list keeps its line breaks and
    /// spaces.
    ///
    /// - Throws: When the node is none of this document, or the text would read differently.
    package func replacing(_ node: JSONNode, with value: JSONValue) throws(DiagnosticsError) -> [UInt8] {
        let new = JSONNode(content: JSONNode.Content(value), range: node.range)
        guard !new.hasSameContent(as: node) else { return bytes }
        return try writing(spelled(value, like: node), over: node.range, expecting: new, at: node)
    }

    /// The text's bytes with a key renamed and its value replaced.
    package func replacing(
        _ member: JSONMember, of object: JSONNode, with new: JSONValue.Member
    ) throws(DiagnosticsError) -> [UInt8] {
        var members = object.members ?? []
        for index in members.indices where members[index].range == member.range {
            members[index].key = new.key
            members[index].value.content = JSONNode.Content(new.value)
        }
        let separator = String(
            decoding: bytes[member.keyRange.upperBound..<member.value.range.lowerBound], as: UTF8.self)
        return try writing(
            JSONText.quoted(new.key) + separator + new.value.text, over: member.range,
            expecting: JSONNode(content: .object(members), range: object.range), at: object)
    }

    /// The bytes with a text in a place, if they read as the same tree with another node in the place of one.
    func writing(
        _ text: String, over range: Range<Int>, expecting new: JSONNode, at node: JSONNode
    ) throws(DiagnosticsError) -> [UInt8] {
        guard let expected = root.replacing(node, with: new) else {
            throw refusal(node, "the value is none of this file", "Nothing was changed.")
        }
        let edited = Array(bytes[..<range.lowerBound] + Array(text.utf8) + bytes[range.upperBound...])
        // The limit on the size is the reader's to set, not ours to meet.
        let reread = try JSONDocument(parsing: edited, file: file, limit: max(edited.count, 1))
        guard reread.root.hasSameContent(as: expected) else {
            throw refusal(node, "the value cannot be written here", "The file would not read as before.")
        }
        return edited
    }

    /// A value's text; of a list in the style of the list that it replaces.
    private func spelled(_ value: JSONValue, like node: JSONNode) -> String {
        guard case .array(let items) = value, !items.isEmpty, node.items != nil,
            let brackets = JSONBrackets(node, in: bytes)
        else { return value.text }
        return "[\(brackets.lead)\(items.map(\.text).joined(separator: brackets.joint))\(brackets.trail)]"
    }

    private func refusal(_ node: JSONNode, _ message: String, _ note: String) -> DiagnosticsError {
        DiagnosticsError(Diagnostic(.error, at: location(ofByte: node.range.lowerBound), message, notes: [note]))
    }
}

extension JSONNode {
    /// The tree with another node in the place of one of its own; nil when that is none of them.
    fileprivate func replacing(_ node: JSONNode, with new: JSONNode) -> JSONNode? {
        if range == node.range { return hasSameContent(as: node) ? new : nil }
        func isAround(_ child: JSONNode) -> Bool {
            child.range.lowerBound <= node.range.lowerBound && node.range.upperBound <= child.range.upperBound
        }
        var result = self
        switch content {
        case .object(var members):
            guard let index = members.firstIndex(where: { isAround($0.value) }),
                let child = members[index].value.replacing(node, with: new)
            else { return nil }
            members[index].value = child
            result.content = .object(members)
        case .array(var items):
            guard let index = items.firstIndex(where: isAround),
                let child = items[index].replacing(node, with: new)
            else { return nil }
            items[index] = child
            result.content = .array(items)
        case .string, .number, .bool, .null: return nil
        }
        return result
    }
}
