import AWSClient
import Diagnostics
import FoundationEssentials
import Glibc
import ImageBuild
import LocalFiles
import QEMUHost
import TestBasics
import Testing

/// Whole builds on real machines, whose guest is a boot sector.
@Suite(.serialized) struct RealMachineTests {
    @Test func aGuestThatSaysItIsReadyBecomesAnImageThatIsBootedAndPublished() async throws {
        let scene = try LocalScene()
        let text = scene.line("step 1/1 packages") + scene.line("package pgpool 4.3.5") + scene.line("ok")
        let plan = try scene.plan(BootSector(text: text, end: .waits), isTested: true)
        let result = try await scene.build(plan)
        #expect(result.status == .published)
        #expect(result.failure?.diagnostics.map(\.description) ?? [] == [])
        let id = try #require(result.imageID)
        #expect(scene.leftovers == [id])
        let image = LocalImage(id, in: scene.dataFolder)
        #expect(FileSystem.names(in: image.path) == ["disk.qcow2", "manifest.json"])
        #expect(image.record?.published != nil)
        #expect(image.record?.digest == plan.digest)
        #expect(LocalImage.find(digest: plan.digest, in: scene.dataFolder)?.id == id)
        #expect(try scene.folder.read("stack.yaml").contains("ami_id: \(id)"))
        #expect(try scene.folder.read("\(id).manifest.json").contains("\"pgpool\" : \"4.3.5\""))
        // The image stands by itself, and has what the guest's disk had.
        let info = try await LocalScene.toolbox.run("qemu-img", ["info", "--output=json", image.disk])
        #expect(!info.contains("backing-filename"))
        try await LocalScene.toolbox.run(
            "qemu-img", ["convert", "-O", "raw", image.disk, "\(scene.folder.path)/image.raw"])
        let bytes = try Data(contentsOf: URL(filePath: "\(scene.folder.path)/image.raw"))
        #expect(bytes.prefix(1 << 20) == (try Data(contentsOf: URL(filePath: "\(scene.folder.path)/guest.raw"))))
        #expect(bytes.count == 1 << 30)
    }

    @Test func aStepThatFailsIsToldAndLeavesNothing() async throws {
        let scene = try LocalScene()
        let text = "no such package\r\n" + scene.line("failed pgpool 100 no such package")
        let result = try await scene.build(try scene.plan(BootSector(text: text, end: .waits)))
        #expect(result.status == .failed)
        let failure = try #require(result.failure?.diagnostics.first)
        #expect(failure.message == "the installation failed in the step 'pgpool', exit status 100: no such package")
        #expect(failure.notes.contains { $0.contains("no such package") })
        #expect(scene.leftovers == [])
    }

