import FoundationEssentials
import Glibc
import RealCluster
import RenderedCluster
import Testing

/// The built tool's doctor, running on a rendered folder as the user that pgpool runs as.
struct RunningDoctor {
    let program: RunningProgram
    let port: Int

    /// Starts it and waits for its first verdict. `folder` is where it finds its files, if not beside pgpool's.
    static func start(
        _ cluster: RealCluster, _ files: RenderedFiles, folder: String? = nil, environment: [String: String] = [:],
        arguments: [String] = []
    ) async throws -> RunningDoctor {
        let spec = files.folder + ".yaml"
        try Data(files.spec.utf8).write(to: URL(filePath: spec))
        let folder = folder ?? files.folder
        try await cluster.own(folder)
        let program = try await cluster.launch(
            [BuiltTool.path, "doctor", "--config", "\(folder)/pgdoctor.cfg", "--spec", spec] + arguments,
            name: "doctor", environment: environment)
        let doctor = RunningDoctor(program: program, port: files.ports.health)
        try await program.waitUntilReady(within: .seconds(30)) {
            guard let answer = try? await doctor.ask("/ready") else { return false }
            return !answer.body.hasPrefix("starting")
        }
        return doctor
    }

    func ask(_ path: String, accept: String? = nil) async throws -> HTTPProbe.Answer {
        try await HTTPProbe.get(
            port: port, path: path, headers: accept.map { [("Accept", $0)] } ?? [], timeout: .seconds(5))
    }

    /// The statuses of `/`, `/live`, `/primary` and `/replica`, and the state, as the table in the docs has them.
    func verdict() async throws -> [String] {
        var row: [String] = []
        for path in ["/", "/live", "/primary", "/replica"] { row.append(String(try await ask(path).status)) }
        return row + [try await status().state]
    }

    /// What `/status` says as JSON.
    func status() async throws -> Status {
        let answer = try await ask("/status", accept: "application/json")
        return try JSONDecoder().decode(Status.self, from: Data(answer.body.utf8))
    }

    struct Status: Decodable {
        struct Heals: Decodable {
            var count: Int
            var signals: Int
            var active: Bool
        }
        struct Children: Decodable {
            var busy: Int
            var total: Int
        }
        struct Node: Decodable {
            var role: String
            var addresses: [String]
        }
        var state: String
        var reasons: [String]
        var heals: Heals
        var children: Children?
        var nodes: [Node]
        var config_digest: String
    }

    /// Waits until the doctor sees things so; the error has its log.
    func wait(
        _ what: String, within limit: Duration = .seconds(30), until isSo: (RunningDoctor) async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while try await !isSo(self) {
            guard ContinuousClock.now < deadline else {
                Issue.record("waited in vain for \(what): \(try await verdict())\n\(program.log())")
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}

/// A copy of a rendered folder for the doctor alone, so that its files can differ from pgpool's.
func copyForDoctor(_ files: RenderedFiles, editing edits: [String: @Sendable (String) -> String]) throws -> String {
    let folder = files.folder + "-doctor"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    for name in ["pgpool.conf", "pool_hba.conf", "pool_passwd", "pcp.conf", "pgdoctor.cfg", "pgdoctor.pgpass"] {
        var text = try String(decoding: Data(contentsOf: URL(filePath: "\(files.folder)/\(name)")), as: UTF8.self)
        if name == "pgpool.conf" {
            text = text.replacing("'pgpool.pid'", with: "'\(files.folder)/pgpool.pid'")
        }
        if let edit = edits[name] { text = edit(text) }
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        chmod("\(folder)/\(name)", 0o600)
    }
    return folder
}
