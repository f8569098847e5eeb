import Diagnostics

/// Makes the tree out of libyaml's events, and finds what the subset does not allow.
struct TreeBuilder {
    /// A collection whose end has not come yet.
    private struct Frame {
        var isMapping: Bool
        var isFlow: Bool
        var start: Int
        /// Whether it is a key, or within one.
        var isInKey: Bool
        var items: [YAMLNode] = []
        var entries: [YAMLEntry] = []
        var key: Key?
        /// The line of each key so far.
        var lines: [String: Int] = [:]
    }

    /// A key that waits for its value.
    private struct Key {
        var text: String
        var range: Range<Int>
    }

    private let source: SourceMap
    private var findings = Findings()
    private var frames: [Frame] = []
    private var root: YAMLNode?
    private var nodes = 0
    private var documents = 0
    /// Where an empty root would go.
    private var rootStart = 0

    private init(_ source: SourceMap) {
        self.source = source
    }

    /// The tree of a file that passed the encoding check; nil when it has no document.
    static func tree(of source: SourceMap) throws(DiagnosticsError) -> YAMLNode? {
        var builder = TreeBuilder(source)
        source.bytes.withUnsafeBufferPointer { bytes in
            builder.read(UnsafeBufferPointer(rebasing: bytes[source.start...]))
        }
        try builder.findings.throwIfAny()
        return builder.root
    }

