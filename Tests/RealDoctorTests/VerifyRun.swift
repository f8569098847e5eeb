import FoundationEssentials
import RealCluster
import RenderedCluster
import Subprocess
import SystemPackage

/// What `verify` says of a rendered pgpool, of the databases behind it and of its doctor.
struct VerifyRun: Decodable {
    struct Finding: Decodable {
        var name: String
        var verdict: String
        var text: String
        var mend: String
    }

    var wrong: Int
    var findings: [Finding]
    var exit: Int32 = 0
    var output = ""

    private enum CodingKeys: String, CodingKey { case wrong, findings }

    init(_ files: RenderedFiles, password: String = "app-password") async throws {
        let spec = files.folder + ".yaml"
        try Data(files.spec.utf8).write(to: URL(filePath: spec))
        let record = try await Subprocess.run(
            .path(FilePath(BuiltTool.path)),
            arguments: ["verify", "--host", "127.0.0.1", "--config", spec, "--sessions", "10", "--json"],
            environment: .inherit.updating(["PGPASSWORD": password]), input: .none, output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        output = record.standardOutput + record.standardError
        self = try JSONDecoder().decode(VerifyRun.self, from: Data(record.standardOutput.utf8))
        output = record.standardOutput + record.standardError
        if case .exited(let code) = record.terminationStatus { exit = code }
    }

    /// The names of what is wrong.
    var wrongNames: [String] { findings.filter { $0.verdict == "wrong" }.map(\.name) }

    subscript(name: String) -> Finding? { findings.first { $0.name == name } }
}
