package import ClusterSpec
package import Diagnostics

/// The settings of pgpool.conf: mandatory, ours and the user's, put together for one version.
package struct Settings: Sendable {
    package var version: PgpoolVersion
    /// In the order of pgpool.conf: by topic, then as the rules and the user have them.
    package var all: [ResolvedSetting]
    package var children: Int
    package var warnings: [Diagnostic]

    /// pgpool's own default, where the database's size is not known.
    static let childrenWithoutBudget = 32

    /// The setting of this name, as the version reads it.
    package subscript(_ name: String) -> ResolvedSetting? { all.first { $0.name == name } }

    /// Puts the layers together; throws every contradiction at once.
    package init(_ spec: ClusterSpec, version: PgpoolVersion, layout: Layout) throws(DiagnosticsError) {
        let (settings, findings) = Settings.resolve(spec, version: version, layout: layout, isWhole: true)
        guard !findings.hasErrors else { throw DiagnosticsError(findings) }
        self = settings
    }

    /// Puts the layers together as far as they go. Of a spec that is not whole, since something in it could not be read,
    /// only the parameters are judged, not how they fit together.
    static func resolve(
        _ spec: ClusterSpec, version: PgpoolVersion, layout: Layout, isWhole: Bool
    ) -> (settings: Settings, findings: [Diagnostic]) {
        var resolver = SettingsResolver(spec: spec, version: version, layout: layout, isWhole: isWhole)
        let all = resolver.resolve()
        let findings = resolver.diagnostics.sortedByLocation()
        let warnings = findings.filter { $0.severity != .error }
        return (Settings(version: version, all: all, children: resolver.children, warnings: warnings), findings)
    }

    private init(version: PgpoolVersion, all: [ResolvedSetting], children: Int, warnings: [Diagnostic]) {
        self.version = version
        self.all = all
        self.children = children
        self.warnings = warnings
    }
}

/// Applies the rules and the user's parameters.
private struct SettingsResolver {
    let spec: ClusterSpec
    let version: PgpoolVersion
    let layout: Layout
    let isWhole: Bool
    var diagnostics: [Diagnostic] = []
    var children = 0

    private struct UserParameter {
        var written: Pgpool.Parameter
        var name: ResolvedName
        var value: ParameterValue
    }

    init(spec: ClusterSpec, version: PgpoolVersion, layout: Layout, isWhole: Bool) {
        self.spec = spec
        self.version = version
        self.layout = layout
        self.isWhole = isWhole
    }

    mutating func resolve() -> [ResolvedSetting] {
        var user = userParameters()
        let hosts = user.filter { $0.name.parameter.name == "backend_hostname" }
        let extra = Set(hosts.compactMap(\.name.index).filter { $0 > 1 })
        children = resolveChildren(backends: 2 + extra.count)
        let context = RuleContext(
            spec: spec, version: version, layout: layout, children: children, backends: 2 + extra.count)
        var settings: [ResolvedSetting] = []
        for rule in SettingRule.mandatory + backendFlags(extra) {
            if !user.isEmpty { user = user.filter { isCompatible($0, with: rule, context) } }
            add(rule, layer: .mandatory, at: nil, context, to: &settings)
        }
        for rule in SettingRule.fromSpec {
            guard case .spec(_, let location) = rule.source else { continue }
            if !user.isEmpty { user = user.filter { isCompatible($0, with: rule, context) } }
            let place = location(context)
            add(rule, layer: place == nil ? .default : .user, at: place, context, to: &settings)
        }
        for rule in SettingRule.ours where !user.contains(where: { $0.name.name == ourName(rule.name) }) {
            add(rule, layer: .default, at: nil, context, to: &settings)
        }
        for parameter in user { settings.append(setting(parameter)) }
        let byTopic = Dictionary(grouping: settings.indices, by: { settings[$0].topic })
        settings = Topic.allCases.flatMap { byTopic[$0] ?? [] }.map { settings[$0] }
        if isWhole { diagnostics += SettingChecks(settings: settings, spec: spec, version: version).run() }
        return settings
    }

