import ClusterSpec
import ConfigInstall
import Diagnostics
import Glibc
import LocalFiles
import PgpoolConfig
import Subprocess
import SystemPackage

/// `--apply` and `--rollback`: puts a generation of files in force.
struct ApplyMode {
    /// nil when going back without a spec.
    var job: RenderJob?
    var paths: InstallPaths
    /// Whether the files are those that this machine's units read.
    var isOnThisMachine: Bool
    var postponesRestart: Bool
    var isRollback: Bool
    /// How long another run may hold the lock.
    var lockTimeout: Duration

    func run(json: Bool) async throws(CommandFailure) -> ExitStatus? {
        guard geteuid() == 0 else {
            throw CommandFailure(
                .notAllowed, "installing needs root: the files belong to pgpool's user", notes: ["run it with sudo"])
        }
        // Folders must let pgpool's user through, whatever a hardened host or a person's shell says.
        umask(0o022)
        let lock: FileLock
        do throws(FileError) {
            try FileSystem.makeFolder(paths.folder, mode: 0o755)
            lock = try await FileLock.acquire(
                paths.lock, purpose: "another run is installing", timeout: lockTimeout, clock: ContinuousClock())
        } catch {
            throw CommandFailure(error)
        }
        defer { withExtendedLifetime(lock) {} }
        // Under the lock, since a rendering keeps what is in force.
        var outcome: RenderJob.Outcome?
        if let job, !isRollback {
            outcome = try await job.render(layout: .installed, keeping: try PresentFiles(paths).read(PCPConfFile.name))
        }
        // Going back must not be refused for what is wrong with the spec today.
        var spec = outcome?.spec
        if isRollback, let job { spec = try job.specAsFarAsItGoes() }
        let generations = Generations(paths: paths, owner: try isRollback ? presentOwner() : owner(spec))
        let applier = Applier(
            generations: generations, control: control(spec), version: await RenderJob.version(spec).0,
            postponesRestart: postponesRestart)
        let report: ApplyReport
        do throws(FileError) {
            report = try await outcome.map { $0.rendering.files }.apply(with: applier)
        } catch {
            throw CommandFailure(error)
        }
        let warnings = outcome?.rendering.warnings ?? []
        Report.findings(warnings)
        if json {
            Report.json(ApplyJSON(report, warnings))
        } else {
            Report.output(lines(report).map { $0 + "\n" }.joined())
        }
        return try judge(report)
    }

    /// Whose the files in force are.
    private func presentOwner() -> FileSystem.Owner {
        let status = FileSystem.status(paths.current)
        return FileSystem.Owner(name: "", user: status?.st_uid ?? 0, group: status?.st_gid ?? 0)
    }

    private func owner(_ spec: ClusterSpec?) throws(CommandFailure) -> FileSystem.Owner {
        let name = spec?.pgpool.owner.value ?? Pgpool.defaultOwner
        guard let owner = FileSystem.Owner(named: name) else {
            throw CommandFailure(
                .badInput,
                [
                    Diagnostic(
                        .error, at: spec?.pgpool.owner.location, key: "pgpool.owner",
                        "there is no user '\(name)' on this machine",
                        notes: ["`useradd --system \(name)`, or name the user that runs pgpool in pgpool.owner"])
                ])
        }
        return owner
    }

    /// The spec's commands, else systemd, else nobody.
    private func control(_ spec: ClusterSpec?) -> any ServiceControl {
        if let service = spec?.service, let control = CommandControl(service, ApplyMode.runCommand) { return control }
        guard isOnThisMachine else { return NoControl("with --root this machine's services are not told") }
        guard FileSystem.status("/run/systemd/system") != nil else { return NoControl("there is no systemd here") }
        return SystemdControl(ApplyMode.runCommand)
    }

