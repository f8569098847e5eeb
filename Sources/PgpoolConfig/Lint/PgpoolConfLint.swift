import ClusterSpec
import Diagnostics

/// pgpool.conf: what pgpool refuses, ignores or misreads, and what Aurora cannot have.
struct PgpoolConfLint {
    private let file: LintInput.File
    private let version: PgpoolVersion
    private let contents: PgpoolConfFile.Contents

    init(_ file: LintInput.File, version: PgpoolVersion) {
        self.file = file
        self.version = version
        contents = PgpoolConfFile.read(file.bytes, file: file.path)
    }

    /// The text in force for a key: the file's, else the version's own default.
    func value(_ key: String) -> String? {
        contents.values[key] ?? Catalogue.shared.parameter(named: key, in: version)?.defaultValue
    }

    func isOn(_ key: String) -> Bool { value(key).map { BooleanReading($0).value } ?? false }

    func run() -> [Diagnostic] {
        let secretLines = Set(contents.entries.filter { Catalogue.isSecret($0.key) }.map(\.location.line))
        var findings = contents.refusal.map { [hidingSecrets($0, secretLines)] } ?? []
        var settings: [ResolvedSetting] = []
        var seen: [String: PgpoolConfFile.Entry] = [:]
        for entry in contents.entries {
            if let first = seen[entry.key], !entry.key.hasPrefix("backend_flag") {
                findings.append(
                    finding(.warning, entry, "stands in line \(first.location.line) already; this later line wins"))
            }
            seen[entry.key] = entry
            if secretLines.contains(entry.location.line), !Catalogue.isSecret(entry.key) {
                // What stands behind a secret on its line may be a part of it.
                findings.append(
                    Diagnostic(
                        .error, at: file.at(entry.location.line), key: "secret",
                        "more stands on this line than a name and a secret in single quotes"))
                continue
            }
            let (setting, problems) = judge(entry)
            findings += problems
            if let setting {
                settings.removeAll { $0.name == setting.name }
                settings.append(setting)
            }
        }
        findings += auroraNeeds(settings)
        // What is not set has the version's default, which no line says.
        findings += SettingChecks(settings: settings, spec: nil, version: version).run().map { finding in
            var finding = finding
            finding.location = finding.location ?? file.at(1)
            return finding
        }
        findings += secrets()
        return findings
    }

    private func hidingSecrets(_ refusal: Diagnostic, _ lines: Set<Int>) -> Diagnostic {
        guard let line = refusal.location?.line, lines.contains(line) else { return refusal }
        return Diagnostic(.error, at: file.at(line), key: "secret", "pgpool refuses the file at this line")
    }

    private func finding(
        _ severity: Severity, _ entry: PgpoolConfFile.Entry, _ message: String, atKey: Bool = true,
        _ notes: [String] = []
    ) -> Diagnostic {
        Diagnostic(
            severity, at: atKey ? entry.location : entry.valueLocation, key: entry.key, message, notes: notes)
    }

    private func judge(_ entry: PgpoolConfFile.Entry) -> (ResolvedSetting?, [Diagnostic]) {
        if entry.key == "include" {
            return (nil, [finding(.warning, entry, "includes another file, which is not followed here")])
        }
        let name: ResolvedName
        do throws(NameError) {
            name = try Catalogue.shared.resolve(entry.key, in: version)
        } catch {
            return (nil, [unknown(entry, error)])
        }
        // A name that this version does not read is ignored, even where we know what it became.
        if name.renamedFrom != nil, Catalogue.shared.parameter(named: entry.key, in: version) == nil {
            let message = "Pgpool-II \(version) ignores this name without a word; it reads \(name.name)"
            return (nil, [finding(.error, entry, message, ["rename it to \(name.name)"])])
        }
        if entry.value == "\n" || (entry.value.isEmpty && entry.kind == .other) {
            return (nil, [finding(.error, entry, "has no value: pgpool takes the end of the line for it")])
        }
        if entry.kind == .other, entry.value == "\"" || entry.value == "'" {
            let quote = entry.value == "'" ? "the quote is never closed" : "pgpool knows single quotes only"
            return (nil, [finding(.error, entry, "\(quote), so the value is the quote itself", atKey: false)])
        }
        return parse(entry, name)
    }

    private func unknown(_ entry: PgpoolConfFile.Entry, _ error: NameError) -> Diagnostic {
        switch error {
        case .unknown(let nearest):
            let exact = Catalogue.shared.names.first { $0.lowercased() == entry.key.lowercased() }
            let note = exact.map { "names are in lower case: \($0)" } ?? nearest.map { "did you mean \($0)?" }
            return finding(
                .error, entry, "no such parameter; pgpool ignores it without a word", note.map { [$0] } ?? [])
        case .otherSeries(let series):
            return finding(
                .error, entry, "Pgpool-II \(version) does not know it and ignores it without a word",
                ["it is in \(series.joined(separator: ", "))"])
        case .needsIndex: return finding(.error, entry, "needs the number of a node, so pgpool refuses the file")
        case .hasIndex: return finding(.error, entry, "no such parameter; pgpool ignores it without a word")
        }
    }