    /// `ALWAYS_PRIMARY` marks the writer; nothing is ever detached.
    private func backendFlags(_ extra: Set<Int>) -> [SettingRule] {
        let writer = SettingRule.mandatory(
            "backend_flag0", "ALWAYS_PRIMARY|DISALLOW_TO_FAILOVER", "the writer endpoint is always the primary")
        return [writer]
            + ([1] + extra.sorted()).map {
                .mandatory("backend_flag\($0)", "DISALLOW_TO_FAILOVER", "Aurora owns failover")
            }
    }

    private mutating func resolveChildren(backends: Int) -> Int {
        let setting = spec.pgpool.children
        let budget =
            isWhole ? ConnectionBudget(spec, maxPool: spec.pgpool.maxPool.value, backends: backends) : nil
        switch setting.value {
        case .count(let count):
            if let refusal = budget?.refusal(children: count, at: setting.location, key: "pgpool.children") {
                diagnostics.append(refusal)
            }
            return count
        case .auto:
            guard let budget else { return Settings.childrenWithoutBudget }
            // reserved_connections takes one, so at least two are needed to serve anybody.
            guard budget.mostChildren >= 2 else {
                diagnostics.append(
                    Diagnostic(
                        .error,
                        at: setting.location ?? spec.aurora.instanceClass?.location
                            ?? spec.aurora.maxConnections?.location,
                        key: "pgpool.children",
                        "\(budget.source) allows \(budget.maxConnections) connections, too few for "
                            + "\(budget.instances) instances", notes: budget.notes))
                return 2
            }
            return budget.mostChildren
        }
    }

    private mutating func userParameters() -> [UserParameter] {
        var found: [UserParameter] = []
        for parameter in spec.pgpool.parameters {
            let key = "pgpool.parameters.\(parameter.name)"
            do throws(NameError) {
                let name = try Catalogue.shared.resolve(parameter.name, in: version)
                if let other = found.first(where: { $0.name.name == name.name }) {
                    diagnostics.append(
                        Diagnostic(
                            .error, at: parameter.nameLocation, key: key,
                            "is the same parameter as \(other.written.name) in line \(other.written.nameLocation.line)",
                            notes: ["Pgpool-II \(version) calls it \(name.name); keep one of the two"]))
                    continue
                }
                if let value = value(parameter, name, key: key) {
                    found.append(UserParameter(written: parameter, name: name, value: value))
                }
            } catch {
                diagnostics.append(refuse(parameter, error, key: key))
            }
        }
        return found
    }

    private mutating func value(_ parameter: Pgpool.Parameter, _ name: ResolvedName, key: String) -> ParameterValue? {
        do throws(Malformed) {
            let value = try name.parameter.type.parse(SettingsResolver.text(parameter.value.value, name))
            _ = try PgpoolConfFile.write(value, for: name.parameter)
            if name.name == "app_name_redirect_preference_list" { return withReplicaProbe(value) }
            return value
        } catch {
            diagnostics.append(
                Diagnostic(.error, at: parameter.value.location, key: key, error.message, notes: error.notes))
            return nil
        }
    }

    /// The text of a parameter; a YAML list becomes pgpool's own form.
    private static func text(_ text: Pgpool.Parameter.Text, _ name: ResolvedName) throws(Malformed) -> String {
        switch text {
        case .one(let text): return text
        case .items(let items):
            let takesList =
                name.parameter.type == .list || name.name.hasSuffix("_preference_list")
                || name.name == "log_destination"
            guard takesList else {
                throw Malformed("takes one value, not a list")
            }
            let separator = Catalogue.separator(of: name.parameter.name)
            if let bad = items.first(where: { $0.unicodeScalars.contains(separator) }) {
                throw Malformed("'\(Parse.excerpt(bad))' has a '\(separator)', which would split it in two")
            }
            return items.joined(separator: String(separator))
        }
    }

    /// The doctor's own redirection comes first, the user's after it.
    private func withReplicaProbe(_ value: ParameterValue) -> ParameterValue {
        guard !value.text.contains("\(SettingRule.replicaProbe):") else { return value }
        let own = "\(SettingRule.replicaProbe):standby"
        return .string(value.text.isEmpty ? own : "\(own),\(value.text)")
    }

