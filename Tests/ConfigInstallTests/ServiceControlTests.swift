import ClusterSpec
import ConfigInstall
import PgpoolConfig
import Synchronization
import Testing
import YAMLDocument

/// Records commands, and answers each with a status.
private final class Recorder: Sendable {
    private let commands = Mutex<[String]>([])
    private let statuses: [String: Int32]

    init(failing: [String: Int32] = [:]) {
        statuses = failing
    }

    var runner: CommandRunner {
        { command in
            let text = command.joined(separator: " ")
            self.commands.withLock { $0.append(text) }
            return (self.statuses[text] ?? 0, "first line\nJob for the unit failed.\n")
        }
    }

    var recorded: [String] { commands.withLock { $0 } }
}

struct ServiceControlTests {
    @Test func systemdIsToldByUnit() async throws {
        let recorder = Recorder(failing: ["systemctl cat pgdoctor.service": 1])
        let control = SystemdControl(recorder.runner, settles: .zero)
        #expect(await control.manages(.pgpool))
        #expect(await !control.manages(.doctor))
        try await control.perform(.reload, on: .pgpool)
        try await control.perform(.restart, on: .doctor)
        try await control.perform(.none, on: .pgpool)
        #expect(
            recorder.recorded == [
                "systemctl cat pgpool.service", "systemctl cat pgdoctor.service",
                "systemctl try-reload-or-restart pgpool.service", "systemctl restart pgdoctor.service",
                "systemctl is-active --quiet pgdoctor.service",
            ])
    }

    @Test func aFailureSaysWhatWasRunAndWhatItSaid() async throws {
        let control = SystemdControl(Recorder(failing: ["systemctl restart pgpool.service": 5]).runner, settles: .zero)
        let error = await #expect(throws: ServiceError.self) { try await control.perform(.restart, on: .pgpool) }
        #expect(error?.code == .failed)
        #expect(error?.message == "`systemctl restart pgpool.service` ended with 5: Job for the unit failed.")
    }

    @Test func aUnitThatDoesNotStayUpHasFailed() async throws {
        let recorder = Recorder(failing: ["systemctl is-active --quiet pgpool.service": 3])
        let error = await #expect(throws: ServiceError.self) {
            try await SystemdControl(recorder.runner, settles: .zero).perform(.restart, on: .pgpool)
        }
        #expect(error?.message == "pgpool.service did not stay up; `journalctl -u pgpool.service` says why")
    }

    private func service(_ text: String) throws -> Service {
        try ClusterSpec(YAMLDocument(parsing: Array("service: {\(text)}".utf8), file: "c.yaml")).service
    }

    @Test func commandsComeFromTheSpec() async throws {
        let recorder = Recorder()
        let control = try #require(
            CommandControl(service("reload: [kill, -HUP, '1'], restart: [sv, restart, pgpool]"), recorder.runner))
        #expect(await control.manages(.pgpool))
        #expect(await !control.manages(.doctor))
        try await control.perform(.reload, on: .pgpool)
        try await control.perform(.restart, on: .pgpool)
        #expect(recorder.recorded == ["kill -HUP 1", "sv restart pgpool"])
    }

    @Test func withoutCommandsThereIsNoCommandControl() throws {
        #expect(try CommandControl(service(""), Recorder().runner) == nil)
    }
}
