/// A parameter of the stack: one row of the table.
package struct StackParameter: Sendable {
    /// The name in our own files and on the command line.
    package let name: String
    /// What counts where nothing is set; nil when there is no such value.
    package let defaultText: String?
    /// The name where only letters and digits may stand in it, as in CloudFormation: `AmiId`.
    package let upperCamelName: String
    /// What it is, in a few words.
    package let summary: String
    package let kind: Kind

    private init(_ name: String, _ kind: Kind, default defaultText: String? = nil, _ summary: String) {
        self.name = name
        upperCamelName = name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        self.kind = kind
        self.defaultText = defaultText
        self.summary = summary
    }

    /// All of them, in the order in which they are explained: those of the ported stack first.
    package static let all = [
        StackParameter("ami_id", .resource("ami"), "the image that the instances start from; required"),
        StackParameter("vpc_id", .resource("vpc"), "the VPC to use; without it one is made"),
        StackParameter("subnet_ids", .resources("subnet"), "the subnets to use, separated by commas"),
        StackParameter("instance_type", .instanceType, default: "t3.medium", "the type of the Pgpool-II instances"),
        StackParameter("disk_size", .number(1...65_536), default: "20", "the size of an instance's disk in GB"),
        StackParameter("min_capacity", .number(0...10_000), default: "2", "the fewest instances in the group"),
        StackParameter("max_capacity", .number(0...10_000), default: "4", "the most instances in the group"),
        StackParameter("desired_capacity", .number(0...10_000), default: "2", "how many instances there should be"),
        StackParameter("db_instance_class", .databaseClass, default: "db.t3.medium", "the class of Aurora's instances"),
        StackParameter("db_replica_count", .number(0...15), default: "1", "how many readers the Aurora cluster has"),
        StackParameter("vpc_zones", .number(2...3), default: "3", "how many zones the VPC that is made has"),
        StackParameter(
            "nat_gateways", .word(["per-zone", "one", "none"]), default: "per-zone",
            "the way out of the VPC that is made; with none, endpoints of what instances need"),
        StackParameter(
            "nlb_scheme", .word(["internal", "internet-facing"]), default: "internal", "where the load balancer is seen"
        ),
        StackParameter(
            "nlb_subnet_ids", .resources("subnet"),
            "with vpc_id: the load balancer's subnets; else those of the instances"),
        StackParameter(
            "client_cidrs", .networks,
            "the networks that clients come from; else those of cluster.yaml, or private ones"),
        StackParameter(
            "nlb_healthy_threshold", .number(2...10), default: "2", "good answers in a row until a target is healthy"),
        StackParameter(
            "nlb_unhealthy_threshold", .number(2...10), default: "2", "bad answers in a row until it is not"),
        StackParameter("nlb_health_timeout", .number(2...120), default: "5", "seconds that an answer may take"),
        StackParameter("nlb_health_interval", .number(5...300), default: "30", "seconds between two questions"),
        StackParameter(
            "asg_health", .word(["EC2", "ELB"]), default: "EC2", "whose word makes the group replace an instance"),
        StackParameter(
            "root_device", .device, default: "/dev/xvda", "what the image calls its first disk"),
        StackParameter(
            "engine_version", .engineVersion, default: "16", "the series of Aurora PostgreSQL, or a release of it"),
        StackParameter("database_name", .databaseName, default: "app", "the database that is made"),
        StackParameter(
            "db_security_group", .resource("sg"),
            "with a cluster that is there: its security group, which is opened to the instances"),
        StackParameter(
            "user_secrets", .userSecrets, "more users that may log in, as user=secret, separated by commas"),
        StackParameter("kms_key", .key, "the key that encrypts Aurora and its secret; else AWS's own keys"),
        StackParameter(
            "weights", .weights, default: "1,10", "the shares of writer and reader in the reads; else cluster.yaml's"),
        StackParameter("parameters", .settings, "parameters of Pgpool-II as key=value; they win over cluster.yaml's"),
        StackParameter("alarm_email", .email, "who is written to when an alarm goes off"),
    ]

    /// The parameter of a name, or nil when there is none.
    package static func named(_ name: String) -> StackParameter? {
        all.first { $0.name.utf8.elementsEqual(name.utf8) }
    }
}