    private func refuse(_ parameter: Pgpool.Parameter, _ error: NameError, key: String) -> Diagnostic {
        let (message, notes): (String, [String]) =
            switch error {
            case .unknown(let nearest):
                ("Pgpool-II \(version) has no such parameter", nearest.map { ["did you mean \($0)?"] } ?? [])
            case .otherSeries(let series):
                (
                    "Pgpool-II \(version) does not know this parameter",
                    ["it is in \(series.count == 1 ? series[0] : "\(series[0]) to \(series[series.count - 1])")"]
                )
            case .needsIndex: ("needs the number of a node at its end", ["write \(parameter.name)0 for the writer"])
            case .hasIndex: ("takes no number at its end", ["write it without the number"])
            }
        return Diagnostic(.error, at: parameter.nameLocation, key: key, message, notes: notes)
    }

    /// Whether a user's parameter may stand beside a rule that is not the user's to change; the rule's own key is
    /// dropped from the user's layer, a contradiction is reported.
    private mutating func isCompatible(_ parameter: UserParameter, with rule: SettingRule, _ context: RuleContext)
        -> Bool
    {
        guard parameter.name.name == rule.name || parameter.name.parameter.name == rule.name else { return true }
        guard let text = rule.value(context) else {
            guard case .spec(let specKey?, _) = rule.source else { return true }
            diagnostics.append(
                Diagnostic(
                    .error, at: parameter.written.value.location,
                    key: "pgpool.parameters.\(parameter.written.name)", "is set by \(specKey), on which more depends",
                    notes: ["set \(specKey) and remove this line"]))
            return false
        }
        guard let meant = try? parameter.name.parameter.type.parse(text)
        else { return true }
        guard meant != parameter.value else { return parameter.name.name != rule.name }
        let key = "pgpool.parameters.\(parameter.written.name)"
        switch rule.source {
        case .mandatory, .ours:
            diagnostics.append(
                Diagnostic(
                    .error, at: parameter.written.value.location, key: key,
                    "must be \(text.isEmpty ? "empty" : text) with Aurora: \(rule.reason)", notes: ["remove the line"]))
        case .spec(nil, _):
            diagnostics.append(
                Diagnostic(
                    .error, at: parameter.written.value.location, key: key, "must be \(text): \(rule.reason)",
                    notes: ["remove the line"]))
        case .spec(let specKey?, _):
            diagnostics.append(
                Diagnostic(
                    .error, at: parameter.written.value.location, key: key,
                    "contradicts \(specKey), which says \(text)",
                    notes: ["set \(specKey) and remove this line"]))
        }
        return false
    }

    /// The name by which this version reads what a rule calls by its newest name.
    private func ourName(_ name: String) -> String? {
        SettingRule.resolve(name, in: version)?.name
    }

    private func add(
        _ rule: SettingRule, layer: Layer, at location: SourceLocation?, _ context: RuleContext,
        to settings: inout [ResolvedSetting]
    ) {
        guard let text = rule.value(context), let name = SettingRule.resolve(rule.name, in: version) else {
            return
        }
        do throws(Malformed) {
            let value = try name.parameter.type.parse(text)
            var key = name.name
            if case .spec(let specKey?, _) = rule.source { key = specKey }
            settings.append(
                ResolvedSetting(
                    name: name.name, key: key, value: value, layer: layer, reason: rule.reason, location: location,
                    parameter: name.parameter, topic: Topic(group: name.parameter.group, name: name.parameter.name)))
        } catch {
            preconditionFailure("the rule for \(rule.name) is not legal in \(version): \(error.message)")
        }
    }

    private func setting(_ parameter: UserParameter) -> ResolvedSetting {
        let reason = parameter.name.renamedFrom.map {
            "written as \($0), which Pgpool-II \(version) calls \(parameter.name.name)"
        }
        return ResolvedSetting(
            name: parameter.name.name, key: "pgpool.parameters.\(parameter.written.name)", value: parameter.value,
            layer: .user,
            reason: reason ?? "set in pgpool.parameters", location: parameter.written.value.location,
            parameter: parameter.name.parameter,
            topic: Topic(group: parameter.name.parameter.group, name: parameter.name.parameter.name))
    }
}
