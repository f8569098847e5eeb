import CLibYAML

/// An event of libyaml, its marks turned into bytes of the file.
struct YAMLEvent {
    /// What happened.
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart(hasDirectives: Bool)
        case documentEnd
        case alias
        case scalar(YAMLScalar)
        case sequenceStart(isFlow: Bool)
        case sequenceEnd
        case mappingStart(isFlow: Bool)
        case mappingEnd
    }

    var kind: Kind
    /// The bytes between libyaml's marks, anchor and tag included.
    var range: Range<Int>
    var hasAnchor = false
    var hasTag = false
}

/// Why libyaml cannot go on.
struct EventError: Error {
    /// What is wrong and what libyaml was doing, in its words; it has no codes for them.
    var problem: String
    var context: String
    /// The bytes that the two are about.
    var offset: Int
    var contextOffset: Int
}

/// libyaml's event parser over bytes that stay where they are while this lives.
struct EventReader: ~Copyable {
    private let source: SourceMap
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Nil when there is no memory.
    init?(_ bytes: UnsafeBufferPointer<UInt8>, source: SourceMap) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            return nil
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
        self.source = source
        self.parser = parser
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event.
    func next() throws(EventError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw error }
        defer { yaml_event_delete(&event) }
        return convert(event)
    }

    private func convert(_ event: yaml_event_t) -> YAMLEvent {
        let start = offset(of: event.start_mark)
        let range = start..<max(start, offset(of: event.end_mark))
        func make(_ kind: YAMLEvent.Kind, anchor: Bool = false, tag: Bool = false) -> YAMLEvent {
            YAMLEvent(kind: kind, range: range, hasAnchor: anchor, hasTag: tag)
        }
        switch event.type {
        case YAML_STREAM_START_EVENT: return make(.streamStart)
        case YAML_DOCUMENT_START_EVENT:
            let data = event.data.document_start
            let hasTags = data.tag_directives.start != data.tag_directives.end
            return make(.documentStart(hasDirectives: data.version_directive != nil || hasTags))
        case YAML_DOCUMENT_END_EVENT: return make(.documentEnd)
        case YAML_ALIAS_EVENT: return make(.alias)
        case YAML_SCALAR_EVENT:
            let data = event.data.scalar
            let text = String(decoding: UnsafeBufferPointer(start: data.value, count: data.length), as: UTF8.self)
            let scalar = YAMLScalar(text: text, style: style(data.style))
            return make(.scalar(scalar), anchor: data.anchor != nil, tag: data.tag != nil)
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            let isFlow = data.style == YAML_FLOW_SEQUENCE_STYLE
            return make(.sequenceStart(isFlow: isFlow), anchor: data.anchor != nil, tag: data.tag != nil)
        case YAML_SEQUENCE_END_EVENT: return make(.sequenceEnd)
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            let isFlow = data.style == YAML_FLOW_MAPPING_STYLE
            return make(.mappingStart(isFlow: isFlow), anchor: data.anchor != nil, tag: data.tag != nil)
        case YAML_MAPPING_END_EVENT: return make(.mappingEnd)
        default: return make(.streamEnd)
        }
    }

    private func style(_ style: yaml_scalar_style_t) -> YAMLScalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private var error: EventError {
        let parser = parser.pointee
        return EventError(
            problem: parser.problem.map { String(cString: $0) } ?? "out of memory",
            context: parser.context.map { String(cString: $0) } ?? "",
            offset: offset(of: parser.problem_mark),
            contextOffset: offset(of: parser.context_mark))
    }

    private func offset(of mark: yaml_mark_t) -> Int { source.byte(ofScalar: mark.index) }
}
