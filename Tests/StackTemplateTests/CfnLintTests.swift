import Foundation
import Subprocess
import SystemPackage
import TestPython
import Testing

/// The real cfn-lint on all golden templates.
@Suite struct CfnLintTests {
    /// Warnings that are right to ignore, by rule, each with its reason. There is none.
    private static let allowed: [String: String] = [:]

    private static let start = "import sys; from cfnlint.runner import main; sys.exit(main())"

    private struct Finding: Decodable {
        struct Rule: Decodable {
            var Id: String
        }
        var Rule: Rule
        var Filename: String
        var Message: String
    }

    /// One process for all: it is slow to start.
    private static func findings(_ files: [String]) async throws -> [Finding] {
        let process = try await Subprocess.run(
            .path(FilePath(try TestPython.path())),
            arguments: Arguments(
                ["-c", CfnLintTests.start, "--regions", "us-east-1", "--format", "json", "--"] + files),
            output: .string(limit: 16 << 20), error: .string(limit: 1 << 20))
        #expect(process.standardError.isEmpty, "\(process.standardError)")
        return try JSONDecoder().decode([Finding].self, from: Data(process.standardOutput.utf8))
    }

    @Test func `cfn-lint finds nothing in any template`() async throws {
        let cases = StackCase.all.filter(\.isTemplate)
        try #require(!cases.isEmpty)
        for finding in try await CfnLintTests.findings(cases.map(\.template.path)) {
            let isAllowed = !finding.Rule.Id.hasPrefix("E") && CfnLintTests.allowed[finding.Rule.Id] != nil
            #expect(isAllowed, "\(finding.Filename): \(finding.Rule.Id) \(finding.Message)")
        }
    }

    @Test func `cfn-lint would find something`() async throws {
        let golden = try #require(StackCase.all.first { $0.name == "default" })
        let text = try String(contentsOf: golden.template, encoding: .utf8)
        let broken = text.replacing("\"Ref\": \"LaunchTemplate\"", with: "\"Ref\": \"NoSuchThing\"")
        #expect(broken != text)
        let file = FileManager.default.temporaryDirectory.appending(path: "broken-\(UUID().uuidString).json")
        try broken.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        #expect(
            try await CfnLintTests.findings([file.path]).contains { $0.Rule.Id == "E1020" || $0.Rule.Id == "E1012" })
    }
}