    /// Runs a command for at most a minute and a half; what it prints is kept for the message.
    private static let runCommand: CommandRunner = { command in
        guard let program = command.first else { return (127, "") }
        do {
            return try await withThrowingTaskGroup(of: (status: Int32, output: String)?.self) { group in
                group.addTask {
                    // Into a file without a name: however much it prints, and whoever keeps the output open.
                    let output = try FileDescriptor.withoutName()
                    return try await output.closeAfterwards {
                        let result = try await Subprocess.run(
                            .program(program), arguments: Arguments(Array(command.dropFirst())),
                            output: .fileDescriptor(output, closeAfterSpawningProcess: false),
                            error: .combinedWithOutput)
                        return (result.terminationStatus.shellStatus, try output.lastBytes(4096))
                    }
                }
                group.addTask {
                    try await Task.sleep(for: .seconds(90))
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next().flatMap(\.self) ?? (124, "it did not end within 90 s")
            }
        } catch {
            return (127, "\(error)")
        }
    }

    private func lines(_ report: ApplyReport) -> [String] {
        let name = String(report.generation.prefix(12))
        if report.isUnchanged { return ["nothing to do: generation \(name) is in force"] }
        var lines = ["generation \(name) is in force\(report.wasCurrent ? " already" : "")"]
        if let change = report.change, !change.files.isEmpty { lines += ChangeSummary.lines(change) }
        if let kept = report.kept { lines.append("the pgdoctor.cfg that was there is kept as \(kept)") }
        for step in report.steps where step.undone == nil {
            lines.append(
                step.isPostponed
                    ? "\(step.service.rawValue): a restart is needed and left to a later time (--no-restart)"
                    : "\(step.service.rawValue): \(step.action == .restart ? "restarted" : "reloaded")")
        }
        return lines
    }

    /// What was left undone decides the exit code: the files are in force, the program does not know of them.
    private func judge(_ report: ApplyReport) throws(CommandFailure) -> ExitStatus? {
        let undone = report.steps.filter { $0.undone != nil }
        guard !undone.isEmpty else { return nil }
        let hasManager = undone.allSatisfy { $0.undone?.code == .failed }
        Report.findings(
            undone.map { step in
                Diagnostic(
                    .error, key: "service",
                    "the files are installed, but the \(step.action.word) of \(step.service.rawValue) was left undone: "
                        + "\(step.undone?.message ?? "")",
                    notes: [
                        hasManager
                            ? "mend that and run --apply again: it makes up for it"
                            : "\(step.action.word) it yourself, or give `service: {reload: […], restart: […]}` in the spec"
                    ])
            })
        return hasManager ? .unfinished : .unavailable
    }
}

extension FileDescriptor {
    /// A new file that is gone when it is closed.
    fileprivate static func withoutName() throws -> FileDescriptor {
        var template = Array("/tmp/pgpool-aurora.XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw Errno(rawValue: errno) }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        unlink(template)
        return FileDescriptor(rawValue: file)
    }

    /// Closes the descriptor whatever `body` does.
    fileprivate func closeAfterwards<Result>(_ body: () async throws -> Result) async throws -> Result {
        defer { try? close() }
        return try await body()
    }

    /// The end of a file as text.
    fileprivate func lastBytes(_ count: Int64) throws -> String {
        let size = try seek(offset: 0, from: .end)
        let start = max(0, size - count)
        var buffer = [UInt8](repeating: 0, count: Int(size - start))
        let read = try buffer.withUnsafeMutableBytes { try self.read(fromAbsoluteOffset: start, into: $0) }
        return String(decoding: buffer[..<read], as: UTF8.self)
    }
}

extension [RenderedFile]? {
    /// Installs files, or goes back when there are none.
    fileprivate func apply(with applier: Applier) async throws(FileError) -> ApplyReport {
        guard let files = self else { return try await applier.rollBack() }
        return try await applier.apply(files)
    }
}

private struct ApplyJSON: Encodable {
    struct Step: Encodable {
        var service: String
        var action: String
        var done: Bool
        var postponed: Bool
        var message: String?
    }
    var generation: String
    var unchanged: Bool
    var change: ChangeJSON?
    var steps: [Step]
    var diagnostics: [DiagnosticJSON]

    init(_ report: ApplyReport, _ warnings: [Diagnostic]) {
        generation = report.generation
        unchanged = report.isUnchanged
        change = report.change.map { ChangeJSON($0) }
        steps = report.steps.map {
            Step(
                service: $0.service.rawValue, action: $0.action.word, done: $0.isDone, postponed: $0.isPostponed,
                message: $0.undone?.message)
        }
        diagnostics = warnings.map { DiagnosticJSON($0) }
    }
}
