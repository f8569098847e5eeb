import ClusterSpec
import Diagnostics
import PgpoolConfig

/// `--explain [KEY]`: each setting with its layer, place, default and reason.
struct ExplainMode {
    var job: RenderJob
    var key: String?

    func run(json: Bool) async throws(CommandFailure) -> ExitStatus? {
        let settings = try await job.settings(layout: .installed)
        Report.findings(settings.warnings)
        let chosen = try choose(settings)
        if json {
            Report.json(
                ExplanationJSON(version: settings.version.description, settings: chosen.map { SettingJSON($0) }))
        } else if let key, chosen.isEmpty {
            Report.output(unset(key, settings))
        } else {
            Report.output(chosen.map { line($0) + "\n" }.joined())
        }
        return nil
    }

    private func choose(_ settings: Settings) throws(CommandFailure) -> [ResolvedSetting] {
        guard let key else { return settings.all }
        do throws(NameError) {
            let name = try Catalogue.shared.resolve(key, in: settings.version)
            return settings.all.filter { $0.name == name.name }
        } catch {
            // The name of an indexed parameter without its number means all of them.
            let indexed = settings.all.filter { $0.parameter.name == key }
            if !indexed.isEmpty { return indexed }
            let note: String? =
                switch error {
                case .unknown(let nearest): nearest.map { "did you mean \($0)?" }
                case .otherSeries(let series): "it is in \(series.joined(separator: ", "))"
                case .needsIndex: "write \(key)0 for the writer"
                case .hasIndex: "write it without the number"
                }
            throw CommandFailure(
                .usage, "Pgpool-II \(settings.version) has no parameter '\(key)'", notes: note.map { [$0] } ?? [])
        }
    }

    private func line(_ setting: ResolvedSetting) -> String {
        let place = setting.location.map { "  \($0)" } ?? ""
        return
            "\(setting.name) = \(setting.shownValue)  [\(setting.layer.rawValue)]\(place)  \(facts(setting.parameter))  "
            + setting.reason
    }

    private func facts(_ parameter: Catalogue.Parameter) -> String {
        let text = parameter.defaultValue.map { $0.isEmpty ? "empty" : $0 } ?? "none"
        return "(default \(text); \(parameter.context.action))"
    }

    /// A parameter that nobody sets.
    private func unset(_ key: String, _ settings: Settings) -> String {
        guard let name = try? Catalogue.shared.resolve(key, in: settings.version) else { return "" }
        return "\(name.name) is not set, so pgpool's own default is in force  \(facts(name.parameter))\n"
    }
}

private struct ExplanationJSON: Encodable {
    var version: String
    var settings: [SettingJSON]
}
