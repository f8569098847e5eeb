import Foundation
import Subprocess
import SystemPackage
import Testing

/// A folder below `Cases`: a parameters file, `cluster.yaml` if any, further arguments in `args`, a line each, and in
/// `expected` what `stack synth` makes of them.
struct StackCase: Sendable, CustomTestStringConvertible {
    var name: String
    var folder: URL

    var testDescription: String { name }
    var expected: URL { folder.appending(path: "expected") }
    var template: URL { expected.appending(path: "template.json") }
    var isTemplate: Bool { FileManager.default.fileExists(atPath: template.path) }

    /// Every folder; a new case needs no code.
    static let all: [StackCase] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { StackCase(name: $0, folder: folder.appending(path: $0)) }
    }()

    /// What a run gives: `template.json`, or `stdout.txt` where it failed, `stderr.txt`, and the exit code in `exit`; each
    /// only if there is something to say.
    func run() async throws -> [String: String] {
        let names = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
        var arguments = ["stack", "synth"]
        if names.contains("cluster.yaml") { arguments += ["--config", "cluster.yaml"] }
        for name in ["stack.yaml", "params.json", "cdk.json"] where names.contains(name) {
            arguments += ["--parameters", name]
        }
        if names.contains("args") {
            let text = try String(contentsOf: folder.appending(path: "args"), encoding: .utf8)
            arguments += text.split(separator: "\n").map(String.init)
        }
        let process = try await Subprocess.run(
            .path(try StackCase.tool()), arguments: Arguments(arguments), environment: .custom([:]),
            workingDirectory: FilePath(folder.path), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        var files: [String: String] = [:]
        let isDone = process.terminationStatus == .exited(0)
        if !process.standardOutput.isEmpty {
            files[isDone ? "template.json" : "stdout.txt"] = process.standardOutput
        }
        if !process.standardError.isEmpty { files["stderr.txt"] = process.standardError }
        if !isDone { files["exit"] = "\(process.terminationStatus)\n" }
        return files
    }

    func readExpected() throws -> [String: String] {
        var files: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: expected.path) {
            files[name] = try String(contentsOf: expected.appending(path: name), encoding: .utf8)
        }
        return files
    }

    func write(_ files: [String: String]) throws {
        try? FileManager.default.removeItem(at: expected)
        try FileManager.default.createDirectory(at: expected, withIntermediateDirectories: true)
        for (name, text) in files {
            try text.write(to: expected.appending(path: name), atomically: false, encoding: .utf8)
        }
    }

    /// The tool, which the build puts beside the test bundle; or the one of `PGPOOL_AURORA_TOOL`.
    static func tool() throws -> FilePath {
        if let path = ProcessInfo.processInfo.environment["PGPOOL_AURORA_TOOL"] { return FilePath(path) }
        let bundle = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return FilePath(bundle.deletingLastPathComponent().appending(path: "pgpool-aurora").path)
    }
}

/// Whole templates, by the built tool. `UPDATE_GOLDEN=1` rewrites what is expected and still fails the run.
@Suite struct StackGoldenTests {
    @Test(arguments: StackCase.all)
    func `the tool makes the template that the case expects`(_ golden: StackCase) async throws {
        let files = try await golden.run()
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try golden.write(files)
            Issue.record("expected was rewritten; read it, and run again without UPDATE_GOLDEN")
            return
        }
        let expected = try golden.readExpected()
        for name in Set(files.keys).union(expected.keys).sorted() {
            #expect(files[name] == expected[name], "\(golden.name)/expected/\(name)")
        }
        // The same input, the same bytes.
        #expect(try await golden.run() == files)
        // What CloudFormation takes without a bucket.
        #expect(files["template.json"]?.utf8.count ?? 0 <= 51_200)
    }

    @Test func `there are cases of templates and of refusals`() {
        #expect(StackCase.all.filter(\.isTemplate).count >= 14)
        #expect(StackCase.all.filter { !$0.isTemplate }.count >= 3)
    }
}
