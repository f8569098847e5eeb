import Diagnostics

/// Nodes that no file has: their places are the start of a file without a name.
extension YAMLNode {
    private init(made content: Content) {
        self.init(content: content, range: 0..<0, location: SourceLocation(file: "", line: 1, column: 1))
    }

    /// A scalar that means this text, and never null.
    package static func scalar(_ text: String) -> YAMLNode {
        YAMLNode(made: .scalar(YAMLScalar(text: text, style: .doubleQuoted)))
    }

    package static func sequence(_ items: [YAMLNode]) -> YAMLNode { YAMLNode(made: .sequence(items)) }

    package static func mapping(_ entries: KeyValuePairs<String, YAMLNode>) -> YAMLNode {
        YAMLNode(made: .mapping(entries.map { YAMLEntry(made: $0.key, $0.value) }))
    }

    /// The tree with another value at the end of a path of keys; nil takes the key out. Mappings on the way that are not
    /// there, or are something else, are made.
    package func setting(_ path: String..., to value: YAMLNode?) -> YAMLNode { setting(path[...], to: value) }

    private func setting(_ path: ArraySlice<String>, to value: YAMLNode?) -> YAMLNode {
        guard let key = path.first else { return value ?? self }
        var entries = entries ?? []
        let index = entries.firstIndex { $0.key == key }
        let rest = path.dropFirst()
        if rest.isEmpty, value == nil {
            if let index { entries.remove(at: index) }
        } else {
            let old = index.map { entries[$0].value } ?? .mapping([:])
            let new = old.setting(rest, to: value)
            if let index { entries[index].value = new } else { entries.append(YAMLEntry(made: key, new)) }
        }
        var node = self
        node.content = .mapping(entries)
        return node
    }
}

extension YAMLEntry {
    fileprivate init(made key: String, _ value: YAMLNode) {
        self.init(
            key: key, keyLocation: SourceLocation(file: "", line: 1, column: 1), keyRange: 0..<0, value: value)
    }
}
