package import ClusterSpec
package import PgpoolConfig

/// A program that reads the installed files.
package enum ManagedService: String, Sendable, CaseIterable {
    case pgpool
    case doctor

    /// Its systemd unit.
    package var unit: String {
        switch self {
        case .pgpool: "pgpool.service"
        case .doctor: "pgdoctor.service"
        }
    }
}

/// Why a program could not be told of a change.
package struct ServiceError: Error, Sendable {
    package enum Code: Sendable {
        /// There is nobody to tell it.
        case noManager
        /// The command failed.
        case failed
    }
    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

/// Tells pgpool and the doctor to reload or restart.
package protocol ServiceControl: Sendable {
    /// Whether it can tell this service anything.
    func manages(_ service: ManagedService) async -> Bool
    /// Why a service that it does not manage is not told anything, and what to do about it.
    func absence(of service: ManagedService) -> String
    /// Reloads or restarts; returns when the service has done so.
    func perform(_ action: ConfigChange.Action, on service: ManagedService) async throws(ServiceError)
}

/// Runs a command to its end: its exit status, and what it printed, shortened.
package typealias CommandRunner = @Sendable ([String]) async -> (status: Int32, output: String)

extension ServiceControl {
    fileprivate func run(_ command: [String], with runner: CommandRunner) async throws(ServiceError) {
        let (status, output) = await runner(command)
        guard status != 0 else { return }
        let text = output.isEmpty ? "" : ": \(Parse.excerpt(output.split(separator: "\n").last.map(String.init) ?? ""))"
        throw ServiceError(.failed, "`\(command.joined(separator: " "))` ended with \(status)\(text)")
    }
}

/// systemd and the units that our image brings.
package struct SystemdControl: ServiceControl {
    let runner: CommandRunner
    /// How long a restarted unit must stay up before it counts: systemd calls a simple one started when it is forked.
    let settles: Duration

    package init(_ runner: @escaping CommandRunner, settles: Duration = .seconds(2)) {
        self.runner = runner
        self.settles = settles
    }

    package func manages(_ service: ManagedService) async -> Bool {
        await runner(["systemctl", "cat", service.unit]).status == 0
    }

    package func absence(of service: ManagedService) -> String {
        "systemd has no \(service.unit) (Debian's own pgpool2.service reads other files)"
    }

    package func perform(_ action: ConfigChange.Action, on service: ManagedService) async throws(ServiceError) {
        switch action {
        case .none: return
        // One that does not run gets the new files when it starts.
        case .reload: try await run(["systemctl", "try-reload-or-restart", service.unit], with: runner)
        case .restart:
            try await run(["systemctl", "restart", service.unit], with: runner)
            // Being cancelled only shortens the wait.
            try? await Task.sleep(for: settles)
            guard await runner(["systemctl", "is-active", "--quiet", service.unit]).status == 0 else {
                throw ServiceError(.failed, "\(service.unit) did not stay up; `journalctl -u \(service.unit)` says why")
            }
        }
    }
}

/// The commands of the spec's `service:`.
package struct CommandControl: ServiceControl {
    let service: Service
    let runner: CommandRunner

    /// nil when the spec has no commands for pgpool.
    package init?(_ service: Service, _ runner: @escaping CommandRunner) {
        guard service.reload != nil, service.restart != nil else { return nil }
        self.service = service
        self.runner = runner
    }

    private func command(_ action: ConfigChange.Action, _ service: ManagedService) -> [String]? {
        switch (service, action) {
        case (_, .none): nil
        case (.pgpool, .reload): self.service.reload?.value
        case (.pgpool, .restart): self.service.restart?.value
        case (.doctor, .reload): self.service.doctorReload?.value ?? self.service.doctorRestart?.value
        case (.doctor, .restart): self.service.doctorRestart?.value
        }
    }

    package func manages(_ service: ManagedService) async -> Bool { command(.restart, service) != nil }

    package func absence(of service: ManagedService) -> String { "the spec names no command for it (service:)" }

    package func perform(_ action: ConfigChange.Action, on service: ManagedService) async throws(ServiceError) {
        guard let command = command(action, service) else { return }
        try await run(command, with: runner)
    }
}

/// A host on which nobody can be told.
package struct NoControl: ServiceControl {
    /// Why, such as "there is no systemd here".
    let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }

    package func manages(_ service: ManagedService) async -> Bool { false }

    package func absence(of service: ManagedService) -> String {
        "\(reason), and the spec names no command (service:)"
    }

    package func perform(_ action: ConfigChange.Action, on service: ManagedService) async throws(ServiceError) {
        throw ServiceError(.noManager, absence(of: service))
    }
}

extension ConfigChange {
    /// What a program needs for this change.
    package func action(for service: ManagedService) -> Action {
        switch service {
        case .pgpool: pgpool
        case .doctor: doctor
        }
    }
}
