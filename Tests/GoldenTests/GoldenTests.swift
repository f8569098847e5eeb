import Foundation
import Subprocess
import SystemPackage
import Testing

/// A folder below `Cases`: `cluster.yaml`, what it names, and in `expected` what the tool makes of it.
struct GoldenCase: Sendable, CustomTestStringConvertible {
    var name: String
    var folder: URL

    var testDescription: String { name }

    /// Every folder; a new case needs no code.
    static let all: [GoldenCase] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { GoldenCase(name: $0, folder: folder.appending(path: $0)) }
    }()

    /// The lines of a file of the case; none when it is not there.
    func lines(of file: String) -> [String] {
        let text = (try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? ""
        return text.split(separator: "\n").map(String.init)
    }
}

/// Runs `render-config` as a user would, in a copy of each case's folder:
///
///     pgpool-aurora render-config --config cluster.yaml --out out [the lines of `args`]
///
/// or with the lines of `command` in the place of these arguments,
/// with the variables of `env` and no others. `out` holds a pcp.conf, whose hash a rendering keeps. `UPDATE_GOLDEN=1`
/// rewrites what is expected and still fails the run.
@Suite struct GoldenTests {
    @Test(arguments: GoldenCase.all)
    func theToolDoesWhatTheCaseExpects(_ golden: GoldenCase) async throws {
        let workspace = try Workspace(golden)
        defer { workspace.remove() }
        let result = try await workspace.run()
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try result.write(to: golden.folder.appending(path: "expected"))
            Issue.record("expected was rewritten; read it, and run again without UPDATE_GOLDEN")
            return
        }
        let expected = try CaseResult(readFrom: golden.folder.appending(path: "expected"))
        for name in Set(result.files.keys).union(expected.files.keys).sorted() {
            #expect(result.files[name] == expected.files[name], "\(golden.name)/expected/\(name)")
        }
        try workspace.checkSecrets(in: result)
        // Once more: nothing changes.
        let again = try await workspace.run()
        #expect(again == result)
    }

    @Test func thereAreCases() {
        #expect(GoldenCase.all.count >= 20)
    }
}

/// What one run leaves: the rendered files, `stdout.txt` and `stderr.txt` unless empty, and the exit code in `exit`.
struct CaseResult: Equatable {
    var files: [String: String] = [:]

    init() {}

    init(readFrom folder: URL) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            files[name] = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
        }
    }

    func write(to folder: URL) throws {
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            try text.write(to: folder.appending(path: name), atomically: false, encoding: .utf8)
        }
    }
}

/// A copy of a case's folder in which the tool runs.
struct Workspace {
    private static let seed = "pgdoctor:0123456789abcdef0123456789abcdef\n"
    private let golden: GoldenCase
    private let folder: URL
    private let out: URL

    init(_ golden: GoldenCase) throws {
        self.golden = golden
        let files = FileManager.default
        folder = files.temporaryDirectory.appending(path: "golden-\(golden.name)-\(UUID().uuidString)")
        out = folder.appending(path: "out")
        try files.copyItem(at: golden.folder, to: folder)
        // Git does not keep who may read a file.
        for name in try files.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".password") {
            try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.appending(path: name).path)
        }
        try files.createDirectory(at: out, withIntermediateDirectories: true)
        let pcpConf = out.appending(path: "pcp.conf")
        try Workspace.seed.write(to: pcpConf, atomically: false, encoding: .utf8)
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: pcpConf.path)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// The tool, which the build puts beside the test bundle.
    static func tool() throws -> FilePath {
        let bundle = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        return FilePath(bundle.deletingLastPathComponent().appending(path: "pgpool-aurora").path)
    }

    func run() async throws -> CaseResult {
        var variables: [Environment.Key: String] = [:]
        for line in golden.lines(of: "env") {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            variables[try #require(Environment.Key(rawValue: parts[0]))] = parts[1]
        }
        let process = try await Subprocess.run(
            .path(try Workspace.tool()),
            arguments: Arguments(
                ["render-config"]
                    + (golden.lines(of: "command").isEmpty
                        ? ["--config", "cluster.yaml", "--out", "out"] + golden.lines(of: "args")
                        : golden.lines(of: "command"))),
            environment: .custom(variables), workingDirectory: FilePath(folder.path),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        var result = CaseResult()
        guard case .exited(let code) = process.terminationStatus else {
            Issue.record("\(golden.name): the tool ended with \(process.terminationStatus)")
            return result
        }
        result.files["exit"] = "\(code)\n"
        for (name, text) in [("stdout.txt", process.standardOutput), ("stderr.txt", process.standardError)] {
            if !text.isEmpty { result.files[name] = text }
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: out.path)
        for name in names {
            let file = out.appending(path: name)
            result.files[name] = try String(contentsOf: file, encoding: .utf8)
            let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
            if code == 0 { #expect(mode == 0o600, "\(golden.name)/\(name)") }
        }
        if code != 0 {
            // What failed leaves the folder as it was.
            #expect(names == ["pcp.conf"] && result.files["pcp.conf"] == Workspace.seed)
            result.files["pcp.conf"] = nil
        }
        return result
    }

    /// Passwords stand in pool_passwd and in the passfile alone.
    func checkSecrets(in result: CaseResult) throws {
        let passwords = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".password") }
            .map {
                try String(contentsOf: folder.appending(path: $0), encoding: .utf8).trimmingCharacters(in: .newlines)
            }
        for (name, text) in result.files where name != "pool_passwd" && name != "pgdoctor.pgpass" {
            for password in passwords where !password.isEmpty {
                #expect(!text.contains(password), "\(golden.name): a password is in \(name)")
            }
        }
    }
}