    @Test func aGuestThatShutsItselfDownHasFailed() async throws {
        let scene = try LocalScene()
        let result = try await scene.build(try scene.plan(BootSector(text: "bye\r\n", end: .powersOff)))
        #expect(result.status == .failed)
        #expect(
            result.failure?.diagnostics.first?.message.hasSuffix(
                "it ended without a word: the guest shut itself down, or its QEMU was ended") == true)
        #expect(scene.leftovers == [])
    }

    @Test func aGuestThatSaysNothingLeavesABuildThatCanBeGoneOnWith() async throws {
        let scene = try LocalScene()
        let plan = try scene.plan(BootSector(text: "hello\r\n", end: .hangs))
        let result = try await scene.build(plan, deadline: .seconds(5))
        #expect(result.status == .resumable)
        let key = "\(scene.buildID)-install-0"
        #expect(scene.leftovers == [key])
        let process = try #require(InstanceFolder(key, in: scene.dataFolder).process)

        // Nobody is left when the dead build is removed.
        let journal = try await Journal.open(
            scene.buildID, in: Journal.Folder("\(scene.folder.path)/state"), now: { Date() })
        let remover = Remover(
            host: try scene.host(plan), journal: journal, runtime: scene.runtime, pace: LocalScene.pace)
        #expect(await remover.removeAll().map(\.description) == [])
        #expect(scene.leftovers == [])
        #expect(!process.isThere)
    }

    @Test func aLaunchThatIsAskedForAgainMakesNoSecondMachine() async throws {
        let scene = try LocalScene()
        let plan = try scene.plan(BootSector(text: "hello\r\n", end: .waits))
        let host = try scene.host(plan)
        let resource = Resource(.instance, "\(scene.buildID)-install-0", role: .install, place: 0)
        let launch = InstanceLaunch(resource, imageID: plan.baseImage, userData: [1, 2, 3])
        #expect(try await host.find(resource) == nil)
        let id = try await host.launch(launch)
        let folder = InstanceFolder(id, in: scene.dataFolder)
        let process = try #require(folder.process)
        #expect(try await host.launch(launch) == id)
        #expect(folder.process == process)
        #expect(try await host.find(resource) == id)
        #expect(try await host.instance(id).state == .running)

        try await until { (try? await host.console(id)).map { String(decoding: $0, as: UTF8.self) }?.contains("hello") }
        try await host.stop(id)
        try await until { try? await host.instance(id).state == .stopped }
        // A machine that has ended is not started again.
        #expect(try await host.launch(launch) == id)
        #expect(folder.process == nil)
        #expect(try await host.remove(resource, id))
        #expect(try await host.isGone(resource, id))
        // What is not there any more is no error.
        #expect(try await host.remove(resource, id))
        #expect(try await host.instance(id).state == .gone)
    }

    /// QEMU and what it takes, where one of the programs does not work.
    private func broken(_ program: String, _ scene: LocalScene) throws -> Toolbox {
        try FileSystem.makeFolder("\(scene.folder.path)/bin", mode: 0o755)
        let path = try scene.folder.write("bin/\(program)", "#!/bin/sh\necho 'it is broken' >&2\nexit 3\n")
        chmod(path, 0o755)
        return Toolbox(path: "\(scene.folder.path)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")")
    }

    @Test(arguments: ["qemu-system-x86_64", "mkfs.ext4", "genisoimage", "qemu-img"])
    func aLaunchThatFailsLeavesNothing(program: String) async throws {
        let scene = try LocalScene()
        let plan = try scene.plan(BootSector(text: "", end: .hangs))
        let host = QEMUHost(
            plan, try #require(plan.local), tools: try broken(program, scene), timer: WaitTimer(ContinuousClock()),
            now: { Date() },
            trial: ImageTrial(
                ports: [9999], files: { () throws(HostError) in ["user-0": Array("canary".utf8)] },
                examine: { _ throws(HostError) in }), say: { _ in })
        let resource = Resource(.instance, "\(scene.buildID)-test-0", role: .test, place: 0)
        await #expect(throws: HostError.self) {
            try await host.launch(InstanceLaunch(resource, imageID: plan.baseImage, userData: []))
        }
        #expect(scene.leftovers == [])
    }

    @Test func aMachineHasNothingOfOurEnvironmentButWhatItNeeds() async throws {
        setenv("PGPOOL_AURORA_CANARY", "canary", 1)
        defer { unsetenv("PGPOOL_AURORA_CANARY") }
        let said = try await LocalScene.toolbox.run("env", [], setting: ["TMPDIR": "/own"])
        #expect(!said.contains("canary"))
        #expect(said.contains("TMPDIR=/own") && said.contains("PATH=") && said.contains("LC_ALL=C"))
    }

    @Test func aProgramIsInAProcessGroupOfItsOwn() async throws {
        let said = try await LocalScene.toolbox.run("sh", ["-c", "ps -o pgid= -p $$"])
        let group = try #require(Int32(said.filter(\.isNumber)))
        #expect(group != getpgrp())
    }

    @Test func aGuestThatDoesNotHeedTheButtonIsCutOff() async throws {
        let scene = try LocalScene()
        let plan = try scene.plan(BootSector(text: "hello\r\n", end: .hangs))
        let host = try scene.host(plan)
        let resource = Resource(.instance, "\(scene.buildID)-install-0", role: .install, place: 0)
        let id = try await host.launch(InstanceLaunch(resource, imageID: plan.baseImage, userData: []))
        try await until { (try? await host.console(id)).map { String(decoding: $0, as: UTF8.self) }?.contains("hello") }
        try await host.stop(id)
        #expect(try await host.instance(id).state == .stopping)
        let later = try scene.host(plan, now: { Date().addingTimeInterval(301) })
        _ = try await later.instance(id)
        // Nothing is made of a disk that was not written to the end.
        try await until { try? await host.instance(id).state == .gone }
        #expect(try await host.remove(resource, id))
    }

    /// Looks again and again, for half a minute.
    private func until(_ isSo: () async throws -> Bool?) async throws {
        for _ in 0..<300 {
            if try await isSo() == true { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("it did not come to be")
    }
}
