import FoundationEssentials
import Glibc
import ImageBuild
import LocalFiles
import QEMUHost
import RealCluster
import RenderedCluster
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

    @Test func theProviderOfTheCommandLineDecidesWhatABaseIsGoodFor() async throws {
        try BootSector(text: "", end: .hangs).write("\(scene.folder.path)/guest.raw")
        let config = try scene.folder.write("cluster.yaml", "image: {base: ./guest.raw, volume: {size: 1}}\n")
        let run = try await run(
            "--config", config, "--ca-bundle", try certificates, "--provider", "local", "--dry-run")
        #expect(run.exit == .exited(0), "\(run.errors)")
    }

    @Test func settingsOfAWSThatAreWrongDoNotMatterHere() async throws {
        var environment = environment
        environment = environment.updating(["AWS_PROFILE": "no-such-profile"])
        let config = try spec(BootSector(text: "", end: .hangs))
        let record = try await Subprocess.run(
            .path(FilePath(BuiltTool.path)), arguments: ["build-ami", "--config", config, "--dry-run"],
            environment: environment, workingDirectory: FilePath(scene.folder.path), input: .none,
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(record.terminationStatus == .exited(0), "\(record.standardError)")
        #expect(record.standardError.contains("RDS's certificates cannot be fetched here"))
    }

    @Test func whatNoJournalTellsOfIsReapedWhenItIsOld() async throws {
        let key = "20260101-000000-0123456789abcdef-test-0"
        let folder = InstanceFolder(key, in: dataFolder)
        let half = "\(LocalImage.all(in: dataFolder))/local-0123456789abcdef.new"
        for path in [folder.path, half] { try FileSystem.makeFolder(path, mode: 0o700) }
        try FileSystem.replace("\(folder.path)/artifacts.raw", "canary")
        let young = try await run("reap", "--yes", "--provider", "local")
        #expect(young.exit == .exited(0), "\(young.errors)")
        #expect(young.errors.contains("\(folder.path) is in no journal that is here, and is spared"), "\(young.errors)")
        #expect(instances == [key])
        for path in [folder.path, half] {
            var times = [timeval](repeating: timeval(tv_sec: time(nil) - 4_000, tv_usec: 0), count: 2)
            utimes(path, &times)
        }
        let old = try await run("reap", "--yes", "--provider", "local")
        #expect(old.exit == .exited(0), "\(old.errors)")
        #expect(old.errors.contains("deleted \(folder.path)"), "\(old.errors)")
        #expect(instances == [] && !FileSystem.exists(half))
    }

    @Test func aDamagedJournalIsSpokenOf() async throws {
        try FileSystem.makeFolder("\(scene.folder.path)/state/pgpool-aurora/builds", mode: 0o700)
        try scene.folder.write(
            "state/pgpool-aurora/builds/20260101-000000-0123456789abcdef.jsonl", "{\"what\": 1}\n")
        let run = try await run("reap", "--yes", "--provider", "local")
        #expect(run.errors.contains("20260101-000000-0123456789abcdef"), "\(run.errors)")
    }

    @Test func theProviderOfTheSpecCanBeOverruled() async throws {
        let config = try scene.folder.write("cluster.yaml", "image: {base: al2023}\n")
        let run = try await run("--config", config, "--provider", "local", "--dry-run")
        #expect(run.exit == .exited(65))
        #expect(run.errors.contains("there is no public image of Amazon Linux 2023 that could be fetched"))
    }

    @Test func aTrialIsPlannedWhenTheClusterIsOneToTryOn() async throws {
        let cluster = try await Prepared.newCluster()
        do {
            try BootSector(text: "", end: .hangs).write("\(scene.folder.path)/guest.raw")
            let config = try scene.folder.write(
                "cluster.yaml",
                """
                auth: {users: [{name: app, password_file: app.password}]}
                image: {provider: local, base: ./guest.raw, volume: {size: 1}}

                """)
            let (writer, reader) = (cluster.endpoint(.writer), cluster.endpoint(.reader))
            func plan(_ first: String, _ second: String) async throws -> Run {
                try await run(
                    "--config", config, "--ca-bundle", try certificates, "--dry-run", "--test-against", first, second)
            }
            let without = try await plan(writer, reader)
            #expect(without.exit == .exited(65))
            #expect(
                without.errors.contains("there is no file \(scene.folder.path)/app.password"), "\(without.errors)")

            try scene.folder.write("app.password", "wrong-canary")
            let wrong = try await plan(writer, reader)
            #expect(wrong.exit == .exited(65))
            #expect(wrong.errors.contains("does not let app in"), "\(wrong.errors)")
            #expect(wrong.errors.contains("app.password is open to other users of this machine"), "\(wrong.errors)")

            try scene.folder.write("app.password", "app-password")
            let swapped = try await plan(reader, writer)
            #expect(swapped.exit == .exited(65))
            #expect(
                swapped.errors.contains("the writer of --test-against, \(reader), is read-only"), "\(swapped.errors)")

            let away = try await plan(writer, "127.0.0.1:\(try RealCluster.freePorts(1)[0])")
            #expect(away.exit == .exited(69), "\(away.errors)")

            let right = try await plan(writer, reader)
            #expect(right.exit == .exited(0), "\(right.errors)")
            #expect(right.output.contains("read from \(reader) and write to \(writer) through it"))
            for run in [without, wrong, swapped, away, right] {
                #expect(!(run.output + run.errors).contains("canary"))
            }
        } catch {
            await cluster.shutDown()
            throw error
        }
        await cluster.shutDown()
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
        (["--test-against", "127.0.0.2", "b"], "image: {provider: local}", 65, "cannot reach 127.0.0.2"),
        (["--test-against", "localhost", "Localhost:5432"], "image: {provider: local}", 65, "are the same endpoint"),
        (
            ["--test-against", "a", "b"],
            "image: {provider: local}\nauth: {mode: passthrough}\npgpool: {tls: {certificate: /c, key: /k}}", 65,
            "passthrough needs pgpool.tls"
        ),
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
        // Who has only ever built here is not asked for a region.
        let plain = try await run("reap", "--yes")
        #expect(plain.exit == .exited(0), "\(plain.errors)")
    }

    /// A terminal signals the programs that we run, too.
    @Test(arguments: [100, 400, 700, 1_500])
    func aSignalToTheWholeGroupIsAnInterruption(milliseconds: Int) async throws {
        let config = try spec(BootSector(text: "hello\r\n", end: .hangs))
        let bundle = try certificates
        var options = PlatformOptions()
        options.processGroupID = 0
        let begun = "\(scene.folder.path)/state/pgpool-aurora/builds"
        let ended = try await Subprocess.run(
            .path(FilePath(BuiltTool.path)),
            arguments: ["build-ami", "--config", config, "--ca-bundle", bundle, "--poll", "0.2"],
            environment: environment, workingDirectory: FilePath(scene.folder.path), platformOptions: options,
            input: .none, output: .discarded, error: .string(limit: 1 << 20)
        ) { execution in
            for _ in 0..<600 where FileSystem.names(in: begun).isEmpty {
                try await Task.sleep(for: .milliseconds(20))
            }
            try await Task.sleep(for: .milliseconds(milliseconds))
            try execution.send(signal: .interrupt, toProcessGroup: true)
        }
        #expect(ended.terminationStatus == .exited(130), "\(ended.standardError)")
        #expect(instances == [])
    }

    /// The password is needed again, and without it what is made stays.
    @Test func aTrialIsGoneOnWithOnlyWithItsPasswords() async throws {
        let cluster = try await Prepared.newCluster()
        do {
            try BootSector(text: "hello\r\n", end: .hangs).write("\(scene.folder.path)/guest.raw")
            let config = try scene.folder.write(
                "cluster.yaml",
                """
                auth: {users: [{name: app, password_file: app.password}]}
                image: {provider: local, base: ./guest.raw, volume: {size: 1}}

                """)
            try scene.folder.write("app.password", "app-password")
            let first = try await run(
                "--config", config, "--ca-bundle", try certificates, "--poll", "0.2", "--deadline", "4s",
                "--test-against", cluster.endpoint(.writer), cluster.endpoint(.reader))
            #expect(first.exit == .exited(75), "\(first.errors)")
            let id = String(try #require(instances.first).dropLast("-install-0".count))
            try FileSystem.remove("\(scene.folder.path)/app.password")
            let second = try await run("--resume", id, "--poll", "0.2", "--deadline", "2s")
            #expect(second.exit == .exited(65), "\(second.errors)")
            #expect(second.errors.contains("go on with `pgpool-aurora build-ami --resume \(id)`"), "\(second.errors)")
            #expect(instances.count == 1)
            let reap = try await run("reap", "--yes")
            #expect(reap.exit == .exited(0) && instances == [], "\(reap.errors)")
        } catch {
            await cluster.shutDown()
            throw error
        }
        await cluster.shutDown()
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
