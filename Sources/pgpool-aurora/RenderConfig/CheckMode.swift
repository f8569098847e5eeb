import ClusterSpec
import ConfigInstall
import Diagnostics
import PgpoolConfig

/// `--check`: what is wrong with the files that are there, and whether they differ from the spec.
struct CheckMode {
    /// nil without a spec.
    var job: RenderJob?
    var present: PresentFiles
    var givenVersion: String?

    func run(json: Bool) async throws(CommandFailure) -> ExitStatus? {
        let files = try present.readAll()
        guard !files.isEmpty else {
            throw CommandFailure(
                .badInput, "there is no configuration file in \(present.folder)",
                notes: ["the names are \(Rendering.fileNames.joined(separator: ", "))"])
        }
        var outcome: RenderJob.Outcome?
        if let job { outcome = try await job.render(layout: present.layout, keeping: files[PCPConfFile.name]) }
        let version = try await version(outcome)
        let lintFiles = Dictionary(
            uniqueKeysWithValues: files.map { name, bytes in
                (name, LintInput.File(path: "\(present.folder)/\(name)", bytes: bytes, mode: present.mode(name)))
            })
        var findings = ConfigLint.run(LintInput(files: lintFiles, version: version))
        let differing = outcome.map { different($0, files) } ?? []
        findings += differing.map {
            Diagnostic(
                .error, at: SourceLocation(file: "\(present.folder)/\($0)", line: 1, column: 1), key: "differs",
                files[$0] == nil ? "is not there" : "differs from \(job?.config ?? "")", notes: ["--diff shows how"])
        }
        let errors = findings.count { $0.severity == .error }
        if json {
            Report.json(
                CheckJSON(
                    version: version.description, files: files.keys.sorted(), differs: outcome.map { _ in differing },
                    diagnostics: findings.map { DiagnosticJSON($0) }))
        } else {
            Report.output(findings.map { $0.description + "\n" }.joined())
            let counts = "\(count(errors, "error")), \(count(findings.count - errors, "warning"))"
            Report.output(
                "checked \(count(files.count, "file")) in \(present.folder) as Pgpool-II \(version): \(counts)\n")
        }
        return errors == 0 ? nil : .foundWrong
    }

    private func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

    private func version(_ outcome: RenderJob.Outcome?) async throws(CommandFailure) -> PgpoolVersion {
        if let givenVersion {
            do throws(Malformed) {
                return try PgpoolVersion.parse(givenVersion)
            } catch {
                throw CommandFailure(.usage, error.message, notes: error.notes)
            }
        }
        if let outcome { return outcome.version }
        return await RenderJob.version(nil).0
    }

    private func different(_ outcome: RenderJob.Outcome, _ files: [String: [UInt8]]) -> [String] {
        outcome.rendering.files.filter { files[$0.name] != Array($0.text.utf8) }.map(\.name)
    }
}

private struct CheckJSON: Encodable {
    var version: String
    var files: [String]
    /// The files that differ from the spec; null without a spec.
    var differs: [String]?
    var diagnostics: [DiagnosticJSON]
}
