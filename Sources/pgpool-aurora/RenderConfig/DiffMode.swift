import ClusterSpec
import ConfigInstall
import Diagnostics
import PgpoolConfig

/// `--diff`: what would change, secrets redacted.
struct DiffMode {
    var job: RenderJob
    var present: PresentFiles

    func run(json: Bool) async throws(CommandFailure) -> ExitStatus? {
        let old = try present.readAll()
        let outcome = try await job.render(layout: present.layout, keeping: old[PCPConfFile.name])
        let new = Dictionary(uniqueKeysWithValues: outcome.rendering.files.map { ($0.name, Array($0.text.utf8)) })
        let change = ConfigChange.between(old, new, version: outcome.version)
        let diffs = change.files.map { name in
            let texts = Redaction.redact(name, old: old[name], new: new[name])
            let oldName = old[name] == nil ? "/dev/null" : "\(present.folder)/\(name)"
            let diff = UnifiedDiff.between(
                texts.old, texts.new, oldName: oldName, newName: "\(name) from \(job.config)")
            return (name: name, diff: diff)
        }
        Report.findings(outcome.rendering.warnings)
        if json {
            Report.json(
                DiffJSON(
                    different: !change.files.isEmpty, files: diffs.map { DiffJSON.File(name: $0.name, diff: $0.diff) },
                    change: ChangeJSON(change), diagnostics: outcome.rendering.warnings.map { DiagnosticJSON($0) }))
        } else {
            Report.output(diffs.map(\.diff).joined())
            if !change.files.isEmpty { Report.notes(ChangeSummary.lines(change)) }
        }
        return change.files.isEmpty ? nil : .foundWrong
    }
}

private struct DiffJSON: Encodable {
    struct File: Encodable {
        var name: String
        var diff: String
    }
    var different: Bool
    var files: [File]
    var change: ChangeJSON
    var diagnostics: [DiagnosticJSON]
}

/// A change as JSON has it.
struct ChangeJSON: Encodable {
    struct Key: Encodable {
        var key: String
        var old: String?
        var new: String?
        var action: String
    }
    var files: [String]
    var keys: [Key]
    var users: [String]
    var pgpool: String
    var doctor: String

    init(_ change: ConfigChange) {
        files = change.files
        keys = change.keys.map {
            Key(key: $0.name, old: $0.shown($0.old), new: $0.shown($0.new), action: $0.action.word)
        }
        users = change.users
        pgpool = change.pgpool.word
        doctor = change.doctor.word
    }
}

extension ConfigChange.Action {
    var word: String {
        switch self {
        case .none: "none"
        case .reload: "reload"
        case .restart: "restart"
        }
    }
}

extension ConfigChange.Key {
    /// A value as it may be shown.
    func shown(_ value: String?) -> String? {
        value.map { Catalogue.isSecret(name) ? Redaction.mark : $0 }
    }
}

/// A change in sentences.
enum ChangeSummary {
    static func lines(_ change: ConfigChange) -> [String] {
        var lines = ["changed: \(change.files.joined(separator: ", "))"]
        for action in [ConfigChange.Action.restart, .reload] {
            let names = change.keys.filter { $0.action == action }.map(\.name)
            if !names.isEmpty { lines.append("\(names.joined(separator: ", ")): a \(action.word) of pgpool") }
        }
        if !change.users.isEmpty {
            lines.append(
                "password of \(change.users.joined(separator: ", ")): a reload suffices; connections that are pooled "
                    + "already keep the old one until they end")
        }
        if change.pgpool == .none, change.doctor == .none {
            lines.append("nothing that a running pgpool or doctor would have to be told")
        }
        return lines
    }
}
