import Foundation
import Diagnostics
import JSONDocument
import StackParameters
import StackTemplate
import Testing
import YAMLDocument

/// Stacks made in process.
enum Shapes {
    static let image = "ami-0123456789abcdef0"

    /// What is read of these values and this spec; an image is given unless the values say otherwise.
    static func read(
        _ values: [(String, String)] = [], spec: String? = nil
    ) throws -> (shape: StackShape?, findings: [Diagnostic]) {
        var overrides = values.map { StackValues.Override(name: $0.0, text: $0.1) }
        if !values.contains(where: { $0.0 == "ami_id" }) { overrides.append(.init(name: "ami_id", text: image)) }
        let document = try spec.map { try YAMLDocument(parsing: Array($0.utf8), file: "cluster.yaml") }
        return StackShape.read(StackValues(file: nil, overrides: overrides), spec: document)
    }

    static func template(_ values: [(String, String)] = [], spec: String? = nil) throws -> StackTemplate {
        let (shape, findings) = try read(values, spec: spec)
        return try StackTemplate(try #require(shape, "\(findings)"))
    }

    /// The template of these, as a tree.
    static func tree(_ values: [(String, String)] = [], spec: String? = nil) throws -> JSONNode {
        let text = try template(values, spec: spec).text(withDefaults: true)
        return try JSONDocument(parsing: Array(text.utf8), file: "template.json").root
    }

    /// The errors of these.
    static func errors(_ values: [(String, String)] = [], spec: String? = nil) throws -> [Diagnostic] {
        let (shape, findings) = try read(values, spec: spec)
        let errors = findings.filter { $0.severity == .error }
        #expect((shape == nil) == !errors.isEmpty)
        return errors
    }

    /// All golden templates.
    static func golden() throws -> [(name: String, root: JSONNode)] {
        try StackCase.all.filter(\.isTemplate).map { golden in
            let bytes = try Array(String(contentsOf: golden.template, encoding: .utf8).utf8)
            return (golden.name, try JSONDocument(parsing: bytes, file: golden.name).root)
        }
    }
}

extension JSONNode {
    /// The node at the end of a path of keys and of numbers of items.
    func at(_ path: String) -> JSONNode? {
        path.split(separator: ".").reduce(self as JSONNode?) { node, key in
            if let index = Int(key), let items = node?.items {
                return items.indices.contains(index) ? items[index] : nil
            }
            return node?[String(key)]
        }
    }

    /// The properties of a resource.
    func properties(_ id: String) -> JSONNode? { at("Resources.\(id).Properties") }

    /// This node and all below it.
    var everything: [JSONNode] {
        [self] + (members ?? []).flatMap { $0.value.everything } + (items ?? []).flatMap(\.everything)
    }
}