    private func parse(_ entry: PgpoolConfFile.Entry, _ name: ResolvedName) -> (ResolvedSetting?, [Diagnostic]) {
        var problems: [Diagnostic] = []
        var value: ParameterValue?
        switch name.parameter.type {
        case .bool:
            let reading = BooleanReading(entry.value)
            value = .bool(reading.value)
            if !reading.isLegal {
                problems.append(
                    finding(
                        .error, entry, "'\(Parse.excerpt(entry.value))' is no truth value, and pgpool takes it for on",
                        atKey: false, ["write on or off"]))
            }
        case .octal where !entry.value.hasPrefix("0"):
            problems.append(
                finding(
                    .error, entry, "\(Parse.excerpt(entry.value)) is read as a decimal number", atKey: false,
                    ["write it in octal: 0\(Parse.excerpt(entry.value))"]))
        case .int where CInteger.parse(entry.value) != nil:
            let number = CInteger.parse(entry.value) ?? 0
            value = .int(number)
            problems.append(finding(.warning, entry, "pgpool reads it as \(number)", atKey: false))
        default:
            do throws(Malformed) {
                value = try name.parameter.type.parse(entry.value)
                _ = try value.map { value throws(Malformed) in
                    try PgpoolConfFile.checkLength(value.text, name.parameter)
                }
            } catch {
                problems.append(finding(.error, entry, error.message, atKey: false, error.notes))
            }
        }
        let setting = value.map {
            ResolvedSetting(
                name: name.name, key: entry.key, value: $0, layer: .user, reason: "", location: entry.location,
                parameter: name.parameter, topic: Topic(group: name.parameter.group, name: name.parameter.name))
        }
        return (setting, problems)
    }

    /// The mandatory layer, judged by what is in force: a key that is not there has the version's default.
    private func auroraNeeds(_ settings: [ResolvedSetting]) -> [Diagnostic] {
        SettingRule.mandatory.flatMap { rule -> [Diagnostic] in
            guard let wanted = rule.fixedValue, let name = SettingRule.resolve(rule.name, in: version),
                let meant = try? name.parameter.type.parse(wanted)
            else { return [] }
            func contradiction(_ place: SourceLocation?, _ key: String, _ message: String) -> Diagnostic {
                Diagnostic(
                    .error, at: place ?? file.at(1), key: key, "\(message): \(rule.reason)",
                    notes: ["\(key) = \(wanted)"])
            }
            // Of an indexed one each node's counts, and the one without an index for the others.
            let there = settings.filter { $0.parameter.name == name.parameter.name }
            var found = there.filter { $0.value != meant }.map {
                contradiction($0.location, $0.name, "must be \(wanted) with Aurora")
            }
            if !there.contains(where: { $0.name == name.name }), let inForce = name.parameter.defaultValue,
                inForce != meant.text
            {
                found.append(
                    contradiction(
                        nil, rule.name, "is not set, and its default is \(inForce); with Aurora it must be \(wanted)"))
            }
            return found
        } + backendFlags(settings)
    }

    /// Each backend must stay, and the first is always the primary.
    private func backendFlags(_ settings: [ResolvedSetting]) -> [Diagnostic] {
        settings.filter { $0.parameter.name == "backend_hostname" }.compactMap { host in
            let name = "backend_flag\(host.name.dropFirst("backend_hostname".count))"
            let setting = settings.first { $0.name == name }
            // Flags of several lines add up.
            let flags = contents.entries.filter { $0.key == name }.flatMap { $0.value.split(separator: "|") }
            let wanted =
                name == "backend_flag0" ? ["ALWAYS_PRIMARY", "DISALLOW_TO_FAILOVER"] : ["DISALLOW_TO_FAILOVER"]
            let missing = wanted.filter { flag in !flags.contains { $0 == flag } }
            guard !missing.isEmpty else { return nil }
            return Diagnostic(
                .error, at: setting?.location ?? host.location ?? file.at(1), key: name,
                "lacks \(missing.joined(separator: " and ")): Aurora owns failover",
                notes: ["\(name) = '\(wanted.joined(separator: "|"))'"])
        }
    }

    private func secrets() -> [Diagnostic] {
        let keys = contents.values.filter { Catalogue.isSecret($0.key) }
            .filter { !$0.value.isEmpty }.keys.sorted()
        return keys.isEmpty ? [] : file.openFinding("\(keys.joined(separator: ", ")) is a secret")
    }
}

/// A truth value as pgpool's parser takes it: any prefix of true, false, yes and no; on, off, of; 1 and 0. Everything
/// else is on.
struct BooleanReading {
    var value: Bool
    var isLegal: Bool

    init(_ text: String) {
        let word = text.lowercased()
        let isPrefix = { (full: String) in !word.isEmpty && full.hasPrefix(word) }
        if word == "1" || word == "on" || isPrefix("true") || isPrefix("yes") {
            (value, isLegal) = (true, true)
        } else if word == "0" || word == "off" || word == "of" || isPrefix("false") || isPrefix("no") {
            (value, isLegal) = (false, true)
        } else {
            (value, isLegal) = (true, false)
        }
    }
}

/// A whole number as C's `strtol` reads it with base 0.
enum CInteger {
    /// nil when it is none, or when our own parser takes it just the same.
    static func parse(_ text: String) -> Int64? {
        guard text != "0" else { return nil }
        let body = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let number: Int64?
        if body.hasPrefix("0x") || body.hasPrefix("0X") {
            number = Int64(body.dropFirst(2), radix: 16)
        } else if body.hasPrefix("0") {
            number = Int64(body, radix: 8)
        } else {
            number = nil
        }
        return number.map { text.hasPrefix("-") ? -$0 : $0 }
    }
}
