import FoundationEssentials
import Glibc
import ImageBuild
import LocalFiles
import QEMUHost
import RealCluster
import Subprocess
import SystemPackage
import TestBasics
import Testing

/// The built command, with guests that are boot sectors.
@Suite(.serialized) struct LocalCommandTests {
    private let scene: LocalScene

    init() throws {
        scene = try LocalScene()
    }

    private struct Run {
        var exit: TerminationStatus
        var output: String
        var errors: String
    }

    private func spec(_ guest: BootSector?, _ more: String = "") throws -> String {
        try guest?.write("\(scene.folder.path)/guest.raw")
        let base = guest == nil ? "debian-12" : "./guest.raw"
        return try scene.folder.write(
            "cluster.yaml", "image: {provider: local, base: \(base), volume: {size: 1}\(more)}\n")
    }

    private var environment: Environment {
        .inherit.updating([
            "XDG_DATA_HOME": scene.folder.path, "XDG_CACHE_HOME": "\(scene.folder.path)/cache",
            "XDG_STATE_HOME": "\(scene.folder.path)/state", "AWS_EC2_METADATA_DISABLED": "true",
        ])
    }

    /// Where the command has its data.
    private var dataFolder: String { "\(scene.folder.path)/pgpool-aurora" }
    private var instances: [String] { FileSystem.names(in: InstanceFolder.all(in: dataFolder)) }

    private func run(_ arguments: String...) async throws -> Run { try await run(arguments) }

