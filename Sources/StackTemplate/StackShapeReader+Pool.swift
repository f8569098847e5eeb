import ClusterSpec
import Diagnostics
import PgpoolConfig
import StackParameters
import YAMLDocument

extension StackShapeReader {
    /// What the parameters say of pgpool, put into the spec.
    mutating func settings(_ balancer: StackShape.Balancer) {
        tree = tree.setting("fleet", "instances", to: .scalar(Reference.maxCapacity.token))
        if !spec.pgpool.allow.isEmpty, values.isGiven("client_cidrs"),
            Set(spec.pgpool.allow.map(\.value)) != Set(balancer.clients)
        {
            warn(
                "client_cidrs",
                "decides whom the load balancer lets in, and pgpool.allow in cluster.yaml who may log in",
                "let pgpool.allow have these networks too, or remove one of the two")
        }
        if spec.pgpool.allow.isEmpty {
            spec.pgpool.allow = balancer.clients.map { Setting($0, at: values.location("client_cidrs")) }
            tree = tree.setting(
                "pgpool", "allow", to: .sequence(balancer.clients.map { .scalar($0.description) }))
        }
        // An instance of the group publishes metrics and speaks of its own health, unless the user says otherwise.
        if tree["health"]?["ec2"] == nil { tree = tree.setting("health", "ec2", to: .mapping([:])) }
        if values.isGiven("weights") { weights() }
        if values.isGiven("parameters") { parameters() }
    }

    private mutating func weights() {
        let numbers = values.items("weights")
        guard numbers.count == 2, let writer = Double(numbers[0]), let reader = Double(numbers[1]) else { return }
        if writer == 0, reader == 0 {
            error("weights", "both are 0, so no node would serve reads", "give at least one above 0")
        }
        if max(writer, reader) > 100_000_000 { error("weights", "a weight is at most 100000000", "give smaller ones") }
        let location = values.location("weights")
        spec.pgpool.weights.writer = Setting(writer, at: location)
        spec.pgpool.weights.reader = Setting(reader, at: location)
        tree = tree.setting("pgpool", "weights", "writer", to: .scalar(numbers[0]))
            .setting("pgpool", "weights", "reader", to: .scalar(numbers[1]))
    }

    private mutating func parameters() {
        let location = values.location("parameters")
        var seen: Set<String> = []
        for item in values.items("parameters") {
            guard let (name, value) = StackParameter.pair(item) else { continue }
            if !seen.insert(name).inserted { error("parameters", "'\(name)' is there twice", "keep one of them") }
            spec.pgpool.parameters.removeAll { $0.name == name }
            let place = location ?? SourceLocation(file: "parameters", line: 1, column: 1)
            spec.pgpool.parameters.append(
                Pgpool.Parameter(name: name, nameLocation: place, value: Setting(.one(value), at: place)))
            tree = tree.setting("pgpool", "parameters", name, to: .scalar(value))
        }
    }

    /// Whether an instance can render this spec: the connection budget, and pgpool's parameters.
    mutating func checkPool() {
        // What is wrong already would be found again by its consequences.
        guard !(values.findings + findings).hasErrors else { return }
        // Any name does for endpoints that CloudFormation makes.
        if spec.aurora.writer == nil {
            spec.aurora.writer = Setting(Endpoint(host: "stack.cluster-c1.us-east-1.rds.amazonaws.com"))
            spec.aurora.reader = Setting(Endpoint(host: "stack.cluster-ro-c1.us-east-1.rds.amazonaws.com"))
        }
        if let version = spec.pgpool.version?.value {
            findings += refusals(version).map(named)
            return
        }
        // What runs is only known in the image. An error is one if no series does without it.
        var common = refusals(.newest)
        for version in PgpoolVersion.knownSeries where !common.isEmpty && version != .newest {
            let keys = Set(refusals(version).map(\.key))
            common.removeAll { !keys.contains($0.key) }
        }
        findings += common.map(named)
    }

    private func refusals(_ version: PgpoolVersion) -> [Diagnostic] {
        do throws(DiagnosticsError) {
            let settings = try Settings(spec, version: version, layout: .installed)
            return settings.all.filter { $0.parameter.isSecret && !$0.value.text.isEmpty }.map { setting in
                Diagnostic(
                    .error, at: setting.location, key: setting.key,
                    "is a secret in clear text, and would stand in user-data and in the template",
                    notes: ["leave it empty: pgpool then takes it from pool_passwd, by the user's name"])
            }
        } catch {
            return error.diagnostics.filter { $0.severity == .error }
        }
    }

    /// A finding of the spec's, with the names of the parameters that are behind it.
    private func named(_ finding: Diagnostic) -> Diagnostic {
        var finding = finding
        if finding.location?.file == "parameters" { finding.location = nil }
        if finding.key == "pgpool.children" {
            finding.notes.append(
                "lower max_capacity (\(values.text("max_capacity")))"
                    + ", or take a larger db_instance_class")
        }
        return finding
    }
}
