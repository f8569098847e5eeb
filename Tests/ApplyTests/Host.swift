import Foundation
import Glibc
import RealCluster
import Subprocess
import SystemPackage

/// A host of a test's own: a root folder, a spec, and a file that records what the services were told.
struct Host {
    let folder: String
    var root: String { folder + "/root" }
    var spec: String { folder + "/cluster.yaml" }
    var calls: String { folder + "/calls" }
    var current: String { root + "/etc/pgpool-aurora/current" }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "apply.\(UUID().uuidString.prefix(8))").path
        try FileManager.default.createDirectory(atPath: folder + "/root", withIntermediateDirectories: true)
        try write("secret-one", to: "password")
        try setSpec()
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
        chmod("\(folder)/\(name)", 0o600)
    }

    /// Writes the spec; by default one whose services only record what they are told.
    func setSpec(children: Int = 20, parameters: String = "{}", owner: String = "nobody", extra: String? = nil) throws {
        let service =
            extra ?? """
                service:
                  reload: [sh, -c, 'echo reload >> \(calls)']
                  restart: [sh, -c, 'echo restart >> \(calls)']
                  doctor_reload: [sh, -c, 'echo doctor-reload >> \(calls)']
                  doctor_restart: [sh, -c, 'echo doctor-restart >> \(calls)']
                """
        try write(
            """
            aurora: {writer: w.example, reader: r.example, max_connections: 1000}
            auth: {users: [{name: app, password_file: password}]}
            pgpool:
              version: "4.5"
              owner: \(owner)
              children: \(children)
              parameters: \(parameters)
            \(service)
            """, to: "cluster.yaml")
    }

    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Runs the tool, under another program if `prefix` names one, with variables beside or instead of ours.
    func run(
        _ arguments: [String], under prefix: [String] = [], variables: [String: String] = [:]
    ) async throws -> Result {
        let command = prefix + [BuiltTool.path, "render-config"] + arguments
        let result = try await Subprocess.run(
            command[0].contains("/") ? .path(FilePath(command[0])) : .name(command[0]),
            arguments: Arguments(Array(command.dropFirst())),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0.key), $0.value) })),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Result(status: status, output: result.standardOutput, errors: result.standardError)
    }

    @discardableResult
    func apply(
        _ options: [String] = [], under prefix: [String] = [], variables: [String: String] = [:]
    ) async throws -> Result {
        try await run(
            ["--config", spec, "--apply", "--root", root] + options, under: prefix, variables: variables)
    }

    /// What the services were told so far, and forgets it.
    func takeCalls() -> [String] {
        let text = (try? String(contentsOfFile: calls, encoding: .utf8)) ?? ""
        unlink(calls)
        return text.split(separator: "\n").map(String.init)
    }

    /// The files in force, by name; nil without any.
    func files() -> [String: Data]? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: current) else { return nil }
        return Dictionary(
            uniqueKeysWithValues: names.map { ($0, FileManager.default.contents(atPath: "\(current)/\($0)") ?? Data()) }
        )
    }

    /// Every path below the root with what tells whether it was touched.
    func inventory() -> [String] {
        let paths = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return paths.sorted().map { path in
            var status = stat()
            lstat("\(root)/\(path)", &status)
            return
                "\(path) \(status.st_ino) \(status.st_mode) \(status.st_uid) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec) "
                + "\(status.st_ctim.tv_sec).\(status.st_ctim.tv_nsec)"
        }
    }

    var generations: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root + "/etc/pgpool-aurora/generations")) ?? []).sorted()
    }

    func mark(_ name: String) -> String? {
        (try? String(contentsOfFile: "\(root)/etc/pgpool-aurora/\(name)", encoding: .utf8))?
            .trimmingCharacters(in: .newlines)
    }
}
