import ClusterSpec
import Diagnostics
import StackParameters
import YAMLDocument

extension StackShapeReader {
    /// The database: one that cluster.yaml names, or one that the stack makes.
    mutating func database() -> StackShape.Database {
        switch (spec.aurora.writer, spec.aurora.reader) {
        case (let writer?, let reader?): return existing(writer.value, reader.value)
        case (nil, nil) where !isEndpointWrong: return made()
        default:
            let missing = spec.aurora.writer == nil ? "writer" : "reader"
            if !findings.contains(where: { $0.key == "aurora.\(missing)" }) {
                findings.append(
                    Diagnostic(
                        .error, at: spec.aurora.location, key: "aurora.\(missing)",
                        "the \(missing) endpoint is missing, and the other one is there",
                        notes: ["give both for a cluster that is there, or none, and the stack makes one"]))
            }
            return made()
        }
    }

    private var isEndpointWrong: Bool {
        findings.contains { ["aurora.writer", "aurora.reader"].contains($0.key) && $0.severity == .error }
    }

    // MARK: - A cluster of the stack's own

    private mutating func made() -> StackShape.Database {
        let instanceClass = values.text("db_instance_class")
        let replicas = values.number("db_replica_count")
        let version = values.text("engine_version")
        let name = databaseName()
        if Aurora.neverPooled.contains(name) {
            error(
                "database_name", "'\(name)' is PostgreSQL's own, which Aurora does not make and pgpool never pools",
                "give the application's database a name of its own")
        }
        if values.isGiven("db_security_group") {
            error(
                "db_security_group", "is of a cluster that is there, and this one is made with a group of its own",
                "remove it, or name the cluster's endpoints in cluster.yaml")
        }
        for (key, isGiven, parameter) in [
            (
                "aurora.instance_class", spec.aurora.instanceClass.map { $0.value != instanceClass } ?? false,
                "db_instance_class \(instanceClass)"
            ),
            (
                "aurora.readers", spec.aurora.readers.isGiven && spec.aurora.readers.value != replicas,
                "db_replica_count \(replicas)"
            ),
        ] where isGiven {
            let location = key == "aurora.readers" ? spec.aurora.readers.location : spec.aurora.instanceClass?.location
            findings.append(
                Diagnostic(
                    .warning, at: location, key: key, "is not that of the cluster that the stack makes: \(parameter)",
                    notes: ["remove the line: the stack fills it in"]))
        }
        checkClass(instanceClass)
        spec.aurora.readers = Setting(replicas, at: values.location("db_replica_count"))
        tree = tree.setting("aurora", "writer", to: .scalar(Reference.writerEndpoint.token))
            .setting("aurora", "reader", to: .scalar(Reference.readerEndpoint.token))
            .setting("aurora", "readers", to: .scalar("\(replicas)"))
        // The class travels where its memory is known: else max_connections, which wins, is there.
        tree = tree.setting(
            "aurora", "instance_class",
            to: spec.aurora.instanceClass == nil ? nil : .scalar(Reference.instanceClass.token))
        // As the cluster's parameter group asks of every connection.
        if spec.aurora.tls.mode.value == .off {
            findings.append(
                Diagnostic(
                    .error, at: spec.aurora.tls.mode.location, key: "aurora.tls.mode",
                    "the cluster that the stack makes refuses connections without TLS (rds.force_ssl)",
                    notes: ["remove the line, or use require or verify-ca"]))
        }
        if let port = spec.aurora.port.location, !(1150...65535).contains(spec.aurora.port.value) {
            findings.append(
                Diagnostic(
                    .error, at: port, key: "aurora.port", "Aurora listens on ports from 1150 to 65535",
                    notes: ["remove the line to get 5432"]))
        }
        return .made(
            StackShape.Aurora(
                replicas: replicas, database: name, engineVersion: version,
                engineMajor: String(version.prefix { $0 != "." })))
    }

