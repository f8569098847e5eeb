import CExpat

/// An element of an XML answer: its name without a prefix, its text, and what is in it.
package struct XMLElement: Hashable, Sendable {
    package var name: String
    /// All text right in this element, with references resolved.
    package var text: String = ""
    package var children: [XMLElement] = []

    /// The first child of a name.
    package subscript(name: String) -> XMLElement? { children.first { $0.name == name } }

    /// The children of a list, whatever they are called: `item` with EC2, `member` elsewhere.
    package func items(_ name: String) -> [XMLElement] { self[name]?.children ?? [] }

    /// The text of the first child of a name; nil when there is none, or it is empty.
    package func text(_ name: String) -> String? { self[name].flatMap { $0.text.isEmpty ? nil : $0.text } }
}

/// Why an answer is no XML that we read. It says nothing of the answer's text.
package struct XMLError: Error, Hashable, Sendable {
    package var line: Int
    package var message: String
}

extension XMLElement {
    /// Reads a document whose elements are not nested deeper than a limit.
    ///
    /// A document type declaration is refused, so there are no entities but the five of XML.
    package init(parsing bytes: [UInt8], limit: Int = 64) throws(XMLError) {
        guard let count = Int32(exactly: bytes.count) else { throw XMLError(line: 0, message: "it is too long") }
        guard let parser = XML_ParserCreateNS(nil, 0x0A) else { throw XMLError(line: 0, message: "out of memory") }
        defer { XML_ParserFree(parser) }
        let builder = XMLTreeBuilder(parser, limit: limit)
        let isWhole = withExtendedLifetime(builder) {
            XML_SetUserData(parser, Unmanaged.passUnretained(builder).toOpaque())
            XML_SetElementHandler(
                parser,
                { data, name, _ in data.map(XMLTreeBuilder.at)?.open(name) },
                { data, _ in data.map(XMLTreeBuilder.at)?.close() })
            XML_SetCharacterDataHandler(parser) { data, text, count in
                data.map(XMLTreeBuilder.at)?.append(UnsafeBufferPointer(start: text, count: Int(count)))
            }
            XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
                data.map(XMLTreeBuilder.at)?.refuse("it has a document type declaration")
            }
            return bytes.withUnsafeBytes { buffer in
                XML_Parse(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), count, 1)
                    == XML_STATUS_OK
            }
        }
        guard isWhole, let root = builder.root else {
            let reason = builder.refusal ?? String(cString: XML_ErrorString(XML_GetErrorCode(parser)))
            throw XMLError(line: Int(XML_GetCurrentLineNumber(parser)), message: reason)
        }
        self = root
    }
}

/// Takes expat's events and builds the tree.
private final class XMLTreeBuilder {
    private let parser: XML_Parser
    private let limit: Int
    private var open: [XMLElement] = []
    private var texts: [[UInt8]] = []
    var root: XMLElement?
    var refusal: String?

    init(_ parser: XML_Parser, limit: Int) {
        self.parser = parser
        self.limit = limit
    }

    static func at(_ data: UnsafeMutableRawPointer) -> XMLTreeBuilder {
        Unmanaged<XMLTreeBuilder>.fromOpaque(data).takeUnretainedValue()
    }

    func open(_ name: UnsafePointer<CChar>?) {
        guard open.count < limit else { return refuse("it is nested deeper than \(limit)") }
        // expat writes the name space, the separator and the name.
        let full = name.map { String(cString: $0) } ?? ""
        open.append(XMLElement(name: full.split(separator: "\n").last.map(String.init) ?? full))
        texts.append([])
    }

    func close() {
        guard var element = open.popLast(), let text = texts.popLast() else { return }
        // What stands between children is layout.
        if element.children.isEmpty { element.text = String(decoding: text, as: UTF8.self) }
        if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }

    func append(_ text: UnsafeBufferPointer<CChar>) {
        guard !texts.isEmpty else { return }
        texts[texts.count - 1] += text.map(UInt8.init(bitPattern:))
    }

    func refuse(_ reason: String) {
        refusal = reason
        XML_StopParser(parser, 0)
    }
}
