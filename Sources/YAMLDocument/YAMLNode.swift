package import Diagnostics

/// A node of the tree: a scalar, a sequence or a mapping, and where it is in the file.
package struct YAMLNode: Sendable {
    /// What a node can be.
    package enum Content: Sendable {
        case scalar(YAMLScalar)
        case sequence([YAMLNode])
        case mapping([YAMLEntry])
    }

    package var content: Content
    /// The bytes of the node in the file's bytes; a byte order mark counts its three.
    package var range: Range<Int>
    /// Where the range starts.
    package var location: SourceLocation

    package init(content: Content, range: Range<Int>, location: SourceLocation) {
        self.content = content
        self.range = range
        self.location = location
    }
}

extension YAMLNode {
    /// The scalar, or nil when the node is a sequence or a mapping.
    package var scalar: YAMLScalar? {
        guard case .scalar(let scalar) = content else { return nil }
        return scalar
    }

    /// The items, or nil when the node is no sequence.
    package var items: [YAMLNode]? {
        guard case .sequence(let items) = content else { return nil }
        return items
    }

    /// The entries in the order of the file, or nil when the node is no mapping.
    package var entries: [YAMLEntry]? {
        guard case .mapping(let entries) = content else { return nil }
        return entries
    }

    /// Whether the node is a null: an empty value, `~` or the word.
    package var isNull: Bool { scalar?.isNull ?? false }

    /// The value of a key, or nil when the node is no mapping or has no such key.
    package subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }

    /// The item at a place, or nil when the node is no sequence or is shorter.
    package subscript(index: Int) -> YAMLNode? {
        guard let items, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// The nodes right below: a sequence's items or a mapping's values.
    package var children: [YAMLNode] {
        switch content {
        case .scalar: []
        case .sequence(let items): items
        case .mapping(let entries): entries.map(\.value)
        }
    }
}

/// A scalar: its text with quotes, escapes and folding undone, and how it was written.
package struct YAMLScalar: Hashable, Sendable {
    /// How a scalar is written.
    package enum Style: Hashable, Sendable {
        case plain
        case singleQuoted
        case doubleQuoted
        /// A block scalar that keeps its line breaks: `|`.
        case literal
        /// A block scalar whose line breaks become spaces: `>`.
        case folded
    }

    package var text: String
    package var style: Style

    package init(text: String, style: Style) {
        self.text = text
        self.style = style
    }

    /// Whether it stands for null: plain, and empty, `~`, `null`, `Null` or `NULL`.
    package var isNull: Bool {
        style == .plain && text.utf8.count <= 4 && ["", "~", "null", "Null", "NULL"].contains(text)
    }
}

/// A key of a mapping and its value.
package struct YAMLEntry: Sendable {
    package var key: String
    package var keyLocation: SourceLocation
    /// The bytes of the key, quotes included.
    package var keyRange: Range<Int>
    package var value: YAMLNode

    package init(key: String, keyLocation: SourceLocation, keyRange: Range<Int>, value: YAMLNode) {
        self.key = key
        self.keyLocation = keyLocation
        self.keyRange = keyRange
        self.value = value
    }
}
