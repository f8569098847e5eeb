import Foundation
import StackParameters
import Testing

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

    @Test func `the example makes a stack`() throws {
        let path = DocumentationTests.root.appending(path: "examples/stack.yaml")
        let file = try ParametersFile(
            parsing: Array(String(contentsOf: path, encoding: .utf8).utf8), name: "stack.yaml")
        #expect(file.objections().isEmpty)
        let names = Set(file.entries.map(\.name))
        #expect(names.isSubset(of: Set(StackParameter.all.map(\.name))))
    }
}
