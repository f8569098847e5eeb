import FoundationEssentials
import Glibc
import ImageBuild
import LocalFiles
import QEMUHost
import TestBasics
import Testing

struct InstanceFolderTests {
    private let scene: TemporaryFolder
    private let folder: InstanceFolder

    init() throws {
        scene = try TemporaryFolder()
        folder = InstanceFolder("b-install-0", in: scene.path)
    }

    private func write(_ name: String, _ text: String) throws {
        try FileSystem.makeFolder(folder.path, mode: 0o700)
        try FileSystem.replace(folder.path(name), text)
    }

    @Test func withoutAFolderItIsGone() {
        #expect(folder.state.state == .gone)
    }

    @Test func beforeItsConsoleIsThereItStarts() throws {
        try FileSystem.makeFolder(folder.path, mode: 0o700)
        #expect(folder.state == HostedInstance(.starting))
    }

    @Test func whatEndedWithoutBeingToldIsGone() throws {
        try write("console.log", "")
        #expect(folder.state.state == .gone)
    }

    @Test func whatWasToldToStopAndEndedIsStopped() throws {
        try write("console.log", "")
        try write("stop", "1795382210.5\n")
        #expect(folder.state == HostedInstance(.stopped))
        #expect(folder.stopTime == Date(timeIntervalSince1970: 1_795_382_210.5))
    }

    @Test func whatWasCutOffIsNotStopped() throws {
        try write("console.log", "")
        try write("stop", "1\n")
        try write("cut-off", "")
        #expect(folder.state.state == .gone)
        #expect(folder.state.reason.contains("did not heed the power button"))
    }

    @Test func aProcessOfThatIdIsItsOwnOnlyIfItHasTheName() async throws {
        try write("console.log", "")
        try write("pid", "\(getpid())\n")
        #expect(folder.process == nil)
        #expect(folder.state.state == .gone)

        // A process that has the name among its arguments, as QEMU has.
        let sleeper = try await LocalScene.toolbox.run(
            "bash",
            ["-c", "exec -a \"$1\" sleep 600 >/dev/null 2>&1 </dev/null & echo $!", "bash", folder.processName])
        let id = try #require(Int32(sleeper.filter(\.isNumber)))
        defer { kill(id, SIGKILL) }
        try write("pid", "\(id)\n")
        for _ in 0..<100 where folder.process == nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(folder.process?.id == id)
        #expect(folder.state == HostedInstance(.running))
        try write("stop", "1\n")
        #expect(folder.state == HostedInstance(.stopping))
        folder.process?.send(SIGKILL)
        for _ in 0..<100 where folder.process != nil { try await Task.sleep(for: .milliseconds(20)) }
        #expect(folder.state == HostedInstance(.stopped))
    }

    @Test func ofAConsoleTheEndIsRead() throws {
        try write("console.log", "0123456789")
        #expect(try folder.console(limit: 4) == Array("6789".utf8))
        #expect(try folder.console() == Array("0123456789".utf8))
    }
}