    private mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        do throws(EventError) {
            guard let reader = EventReader(bytes, source: source) else {
                throw EventError(problem: "out of memory", context: "", offset: 0, contextOffset: 0)
            }
            while take(try reader.next()) {}
        } catch {
            let open = frames.last.flatMap { $0.isFlow ? $0.start : nil }
            findings.addLast(SyntaxError(error, source: source, openBracket: open).diagnostic)
        }
    }

    /// Takes one event; false when no other is wanted.
    private mutating func take(_ event: YAMLEvent) -> Bool {
        guard !findings.overflows else { return false }
        reportProperties(of: event)
        switch event.kind {
        case .streamStart, .documentEnd: return true
        case .streamEnd: return false
        case .documentStart(let hasDirectives): return startDocument(event.range, hasDirectives: hasDirectives)
        case .alias:
            let text = String(decoding: source.bytes[event.range], as: UTF8.self)
            report(Restrictions.alias(text), at: event.range.lowerBound)
            return add(.scalar(YAMLScalar(text: text, style: .plain)), event.range)
        case .scalar(let scalar): return addScalar(scalar, event.range)
        case .sequenceStart(let isFlow): return open(event, isMapping: false, isFlow: isFlow)
        case .mappingStart(let isFlow): return open(event, isMapping: true, isFlow: isFlow)
        case .sequenceEnd, .mappingEnd: return close(event.range)
        }
    }

    private mutating func report(_ restriction: Restrictions, at offset: Int) {
        findings.add(
            Diagnostic(
                .error, at: source.location(ofByte: offset), restriction.message, notes: restriction.notes))
    }

    private mutating func startDocument(_ range: Range<Int>, hasDirectives: Bool) -> Bool {
        documents += 1
        if documents > 1 {
            report(.secondDocument, at: range.lowerBound)
            return false
        }
        if hasDirectives { report(.directive, at: range.lowerBound) }
        rootStart = range.upperBound
        return true
    }

    // MARK: - Nodes

    private mutating func open(_ event: YAMLEvent, isMapping: Bool, isFlow: Bool) -> Bool {
        let start = event.range.lowerBound
        guard frames.count < YAMLLimits.depth else {
            report(.depth, at: start)
            return false
        }
        let isInOther = frames.last?.isInKey ?? false
        if isKeyNext, !isInOther {
            let isTemplate =
                source.bytes[..<start].last == UInt8(ascii: "{") && source.bytes[start] == UInt8(ascii: "{")
            report(.collectionAsKey(isTemplate: isTemplate), at: start)
        }
        frames.append(Frame(isMapping: isMapping, isFlow: isFlow, start: start, isInKey: isInOther || isKeyNext))
        return count(at: start)
    }

    private mutating func close(_ range: Range<Int>) -> Bool {
        guard let frame = frames.popLast() else { return false }
        var end = frame.start
        if frame.isFlow, [UInt8(ascii: "["), UInt8(ascii: "{")].contains(source.bytes[frame.start]) {
            end = range.upperBound
        } else if frame.isMapping, let last = frame.entries.last {
            end = max(last.keyRange.upperBound, last.value.range.upperBound)
        } else if let last = frame.items.last {
            end = last.range.upperBound
        }
        let content: YAMLNode.Content = frame.isMapping ? .mapping(frame.entries) : .sequence(frame.items)
        place(content, frame.start..<max(end, frame.start))
        return true
    }

    private mutating func addScalar(_ scalar: YAMLScalar, _ range: Range<Int>) -> Bool {
        if scalar.text.utf8.contains(0) { report(.nulEscape, at: range.lowerBound) }
        if scalar.style == .doubleQuoted, CombiningRun.isTooLong(in: scalar.text) {
            report(.combiningRun, at: range.lowerBound)
        }
        if isKeyNext, scalar.text.unicodeScalars.count > YAMLLimits.key { report(.longKey, at: range.lowerBound) }
        var range = range
        if scalar.style == .literal || scalar.style == .folded {
            range = BlockScalarSource(source.bytes[range], text: scalar.text).contentRange
        } else if range.isEmpty, scalar.style == .plain {
            if isKeyNext { report(.emptyKey, at: range.lowerBound) }
            let place = placeOfEmptyValue(before: range.lowerBound)
            range = place..<place
        }
        return add(.scalar(scalar), range)
    }

    /// Where an empty value would go: libyaml puts it right behind its indicator, or else before the next token.
    private func placeOfEmptyValue(before end: Int) -> Int {
        guard let frame = frames.last else { return min(rootStart, end) }
        guard let key = frame.key else { return end }
        var scan = BlankScan(source.bytes, from: key.range.upperBound, to: end)
        scan.skipBlanksAndComments()
        let colon = scan.offset
        let hasColon = colon < end && source.bytes[colon] == UInt8(ascii: ":")
        return hasColon ? colon + 1 : key.range.upperBound
    }

    private var isKeyNext: Bool {
        guard let frame = frames.last else { return false }
        return frame.isMapping && frame.key == nil
    }

    private mutating func count(at offset: Int) -> Bool {
        nodes += 1
        guard nodes > YAMLLimits.nodes else { return true }
        report(.nodes, at: offset)
        return false
    }

    /// Counts a scalar and puts it where it belongs; false when it is one too many.
    private mutating func add(_ content: YAMLNode.Content, _ range: Range<Int>) -> Bool {
        guard count(at: range.lowerBound) else { return false }
        place(content, range)
        return true
    }

    /// Makes a node the root, an item, a key or a value.
    private mutating func place(_ content: YAMLNode.Content, _ range: Range<Int>) {
        let location = source.location(ofByte: range.lowerBound)
        let node = YAMLNode(content: content, range: range, location: location)
        guard let last = frames.indices.last else {
            root = node
            return
        }
        guard frames[last].isMapping else {
            frames[last].items.append(node)
            return
        }
        guard let key = frames[last].key else {
            frames[last].key = Key(text: node.scalar?.text ?? "", range: range)
            if let scalar = node.scalar, !range.isEmpty { checkDuplicate(of: scalar.text, at: location) }
            return
        }
        frames[last].key = nil
        let keyLocation = source.location(ofByte: key.range.lowerBound)
        frames[last].entries.append(
            YAMLEntry(key: key.text, keyLocation: keyLocation, keyRange: key.range, value: node))
    }

    private mutating func checkDuplicate(of key: String, at location: SourceLocation) {
        let last = frames.count - 1
        if let line = frames[last].lines[key] {
            let restriction = Restrictions.duplicate(key, firstLine: line)
            findings.add(Diagnostic(.error, at: location, restriction.message, notes: restriction.notes))
        } else {
            frames[last].lines[key] = location.line
        }
    }

    // MARK: - Anchors and tags

    /// Reports the anchor and the tag before a node; they stand in either order.
    private mutating func reportProperties(of event: YAMLEvent) {
        var (hasAnchor, hasTag) = (event.hasAnchor, event.hasTag)
        var scan = BlankScan(source.bytes, from: event.range.lowerBound, to: source.bytes.count)
        while hasAnchor || hasTag, scan.offset < source.bytes.count {
            let start = scan.offset
            let isAnchor = source.bytes[start] == UInt8(ascii: "&")
            guard isAnchor ? hasAnchor : hasTag else { return }
            scan.skipWord()
            let text = String(decoding: source.bytes[start..<scan.offset], as: UTF8.self)
            report(isAnchor ? .anchor(text) : .tag(text), at: start)
            if isAnchor { hasAnchor = false } else { hasTag = false }
            scan.skipBlanksAndComments()
        }
    }
}
