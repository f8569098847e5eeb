package import ClusterSpec
import Crypto
package import LocalFiles
package import PgpoolConfig

/// What an application of a set of files did, and what it left.
package struct ApplyReport: Sendable {
    /// One program that was told, or should have been.
    package struct Step: Sendable {
        package var service: ManagedService
        package var action: ConfigChange.Action
        /// Why it was not done; nil when it was.
        package var undone: ServiceError?
        /// Left for later because of `--no-restart`.
        package var isPostponed = false

        package var isDone: Bool { undone == nil && !isPostponed }
    }

    package var generation: String
    /// Whether this generation was in force already.
    package var wasCurrent: Bool
    /// What differs from what pgpool was last told of; nil when that is not known, as on the first run.
    package var change: ConfigChange?
    package var steps: [Step] = []
    /// Where somebody else's pgdoctor.cfg is kept; nil when none was there.
    package var kept: String?

    /// Nothing was installed and nobody was told anything.
    package var isUnchanged: Bool { wasCurrent && steps.isEmpty && kept == nil }
}

/// Puts files in force and tells pgpool and the doctor, each no more than it needs.
package struct Applier: Sendable {
    let generations: Generations
    let control: any ServiceControl
    let version: PgpoolVersion
    /// Whether a restart is left to a later time.
    let postponesRestart: Bool

    package init(
        generations: Generations, control: any ServiceControl, version: PgpoolVersion, postponesRestart: Bool
    ) {
        self.generations = generations
        self.control = control
        self.version = version
        self.postponesRestart = postponesRestart
    }

    /// Installs a set of files, and tells whom it concerns. The caller holds the lock.
    package func apply(_ files: [RenderedFile]) async throws(FileError) -> ApplyReport {
        let installed = try generations.install(files)
        var report = try await tell(installed.name, wasCurrent: installed.wasCurrent)
        report.kept = installed.kept
        return report
    }

    /// Goes back to the generation before, and tells whom it concerns. The caller holds the lock.
    package func rollBack() async throws(FileError) -> ApplyReport {
        try await tell(try generations.rollBack(), wasCurrent: false)
    }

    private func tell(_ name: String, wasCurrent: Bool) async throws(FileError) -> ApplyReport {
        let new = generations.files(name)
        let old = generations.applied.map { generations.files($0) }
        let change = old.flatMap { $0.isEmpty ? nil : ConfigChange.between($0, new, version: version) }
        var report = ApplyReport(generation: name, wasCurrent: wasCurrent, change: change)
        var started = recordedStarts()
        var plans: [Plan] = []
        for service in ManagedService.allCases {
            let changed = change.map { $0.action(for: service) } ?? .reload
            let softly = min(changed, .reload)
            let wanted = restartDigest(service, new)
            // What it was started with by us is not all: since then it may have been started with other files.
            let needed = started[service] == wanted && changed != .restart ? softly : .restart
            guard needed != .none else { continue }
            plans.append(Plan(service: service, needed: needed, weaker: softly, started: wanted))
        }
        for plan in plans {
            guard await control.manages(plan.service) else {
                // A host may do without the doctor, but not without pgpool.
                if plan.service == .pgpool { report.steps.append(unmanaged(plan)) }
                continue
            }
            let isPostponed = plan.needed == .restart && postponesRestart
            let action = isPostponed ? plan.weaker : plan.needed
            if isPostponed {
                // Whoever starts it from now on starts it with these files.
                started[plan.service] = nil
                try record(starts: started)
                report.steps.append(ApplyReport.Step(service: plan.service, action: .restart, isPostponed: true))
            }
            guard action != .none else { continue }
            // From here on nobody knows what the program runs with, until it has answered: whoever is killed here, or
            // finds that it failed, leaves no mark that says otherwise, whichever way the next run goes.
            try generations.forgetApplied()
            if action == .restart {
                started[plan.service] = nil
                try record(starts: started)
            }
            var step = ApplyReport.Step(service: plan.service, action: action)
            do throws(ServiceError) {
                try await control.perform(action, on: plan.service)
                if action == .restart { started[plan.service] = plan.started }
            } catch {
                step.undone = error
            }
            report.steps.append(step)
        }
        try record(starts: started)
        if report.steps.allSatisfy({ $0.undone == nil }) { try generations.recordApplied(name) }
        generations.prune()
        return report
    }

    /// What one program needs.
    private struct Plan {
        var service: ManagedService
        var needed: ConfigChange.Action
        /// What can be done of it without a restart.
        var weaker: ConfigChange.Action
        /// What is recorded of a restart that is done.
        var started: String
    }

    private func unmanaged(_ plan: Plan) -> ApplyReport.Step {
        ApplyReport.Step(
            service: plan.service, action: plan.needed,
            undone: ServiceError(.noManager, control.absence(of: plan.service)))
    }

    /// A digest of all that only a restart changes, so that it is known whether the running program has it.
    private func restartDigest(_ service: ManagedService, _ files: [String: [UInt8]]) -> String {
        let values: [String: String]
        switch service {
        case .pgpool:
            values = PgpoolConfFile.read(files[PgpoolConfFile.name] ?? [], file: PgpoolConfFile.name).values.filter {
                (try? Catalogue.shared.resolve($0.key, in: version))?.parameter.context == .restart
            }
        case .doctor:
            values = PgdoctorFile.read(files[PgdoctorFile.name] ?? []).values.filter { $0.key == "http_port" }
        }
        let text = values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        return hexadecimal(SHA256.hash(data: Array(text.utf8)))
    }

    /// What each program was last started with by us.
    private func recordedStarts() -> [ManagedService: String] {
        let bytes = (try? FileSystem.read(generations.paths.started)) ?? nil
        var starts: [ManagedService: String] = [:]
        for line in (bytes ?? []).split(separator: 0x0A) {
            let words = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard words.count == 2, let service = ManagedService(rawValue: String(words[0])) else { continue }
            starts[service] = String(words[1])
        }
        return starts
    }

    private func record(starts: [ManagedService: String]) throws(FileError) {
        guard starts != recordedStarts() else { return }
        let lines = ManagedService.allCases.compactMap { service in
            starts[service].map { "\(service.rawValue) \($0)\n" }
        }
        try FileSystem.replace(generations.paths.started, lines.joined(), mode: 0o644)
    }
}
