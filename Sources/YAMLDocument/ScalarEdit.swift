package import Diagnostics

extension YAMLDocument {
    /// The file's bytes with the value of one scalar replaced, and every other byte as it was.
    ///
    /// The quoting stays where it can carry the text; else the value gets single quotes, or double quotes with
    /// escapes. A text that is not null is read back as that text, never as null.
    ///
    /// - Throws: When the node is no scalar of this document, the text has a NUL, or the file would read differently.
    package func replacing(_ scalar: YAMLNode, with text: String) throws(DiagnosticsError) -> [UInt8] {
        guard let path = root.flatMap({ Self.path(to: scalar, from: $0) }) else {
            throw refusal(scalar, "the value is no scalar of this file", [])
        }
        guard !text.utf8.contains(0) else {
            throw refusal(scalar, "the new value contains a NUL character", ["Remove it."])
        }
        guard let old = scalar.scalar, old.isNull || !old.text.utf8.elementsEqual(text.utf8) else { return bytes }

        var reason = "The file would not read as before."
        for candidate in candidates(for: scalar, old, text) {
            let edited = Array(bytes[..<scalar.range.lowerBound] + candidate.source + bytes[scalar.range.upperBound...])
            do throws(DiagnosticsError) {
                let new = YAMLScalar(text: text, style: candidate.style)
                let reread = try YAMLDocument(parsing: edited, file: file)
                if Self.isSame(root, reread.root, except: path[...], new) { return edited }
            } catch {
                reason = error.diagnostics.first.map { "It would read: \($0.message)." } ?? reason
            }
        }
        throw refusal(
            scalar, "the value \(Excerpt.quoted(text)) cannot be written here", [reason, "Edit the file by hand."])
    }

    private func refusal(_ node: YAMLNode, _ message: String, _ notes: [String]) -> DiagnosticsError {
        DiagnosticsError(Diagnostic(.error, at: location(ofByte: node.range.lowerBound), message, notes: notes))
    }

    // MARK: - Spellings

    private struct Candidate {
        var style: YAMLScalar.Style
        var source: [UInt8]
    }

    /// The spellings to try, the best first.
    private func candidates(for node: YAMLNode, _ old: YAMLScalar, _ text: String) -> [Candidate] {
        var result: [Candidate] = []
        var (before, after): ([UInt8], [UInt8]) = ([], [])
        if old.style == .literal || old.style == .folded {
            let block = BlockScalarSource(bytes[node.range], text: old.text)
            if let source = ScalarWriter.block(text, like: block) {
                result.append(Candidate(style: old.style, source: source))
            }
            after = block.tail + (block.endsWithBreak ? Array(block.lineBreak) : [])
        } else if node.range.isEmpty {
            (before, after) = surroundings(ofEmpty: node.range.lowerBound)
        }
        func add(_ style: YAMLScalar.Style, _ spelled: String?) {
            guard let spelled else { return }
            result.append(Candidate(style: style, source: before + Array(spelled.utf8) + after))
        }
        if old.style == .plain { add(.plain, ScalarWriter.plain(text)) }
        if old.style != .doubleQuoted { add(.singleQuoted, ScalarWriter.singleQuoted(text)) }
        add(.doubleQuoted, ScalarWriter.doubleQuoted(text))
        return result
    }

    /// What must stand around a value where there was none.
    private func surroundings(ofEmpty offset: Int) -> (before: [UInt8], after: [UInt8]) {
        let hasIndicator = offset > 0 && [UInt8(ascii: ":"), UInt8(ascii: "-")].contains(bytes[offset - 1])
        let isEnd = offset == bytes.count || [0x20, 0x09, 0x0A, 0x0D].contains(bytes[offset])
        let isBracket = offset < bytes.count && Array(",]}".utf8).contains(bytes[offset])
        return (Array((hasIndicator ? " " : ": ").utf8), isEnd || isBracket ? [] : [0x20])
    }

    // MARK: - Reading back

    /// The indices that lead to a scalar of this very range and text.
    private static func path(to scalar: YAMLNode, from node: YAMLNode) -> [Int]? {
        if let found = node.scalar {
            return found == scalar.scalar && node.range == scalar.range ? [] : nil
        }
        for (index, child) in node.children.enumerated()
        where child.range.lowerBound <= scalar.range.lowerBound && scalar.range.upperBound <= child.range.upperBound {
            if let rest = path(to: scalar, from: child) { return [index] + rest }
        }
        return nil
    }

    /// Whether two trees have the same keys, texts and styles, except that at the path stands the new scalar.
    private static func isSame(
        _ old: YAMLNode?, _ new: YAMLNode?, except path: ArraySlice<Int>?, _ scalar: YAMLScalar
    ) -> Bool {
        func below(_ old: [YAMLNode], _ new: [YAMLNode]) -> Bool {
            guard old.count == new.count else { return false }
            return old.indices.allSatisfy { index in
                let isOnPath = path?.first == index
                return isSame(old[index], new[index], except: isOnPath ? path?.dropFirst() : nil, scalar)
            }
        }
        guard let old, let new else { return false }
        switch (old.content, new.content) {
        case (.scalar(let oldScalar), .scalar(let newScalar)):
            let expected = path?.isEmpty == true ? scalar : oldScalar
            return newScalar.style == expected.style && newScalar.text.utf8.elementsEqual(expected.text.utf8)
        case (.sequence(let old), .sequence(let new)):
            return below(old, new)
        case (.mapping(let old), .mapping(let new)):
            return old.elementsEqual(new) { $0.key.utf8.elementsEqual($1.key.utf8) }
                && below(old.map(\.value), new.map(\.value))
        default:
            return false
        }
    }
}
