import ClusterSpec
package import Diagnostics
import PgpoolConfig
import StackParameters
package import YAMLDocument

extension StackShape {
    /// Decides what a stack is, from the parameters' values and a spec, which may be left out.
    ///
    /// - Returns: The shape, unless something is wrong, and everything that is.
    package static func read(
        _ values: StackValues, spec document: YAMLDocument?
    ) -> (shape: StackShape?, findings: [Diagnostic]) {
        var reader = StackShapeReader(values, document)
        let shape = reader.shape()
        let findings = (values.findings + reader.findings).sortedByLocation()
        return (findings.hasErrors ? nil : shape, findings)
    }
}

/// Puts parameters and spec together, and checks what only shows when they are.
struct StackShapeReader {
    let values: StackValues
    /// The user's spec, with the stack's values in it as they become known.
    var spec: ClusterSpec
    /// The same as a tree, which becomes the instances' cluster.yaml.
    var tree: YAMLNode
    var findings: [Diagnostic]

    init(_ values: StackValues, _ document: YAMLDocument?) {
        self.values = values
        let empty = (try? YAMLDocument(parsing: [], file: "cluster.yaml"))
        guard let document = document ?? empty else { preconditionFailure("an empty spec can be read") }
        let (spec, findings) = ClusterSpec.read(document)
        self.spec = spec
        // That nobody could log in is judged when the stack's own users are there.
        self.findings = findings.filter { !($0.severity == .warning && $0.key == "auth.users") }
        tree = document.root?.entries == nil ? .mapping([:]) : document.root ?? .mapping([:])
    }

    /// The shape as far as it goes; what is wrong is in `findings`.
    mutating func shape() -> StackShape {
        if !values.isGiven("ami_id") {
            findings.append(
                Diagnostic(
                    .error, key: "ami_id", "the image is missing",
                    notes: ["`pgpool-aurora build-ami` makes one and writes its id into the parameters file"]))
        }
        let group = group()
        let database = database()
        let network = network()
        let balancer = balancer(network)
        let secrets = users(database)
        settings(balancer)
        checkPool()
        // Where an image was built says nothing of where it runs, and nothing else of that section is of use there.
        tree = tree.setting("image", to: nil)
        let key = values.given("kms_key")
        return StackShape(
            network: network, database: database, balancer: balancer, group: group, userSecrets: secrets, key: key,
            alarmEmail: values.given("alarm_email"), poolPort: spec.pgpool.port.value,
            healthPort: spec.health.port.value, databasePort: spec.aurora.port.value, instanceSpec: tree.sortedByKey,
            values: Dictionary(
                uniqueKeysWithValues: TemplateParameter.all.map { ($0.name, values.text($0.name)) }))
    }

    // MARK: - Findings

    mutating func error(_ name: String, _ message: String, _ notes: String...) {
        findings.append(Diagnostic(.error, at: values.location(name), key: name, message, notes: notes))
    }

    mutating func warn(_ name: String, _ message: String, _ notes: String...) {
        findings.append(Diagnostic(.warning, at: values.location(name), key: name, message, notes: notes))
    }

    // MARK: - The group

    private mutating func group() -> StackShape.Group {
        let (low, high, wanted) = (
            values.number("min_capacity"), values.number("max_capacity"), values.number("desired_capacity")
        )
        if high < 1 { error("max_capacity", "a group of no instances serves nobody", "give at least 1") }
        if low > high {
            error("min_capacity", "\(low) is above max_capacity \(high)", "give at most \(high), or raise max_capacity")
        }
        if low <= high, !(low...high).contains(wanted) {
            let name = values.isGiven("desired_capacity") || low <= wanted ? "desired_capacity" : "min_capacity"
            error(
                name, "desired_capacity \(wanted) is not from min_capacity \(low) to max_capacity \(high)",
                "give desired_capacity a value from \(low) to \(high)")
        }
        if spec.fleet.instances.isGiven, spec.fleet.instances.value != high {
            findings.append(
                Diagnostic(
                    .warning, at: spec.fleet.instances.location, key: "fleet.instances",
                    "is \(spec.fleet.instances.value), and the group's max_capacity is \(high); \(high) counts",
                    notes: ["remove the line: the stack fills it in"]))
        }
        spec.fleet.instances = Setting(max(1, high), at: values.location("max_capacity"))
        if !spec.fleet.surplus.isGiven { spec.fleet.surplus = Setting(Fleet.usualSurplus(instances: max(1, high))) }
        checkArchitecture()
        return StackShape.Group(
            minimum: low, maximum: high, desired: wanted, healthCheck: values.text("asg_health"),
            rootDevice: values.text("root_device"))
    }

    private mutating func checkArchitecture() {
        let type = values.text("instance_type")
        let family = type.prefix { $0 != "." }
        // Graviton's families have a g behind their generation: t4g, c7gn, x2gd; a1 was the first.
        let isARM = family == "a1" || family.drop { !$0.isNumber }.drop { $0.isNumber }.hasPrefix("g")
        guard spec.image.architecture.isGiven, (spec.image.architecture.value == .arm64) != isARM else { return }
        warn(
            "instance_type",
            "\(type) is \(isARM ? "arm64" : "x86_64"), and cluster.yaml builds images for "
                + "\(spec.image.architecture.value.rawValue)", "EC2 starts an image only on its own architecture")
    }
}
