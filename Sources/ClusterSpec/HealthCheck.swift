import Diagnostics
import YAMLDocument

extension Health.Check {
    init?(_ node: YAMLNode, path: String, _ section: Section) {
        if case .scalar = node.content {
            guard let query = section.value(of: node, name: path, Parse.text) else { return nil }
            self.init(query: query, comparison: nil)
            return
        }
        let item = Section(
            node, path: path, keys: ["query", "operator", "value"], section.findings, defaultLocation: nil)
        guard case .mapping = node.content else { return nil }
        if item.node("query") == nil {
            item.findings.error(at: node.location, key: item.name("query"), "is missing")
        }
        let query = item.value("query", Parse.text)
        let symbol = item.value("operator", Parse.word(Operator.self))
        let value = item.value("value", Parse.text)
        if item.node("operator") != nil, item.node("value") == nil {
            item.findings.error(
                at: node.location, key: item.name("value"), "is missing: the operator has nothing to compare with")
        }
        if let value, symbol?.value == .less || symbol?.value == .greater, Parse.decimal(value.value) == nil {
            item.findings.error(
                at: value.location, key: item.name("value"),
                "'\(Parse.excerpt(value.value))' is not a number to compare with")
        }
        guard let query else { return nil }
        self.init(query: query, comparison: value.map { (symbol?.value ?? .equal, $0.value) })
    }
}
