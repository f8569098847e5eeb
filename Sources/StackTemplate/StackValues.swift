package import Diagnostics
package import StackParameters

/// The values of the stack's parameters: what was given, with its place, and our defaults for the rest.
package struct StackValues: Sendable {
    /// A value of the command line, which wins over the file's.
    package struct Override: Sendable, Hashable {
        package var name: String
        package var text: String

        package init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    private struct Given: Sendable {
        var text: String
        var location: SourceLocation?
    }

    private var given: [String: Given] = [:]
    /// What is wrong with names and values, each by itself. In the place of a wrong value the default counts, so that
    /// what else is wrong is found in the same run.
    package private(set) var findings: [Diagnostic] = []

    package init(file: ParametersFile?, overrides: [Override] = []) {
        for entry in file?.entries ?? [] { take(entry, of: file) }
        var seen: Set<String> = []
        for override in overrides {
            if !seen.insert(override.name).inserted {
                findings.append(
                    Diagnostic(
                        .error, key: override.name, "is given twice on the command line", notes: ["keep one of them"]))
            }
            guard StackParameter.named(override.name) != nil else {
                findings += ParametersError.unknown(override.name).diagnostics
                continue
            }
            take(override.name, override.text, at: nil)
        }
    }

    private mutating func take(_ entry: ParameterEntry, of file: ParametersFile?) {
        guard StackParameter.named(entry.name) != nil else {
            // Other people's keys have their place in cdk.json and among the variables of Terraform.
            let isShared = file?.format == .cdk || file?.format == .json
            let near = nearestName(to: entry.name, in: StackParameter.all.map(\.name))
            guard !isShared || near != nil else { return }
            var finding = ParametersError.unknown(entry.name).diagnostics[0]
            finding.location = entry.location
            if isShared { finding.severity = .warning }
            findings.append(finding)
            return
        }
        guard let value = entry.value else { return }
        take(entry.name, value, at: entry.location)
    }

    private mutating func take(_ name: String, _ text: String, at location: SourceLocation?) {
        guard let parameter = StackParameter.named(name) else { return }
        given[name] = nil
        // CloudFormation's parameters cannot be absent, so that nothing is written as an empty text.
        if text.isEmpty, parameter.defaultText == nil { return }
        guard let objection = parameter.objection(to: text) else {
            given[name] = Given(text: text, location: location)
            return
        }
        let note: String
        if name == "ami_id", text.hasPrefix("local-") {
            findings.append(
                Diagnostic(
                    .error, at: location, key: name,
                    "'\(text)' is the image of a virtual machine, which EC2 cannot start",
                    notes: ["build one with `image: {provider: ec2}`: `pgpool-aurora build-ami` writes its id here"]))
            // It is there, though wrong.
            given[name] = Given(text: "", location: location)
            return
        } else if let fallback = parameter.defaultText {
            note = "the default is \(fallback)"
        } else {
            note = "it is \(parameter.summary)"
        }
        findings.append(
            Diagnostic(.error, at: location, key: name, "'\(StackValues.excerpt(text))': \(objection)", notes: [note]))
        if name == "ami_id" { given[name] = Given(text: "", location: location) }
    }

    private static func excerpt(_ text: String) -> String {
        text.unicodeScalars.count > 60 ? String(text.unicodeScalars.prefix(60)) + "…" : text
    }

    // MARK: - The values

    /// Whether somebody gave it, and it is right.
    package func isGiven(_ name: String) -> Bool { given[name] != nil }

    /// Where it was given; nil on the command line, too.
    func location(_ name: String) -> SourceLocation? { given[name]?.location }

    /// The value as it was given.
    func given(_ name: String) -> String? { given[name]?.text }

    /// The value, or else our default; empty when there is neither.
    func text(_ name: String) -> String {
        guard let parameter = StackParameter.named(name) else { preconditionFailure("there is no parameter \(name)") }
        return given[name]?.text ?? parameter.defaultText ?? ""
    }

    func number(_ name: String) -> Int {
        guard let number = Int(text(name)) else { preconditionFailure("\(name) has neither a number nor a default") }
        return number
    }

    func items(_ name: String) -> [String] { StackParameter.items(of: text(name)) }
}
