import Diagnostics
import Foundation
import StackParameters
import StackTemplate
import Testing
import YAMLDocument

/// The documentation has every parameter, with its default.
@Suite struct DocumentationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test(arguments: ["docs/stack.md", "docs/parameters.md"])
    func `the table of parameters is whole`(_ path: String) throws {
        let text = try String(contentsOf: DocumentationTests.root.appending(path: path), encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        for parameter in StackParameter.all {
            let row = try #require(rows.first { $0.first == "`\(parameter.name)`" }, "\(path): \(parameter.name)")
            #expect(row.last == parameter.defaultText.map { "`\($0)`" } ?? "", "\(path): \(parameter.name)")
        }
    }

    /// And nothing about it is odd, or a new user would begin with warnings.
    @Test(arguments: [("examples/stack.yaml", nil), ("examples/attach/stack.yaml", "examples/attach/cluster.yaml")])
    func `the example makes a stack`(_ parameters: String, _ spec: String?) throws {
        func bytes(_ path: String) throws -> [UInt8] {
            Array(try Data(contentsOf: DocumentationTests.root.appending(path: path)))
        }
        let file = try ParametersFile(parsing: try bytes(parameters), name: parameters)
        #expect(file.objections().isEmpty)
        let names = Set(file.entries.map(\.name))
        #expect(names.isSubset(of: Set(StackParameter.all.map(\.name))))
        let document = try spec.map { try YAMLDocument(parsing: try bytes($0), file: $0) }
        let (shape, findings) = StackShape.read(StackValues(file: file, overrides: []), spec: document)
        #expect(findings.isEmpty, "\(findings.map(\.description))")
        _ = try StackTemplate(try #require(shape))
    }
}
