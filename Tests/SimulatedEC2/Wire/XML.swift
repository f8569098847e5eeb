/// An element of an answer.
struct XML: Hashable, Sendable {
    var name: String
    var text = ""
    var children: [XML] = []

    init(_ name: String, _ text: String) {
        self.name = name
        self.text = text
    }

    init(_ name: String, _ number: Int) { self.init(name, "\(number)") }

    init(_ name: String, _ flag: Bool) { self.init(name, flag ? "true" : "false") }

    /// Nil when there is no text.
    init?(_ name: String, optional text: String?) {
        guard let text else { return nil }
        self.init(name, text)
    }

    init(_ name: String, _ children: [XML?]) {
        self.name = name
        self.children = children.compactMap(\.self)
    }

    /// A list.
    init(_ name: String, items: [[XML?]]) { self.init(name, items.map { XML("item", $0) }) }

    /// A list of texts.
    init(_ name: String, texts: [String]) { self.init(name, texts.map { XML("item", $0) }) }

    init(tags: [String: String]) {
        let sorted = tags.sorted { $0.key < $1.key }
        self.init("tagSet", items: sorted.map { [XML("key", $0.key), XML("value", $0.value)] })
    }

    /// The element as it is sent.
    var document: String {
        guard !children.isEmpty || !text.isEmpty else { return "<\(name)/>" }
        let tag = name.split(separator: " ").first.map(String.init) ?? name
        return "<\(name)>\(XML.escape(text))\(children.map(\.document).joined())</\(tag)>"
    }

    private static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { "&<>\r".utf8.contains($0) }) else { return text }
        return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\r", with: "&#13;")
    }
}