    private func run(_ arguments: [String]) async throws -> Run {
        let record = try await Subprocess.run(
            .path(FilePath(BuiltTool.path)), arguments: Arguments(["build-ami"] + arguments),
            environment: environment, workingDirectory: FilePath(scene.folder.path), input: .none,
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return Run(
            exit: record.terminationStatus, output: record.standardOutput, errors: record.standardError)
    }

    private var certificates: String {
        get throws {
            try scene.folder.write("ca.pem", "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n")
        }
    }

    @Test func thePlanTellsOfTheMachineAndNothingIsMade() async throws {
        let run = try await run(
            "--config", try spec(BootSector(text: "", end: .hangs)), "--ca-bundle", try certificates, "--dry-run")
        #expect(run.exit == .exited(0), "\(run.errors)")
        #expect(run.output.contains("machine"))
        #expect(run.output.contains("image in"))
        #expect(instances == [])
        #expect(FileSystem.names(in: "\(scene.folder.path)/state/pgpool-aurora/builds") == [])
    }

    @Test func theProviderOfTheSpecCanBeOverruled() async throws {
        let config = try scene.folder.write("cluster.yaml", "image: {base: al2023}\n")
        let run = try await run("--config", config, "--provider", "local", "--dry-run")
        #expect(run.exit == .exited(65))
        #expect(run.errors.contains("there is no public image of Amazon Linux 2023 that could be fetched"))
    }

    @Test func aTrialIsPlannedAndItsPasswordsAreLookedForFirst() async throws {
        try BootSector(text: "", end: .hangs).write("\(scene.folder.path)/guest.raw")
        let config = try scene.folder.write(
            "cluster.yaml",
            """
            auth: {users: [{name: app, password_file: app.password}]}
            image: {provider: local, base: ./guest.raw, volume: {size: 1}}

            """)
        let arguments = [
            "--config", config, "--ca-bundle", try certificates, "--dry-run", "--test-against", "127.0.0.1:5432",
            "localhost",
        ]
        let without = try await run(arguments)
        #expect(without.exit == .exited(65))
        #expect(without.errors.contains("there is no file \(scene.folder.path)/app.password"), "\(without.errors)")
        try scene.folder.write("app.password", "canary")
        let with = try await run(arguments)
        #expect(with.exit == .exited(0), "\(with.errors)")
        #expect(with.output.contains("read from localhost:5432 and write to 127.0.0.1:5432 through it"))
        #expect(!(with.output + with.errors).contains("canary"))
    }

    @Test(arguments: [
        (["--test-against", "127.0.0.1"], "image: {provider: local}", 64, "takes two endpoints"),
        (["--test-against", "a b", "c"], "image: {provider: local}", 64, "--test-against: 'a b'"),
        (
            ["--test-against", "a", "b", "--provider", "ec2"], "image: {artifact: {bucket: bucket}, base: debian-12}",
            64,
            "is for images of this machine"
        ),
        (
            ["--test-against", "a", "b"], "image: {provider: local, test: false}", 65,
            "an image that is not booted cannot be tried on a cluster"
        ),
        (["--test-against", "a", "b"], "image: {provider: local}", 65, "has no users"),
    ])
    func aTrialThatCannotBeIsRefused(options: [String], spec: String, exit: Int32, message: String) async throws {
        let config = try scene.folder.write("cluster.yaml", "\(spec)\n")
        let run = try await run(["--config", config, "--ca-bundle", try certificates, "--dry-run"] + options)
        #expect(run.exit == .exited(exit), "\(run.errors)")
        #expect(run.errors.contains(message), "\(run.errors)")
        #expect(instances == [])
    }

    @Test func aGuestThatEndsByItselfFailsTheBuildAndLeavesNothing() async throws {
        let run = try await run(
            "--config", try spec(BootSector(text: "bye\r\n", end: .powersOff)), "--ca-bundle", try certificates,
            "--poll", "0.2")
        #expect(run.exit == .exited(1), "\(run.errors)")
        #expect(run.errors.contains("it ended without a word"))
        #expect(instances == [])
    }

    @Test func aBuildThatRanOutOfTimeIsGoneOnWithAndThenReaped() async throws {
        let first = try await run(
            "--config", try spec(BootSector(text: "hello\r\n", end: .hangs)), "--ca-bundle", try certificates,
            "--poll", "0.2", "--deadline", "4s")
        #expect(first.exit == .exited(75), "\(first.errors)")
        #expect(instances.count == 1)
        let id = String(try #require(instances.first).dropLast("-install-0".count))
        let process = try #require(InstanceFolder("\(id)-install-0", in: dataFolder).process)

        let second = try await run("--resume", id, "--poll", "0.2", "--deadline", "2s")
        #expect(second.exit == .exited(75), "\(second.errors)")
        #expect(process.isThere)

        let look = try await run("reap", "--dry-run")
        #expect(look.exit == .exited(0), "\(look.errors)")
        #expect(look.errors.contains("\(id)-install-0"))
        #expect(process.isThere)

        let reap = try await run("reap", "--yes")
        #expect(reap.exit == .exited(0), "\(reap.errors)")
        #expect(!process.isThere)
        #expect(instances == [])
    }

    @Test func whatABuilderThatWasKilledLeavesIsReaped() async throws {
        let config = try spec(BootSector(text: "hello\r\n", end: .hangs))
        let bundle = try certificates
        let killed = try await Subprocess.run(
            .path(FilePath(BuiltTool.path)),
            arguments: ["build-ami", "--config", config, "--ca-bundle", bundle, "--poll", "0.2"],
            environment: environment, workingDirectory: FilePath(scene.folder.path), input: .none, output: .discarded,
            error: .discarded
        ) { execution in
            for _ in 0..<600 where instances.allSatisfy({ InstanceFolder($0, in: dataFolder).process == nil }) {
                try await Task.sleep(for: .milliseconds(100))
            }
            try execution.send(signal: .kill)
        }
        #expect(killed.terminationStatus == .signaled(SIGKILL))
        let key = try #require(instances.first)
        // The machine outlives its builder.
        let process = try #require(InstanceFolder(key, in: dataFolder).process)
        try await Task.sleep(for: .milliseconds(300))
        #expect(process.isThere)
        let reap = try await run("reap", "--yes")
        #expect(reap.exit == .exited(0), "\(reap.errors)")
        #expect(!process.isThere)
        #expect(instances == [])
        let again = try await run("reap", "--yes", "--provider", "local")
        #expect(again.exit == .exited(0), "\(again.errors)")
        #expect(again.errors.contains("there is nothing to remove on this machine"))
    }

    @Test func aSignalEndsTheMachineToo() async throws {
        let config = try spec(BootSector(text: "hello\r\n", end: .hangs))
        let bundle = try certificates
        let ended = try await Subprocess.run(
            .path(FilePath(BuiltTool.path)),
            arguments: ["build-ami", "--config", config, "--ca-bundle", bundle, "--poll", "0.2"],
            environment: environment, workingDirectory: FilePath(scene.folder.path), input: .none, output: .discarded,
            error: .discarded
        ) { execution in
            for _ in 0..<600 where instances.allSatisfy({ InstanceFolder($0, in: dataFolder).process == nil }) {
                try await Task.sleep(for: .milliseconds(100))
            }
            try execution.send(signal: .terminate)
        }
        #expect(ended.terminationStatus == .exited(143))
        #expect(instances == [])
    }
}
