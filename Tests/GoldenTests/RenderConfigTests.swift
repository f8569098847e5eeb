import Foundation
import Glibc
import Subprocess
import SystemPackage
import Testing

/// What a run of the tool gave.
private struct Run {
    var exit: Int32
    var output: String
    var errors: String
}

/// A folder of one test in which the tool runs.
private struct Sandbox {
    let folder = FileManager.default.temporaryDirectory.appending(path: "render-config-\(UUID().uuidString)")

    static let spec = """
        aurora: {writer: w.db, reader: r.db, max_connections: 1000}
        auth: {users: [{name: app, password_file: app.password}]}
        pgpool: {version: "4.5.12"}

        """

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write("cluster.yaml", Sandbox.spec)
        try write("app.password", "secret\n", mode: 0o600)
    }

    func write(_ name: String, _ text: String, mode: Int = 0o644) throws {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    func read(_ name: String) -> String? { try? String(contentsOf: folder.appending(path: name), encoding: .utf8) }

    func mode(_ name: String) -> Int? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path)
        return attributes?[.posixPermissions] as? Int
    }

    func run(_ arguments: String...) async throws -> Run {
        let process = try await Subprocess.run(
            .path(try Workspace.tool()), arguments: Arguments(["render-config"] + arguments), environment: .custom([:]),
            workingDirectory: FilePath(folder.path), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        guard case .exited(let code) = process.terminationStatus else {
            return Run(exit: -1, output: process.standardOutput, errors: process.standardError)
        }
        return Run(exit: code, output: process.standardOutput, errors: process.standardError)
    }

    func remove() { try? FileManager.default.removeItem(at: folder) }
}

@Suite struct RenderConfigTests {
    private static let files = [
        "pcp.conf", "pgdoctor.cfg", "pgdoctor.pgpass", "pgpool.conf", "pool_hba.conf", "pool_passwd",
    ]

    @Test func theFolderIsMadeForItsOwnerAlone() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        #expect(try await sandbox.run("--config", "cluster.yaml", "--out", "a/b/out/").exit == 0)
        #expect(sandbox.mode("a/b/out") == 0o700)
        let names = try FileManager.default.contentsOfDirectory(atPath: sandbox.folder.appending(path: "a/b/out").path)
        #expect(names.sorted() == RenderConfigTests.files)
    }

    @Test func otherFilesOfTheFolderStayAndOursAreReplaced() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        try sandbox.write("out/notes", "mine")
        try sandbox.write("out/pool_passwd", "old", mode: 0o666)
        #expect(try await sandbox.run("--config", "cluster.yaml", "--out", "out").exit == 0)
        #expect(sandbox.read("out/notes") == "mine")
        #expect(sandbox.read("out/pool_passwd") == "app:TEXTsecret\n")
        #expect(sandbox.mode("out/pool_passwd") == 0o600)
    }

    @Test func theHashOfPCPIsRandomAndThenKept() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        #expect(try await sandbox.run("--config", "cluster.yaml", "--out", "one").exit == 0)
        #expect(try await sandbox.run("--config", "cluster.yaml", "--out", "two").exit == 0)
        let first = try #require(sandbox.read("one/pcp.conf"))
        #expect(first != sandbox.read("two/pcp.conf"))
        #expect(try await sandbox.run("--config", "cluster.yaml", "--out", "one").exit == 0)
        #expect(sandbox.read("one/pcp.conf") == first)
    }

    @Test func aPasswordsPathStartsFromTheSpecsFolder() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        try sandbox.write("deep/cluster.yaml", Sandbox.spec)
        try sandbox.write("deep/app.password", "deeper", mode: 0o600)
        #expect(try await sandbox.run("--config", "deep/cluster.yaml", "--out", "out").exit == 0)
        #expect(sandbox.read("out/pool_passwd") == "app:TEXTdeeper\n")
    }

    @Test(arguments: [("x\n", "x"), ("x\r\n", "x"), ("x", "x"), (" x \n", " x ")])
    func oneFinalNewlineOfAPasswordFileIsDropped(_ text: String, _ password: String) async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        try sandbox.write("app.password", text, mode: 0o600)
        #expect(try await sandbox.run("--config", "cluster.yaml", "--out", "out").exit == 0)
        #expect(sandbox.read("out/pool_passwd") == "app:TEXT\(password)\n")
    }

    @Test func aPasswordFileThatOthersMayReadIsWarnedOf() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        try sandbox.write("app.password", "secret", mode: 0o640)
        let run = try await sandbox.run("--config", "cluster.yaml", "--out", "out")
        #expect(run.exit == 0)
        #expect(
            run.errors == """
                cluster.yaml:2:43: warning: [auth.users[0].password_file] ./app.password is open to other users of this machine
                cluster.yaml:2:43: note: chmod 600 ./app.password

                """)
    }

    @Test func whatIsNoFolderIsNotWrittenInto() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        try sandbox.write("file", "")
        let run = try await sandbox.run("--config", "cluster.yaml", "--out", "file")
        #expect(run.exit == 73)
        #expect(run.errors == "error: file is not a folder\n")
        #expect(try await sandbox.run("--config", "cluster.yaml", "--out", "file/deeper").exit == 73)
    }

    /// A pipe that nobody writes to would be waited for.
    @Test func whatIsNoPlainFileIsNotRead() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        try sandbox.write("files/pool_hba.conf", "local all all trust\n")
        #expect(mkfifo(sandbox.folder.appending(path: "files/pgpool.conf").path, 0o600) == 0)
        let run = try await sandbox.run("--check", "--out", "files")
        #expect(run.exit == 65)
        #expect(run.errors == "error: cannot read files/pgpool.conf: it is no plain file\n")
    }

    @Test(arguments: ["--out", "--root", "--config", "--templates"])
    func anEmptyPathIsAMistake(_ option: String) async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        let run = try await sandbox.run("--config", "cluster.yaml", "--out", "out", option, "")
        #expect(run.exit == 64)
        #expect(run.errors.hasPrefix("Error: \(option) is empty.\n"))
    }

    @Test func aSpecThatIsNotThereIsSaid() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        let run = try await sandbox.run("--config", "other.yaml", "--out", "out")
        #expect(run.exit == 65)
        #expect(run.errors == "error: there is no file other.yaml\n")
        #expect(sandbox.mode("out") == nil)
    }

    @Test func aTemplatesFolderWithoutTemplatesIsSaid() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        let missing = try await sandbox.run("--config", "cluster.yaml", "--out", "out", "--templates", "none")
        #expect(missing.exit == 65)
        #expect(missing.errors.hasPrefix("error: there is no template in none\n"))
        try sandbox.write("empty/readme", "")
        let empty = try await sandbox.run("--config", "cluster.yaml", "--out", "out", "--templates", "empty")
        #expect(empty.exit == 65)
        #expect(
            empty.errors == """
                error: there is no template in empty
                note: the names are pcp.conf.tpl, pgdoctor.cfg.tpl, pgdoctor.pgpass.tpl, pgpool.conf.tpl, pool_hba.conf.tpl, pool_passwd.tpl, setting.tpl

                """)
    }

    @Test func wrongUsageEndsWith64() async throws {
        let sandbox = try Sandbox()
        defer { sandbox.remove() }
        #expect(try await sandbox.run("--config", "cluster.yaml").exit == 64)
        #expect(try await sandbox.run("--out", "out", "--bogus").exit == 64)
        #expect(try await sandbox.run("--help").exit == 0)
    }
}
