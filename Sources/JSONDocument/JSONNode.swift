/// A node of the tree: a value, and where it is in the text.
package struct JSONNode: Sendable {
    /// What a node can be.
    package enum Content: Sendable {
        case object([JSONMember])
        case array([JSONNode])
        case string(String)
        /// A number's text.
        case number(String)
        case bool(Bool)
        case null
    }

    package var content: Content
    /// The bytes of the node, with its quotes or brackets.
    package var range: Range<Int>

    package init(content: Content, range: Range<Int>) {
        self.content = content
        self.range = range
    }
}

/// A key of an object and its value.
package struct JSONMember: Sendable {
    package var key: String
    /// The bytes of the key, with its quotes.
    package var keyRange: Range<Int>
    package var value: JSONNode

    package init(key: String, keyRange: Range<Int>, value: JSONNode) {
        self.key = key
        self.keyRange = keyRange
        self.value = value
    }

    /// The bytes from the key to the end of the value.
    package var range: Range<Int> { keyRange.lowerBound..<value.range.upperBound }
}

extension JSONNode {
    /// The members in the order of the text, or nil when the node is no object.
    package var members: [JSONMember]? {
        guard case .object(let members) = content else { return nil }
        return members
    }

    /// The items, or nil when the node is no list.
    package var items: [JSONNode]? {
        guard case .array(let items) = content else { return nil }
        return items
    }

    /// The string, with escapes undone, or nil when the node is none.
    package var text: String? {
        guard case .string(let text) = content else { return nil }
        return text
    }

    /// The number, or nil when the node is none, has a fraction or an exponent, or is too big.
    package var integer: Int? {
        guard case .number(let text) = content else { return nil }
        return Int(text)
    }

    /// The truth value, or nil when the node is none.
    package var bool: Bool? {
        guard case .bool(let value) = content else { return nil }
        return value
    }

    package var isNull: Bool {
        guard case .null = content else { return false }
        return true
    }

    /// A string, a number or a truth value as text; else nil.
    package var scalarText: String? {
        switch content {
        case .string(let text), .number(let text): text
        case .bool(let value): value ? "true" : "false"
        case .object, .array, .null: nil
        }
    }

    /// The value of a key, or nil when the node is no object or has no such key. Keys are compared by their bytes.
    package subscript(key: String) -> JSONNode? {
        members?.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    /// The item at a place, or nil when the node is no list or is shorter.
    package subscript(index: Int) -> JSONNode? {
        guard let items, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// Whether another node, wherever it is, has the same keys and values in the same order.
    package func hasSameContent(as other: JSONNode) -> Bool {
        switch (content, other.content) {
        case (.object(let members), .object(let others)):
            members.elementsEqual(others) {
                $0.key.utf8.elementsEqual($1.key.utf8) && $0.value.hasSameContent(as: $1.value)
            }
        case (.array(let items), .array(let others)): items.elementsEqual(others) { $0.hasSameContent(as: $1) }
        case (.string(let text), .string(let other)), (.number(let text), .number(let other)):
            text.utf8.elementsEqual(other.utf8)
        case (.bool(let value), .bool(let other)): value == other
        case (.null, .null): true
        default: false
        }
    }
}
