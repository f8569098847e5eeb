import ClusterSpec
import ConfigInstall
import Diagnostics
import LocalFiles
import PgpoolConfig

/// `--out`: writes plain files into a folder.
struct OutMode {
    var job: RenderJob
    var target: PresentFiles

    func run(json: Bool) async throws(CommandFailure) -> ExitStatus? {
        let outcome = try await job.render(layout: .folder, keeping: try? target.read(PCPConfFile.name))
        let rendering = outcome.rendering
        do throws(FileError) {
            try FileSystem.makeFolder(target.folder, mode: 0o700)
            for file in rendering.files {
                try FileSystem.replace("\(target.folder)/\(file.name)", file.text, isSynced: false)
            }
        } catch {
            throw CommandFailure(.cannotWrite, error.description)
        }
        Report.findings(rendering.warnings)
        if json {
            Report.json(ResultJSON(outcome, folder: target.folder))
            return nil
        }
        let layers = Dictionary(grouping: rendering.settings.all, by: \.layer).mapValues(\.count)
        var text = "Pgpool-II \(outcome.version) (\(outcome.versionSource)), \(rendering.settings.children) children\n"
        for file in rendering.files {
            text += "\(target.folder)/\(file.name)"
            if file.name == PgpoolConfFile.name {
                let counts = Layer.allCases.map { "\(layers[$0] ?? 0) \($0.rawValue)" }
                text += "  \(counts.joined(separator: ", ")) settings"
            }
            text += "\n"
        }
        Report.output(text)
        return nil
    }
}

/// The result of `--out --json`.
private struct ResultJSON: Encodable {
    struct File: Encodable {
        var name: String
        var path: String
        var secret: Bool
    }

    var version: String
    var versionSource: String
    var children: Int
    var files: [File]
    var settings: [SettingJSON]
    var diagnostics: [DiagnosticJSON]

    enum CodingKeys: String, CodingKey {
        case version
        case versionSource = "version_source"
        case children, files, settings, diagnostics
    }

    init(_ outcome: RenderJob.Outcome, folder: String) {
        version = outcome.version.description
        versionSource = outcome.versionSource
        children = outcome.rendering.settings.children
        files = outcome.rendering.files.map { File(name: $0.name, path: "\(folder)/\($0.name)", secret: $0.isSecret) }
        settings = outcome.rendering.settings.all.map { SettingJSON($0) }
        diagnostics = outcome.rendering.warnings.map { DiagnosticJSON($0) }
    }
}

/// A setting as JSON has it.
struct SettingJSON: Encodable {
    var key: String
    var value: String
    var layer: String
    var reason: String
    var context: String
    var `default`: String?
    var file: String?
    var line: Int?
    var column: Int?

    init(_ setting: ResolvedSetting) {
        key = setting.name
        value = setting.shownValue
        layer = setting.layer.rawValue
        reason = setting.reason
        context = setting.parameter.context.action
        `default` = setting.parameter.defaultValue
        file = setting.location?.file
        line = setting.location?.line
        column = setting.location?.column
    }
}

extension ResolvedSetting {
    /// The value as it may be shown.
    var shownValue: String { parameter.isSecret && !value.text.isEmpty ? Redaction.mark : value.text }
}