    /// The budget needs the class's `max_connections`.
    private mutating func checkClass(_ instanceClass: String) {
        spec.aurora.instanceClass = nil
        if instanceClass == "db.serverless" {
            error(
                "db_instance_class", "db.serverless needs a range of capacity, which this stack does not have",
                "give a class with a size, such as db.r6g.large")
        } else if InstanceClass.maxConnections(instanceClass) != nil {
            spec.aurora.instanceClass = Setting(instanceClass, at: values.location("db_instance_class"))
        } else if spec.aurora.maxConnections == nil {
            error(
                "db_instance_class",
                "the memory of \(instanceClass) is not known, and so not how many connections it allows",
                "give `max_connections` below `aurora:` in cluster.yaml, as `SHOW max_connections` prints it")
        }
    }

    /// The parameter's, or else cluster.yaml's.
    private mutating func databaseName() -> String {
        let name = spec.aurora.database
        if let given = values.given("database_name") {
            if name.isGiven, name.value != given {
                error(
                    "database_name", "is '\(given)', and aurora.database in cluster.yaml is '\(name.value)'",
                    "keep one of them")
            }
            spec.aurora.database = Setting(given, at: values.location("database_name"))
            tree = tree.setting("aurora", "database", to: .scalar(given))
            return given
        }
        if name.isGiven, let parameter = StackParameter.named("database_name"), spec.aurora.writer == nil,
            let objection = parameter.objection(to: name.value)
        {
            findings.append(
                Diagnostic(
                    .error, at: name.location, key: "aurora.database", "Aurora cannot make it: \(objection)",
                    notes: ["give it another name"]))
        }
        tree = tree.setting("aurora", "database", to: .scalar(name.value))
        return name.value
    }

    // MARK: - A cluster that is there

    private mutating func existing(_ writer: Endpoint, _ reader: Endpoint) -> StackShape.Database {
        _ = databaseName()
        if values.isGiven("engine_version") {
            warn("engine_version", "is not used: cluster.yaml names a cluster that is there", "remove it")
        }
        if let given = values.given("db_instance_class") {
            if let other = spec.aurora.instanceClass, other.value != given {
                error(
                    "db_instance_class", "is \(given), and aurora.instance_class in cluster.yaml is \(other.value)",
                    "keep one of them: the cluster is there, and only the connection budget asks")
            } else {
                checkClass(given)
                if spec.aurora.instanceClass != nil {
                    tree = tree.setting("aurora", "instance_class", to: .scalar(given))
                }
            }
        }
        if let given = values.given("db_replica_count"), let count = Int(given) {
            if spec.aurora.readers.isGiven, spec.aurora.readers.value != count {
                error(
                    "db_replica_count",
                    "is \(count), and aurora.readers in cluster.yaml is \(spec.aurora.readers.value)",
                    "keep one of them: the cluster is there, and only the connection budget asks")
            } else {
                spec.aurora.readers = Setting(count, at: values.location("db_replica_count"))
                tree = tree.setting("aurora", "readers", to: .scalar(given))
            }
        }
        if spec.aurora.instanceClass == nil, spec.aurora.maxConnections == nil {
            findings.append(
                Diagnostic(
                    .warning, at: spec.aurora.location, key: "aurora.instance_class",
                    "without it the connection budget cannot be checked",
                    notes: ["add `instance_class: db.…`, or `max_connections:` as the writer shows it"]))
        }
        let group = values.given("db_security_group")
        if group == nil {
            warn(
                "db_security_group", "the cluster's own security group must let the instances in, or none gets ready",
                "give its id, and the stack adds the rule")
        }
        if !values.isGiven("vpc_id") {
            let text = "the cluster of cluster.yaml is there, and a VPC that the stack makes has no private way to it"
            let mend = "give vpc_id and subnet_ids of the cluster's VPC, or of one that is peered with it"
            // A rule can name a group of its own VPC, or of a peered one.
            if group != nil { error("vpc_id", text, mend) } else { warn("vpc_id", text, mend) }
        }
        return .existing(writer: writer, reader: reader, securityGroup: group)
    }
}
