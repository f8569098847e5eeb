/// Where a service is and how settings call it. A service that is not in the table follows the common rule.
struct ServiceEndpoint: Hashable, Sendable {
    /// The first label of its host, and the name by which our calls know it.
    let name: String
    /// Its name in `services` sections; in capitals, the end of its variable.
    let settingsName: String
    /// Which of GovCloud's own hosts are its FIPS hosts.
    private var govCloud = GovCloud.plain
    /// Whether the host's common name answers on IPv6 too.
    private var isAlwaysDualStack = false

    private enum GovCloud: Hashable {
        /// The common ones, and those that answer on IPv6 too.
        case allPlain
        /// The common ones.
        case plain
        /// None: the FIPS hosts are others.
        case fips
    }

    /// `AWS_ENDPOINT_URL_SECRETS_MANAGER`.
    var variable: String { "AWS_ENDPOINT_URL_\(settingsName.uppercased())" }

    init(named name: String) {
        self = ServiceEndpoint.table.first { $0.name == name } ?? ServiceEndpoint(name, name)
    }

    private init(_ name: String, _ settingsName: String, govCloud: GovCloud = .plain, isAlwaysDualStack: Bool = false) {
        self.name = name
        self.settingsName = settingsName
        self.govCloud = govCloud
        self.isAlwaysDualStack = isAlwaysDualStack
    }

    /// Source: botocore's endpoint rule sets and service ids.
    private static let table = [
        ServiceEndpoint("autoscaling", "auto_scaling"),
        ServiceEndpoint("cloudformation", "cloudformation"),
        ServiceEndpoint("ec2", "ec2"),
        ServiceEndpoint("elasticloadbalancing", "elastic_load_balancing_v2"),
        ServiceEndpoint("kms", "kms", govCloud: .fips),
        ServiceEndpoint("logs", "cloudwatch_logs"),
        ServiceEndpoint("monitoring", "cloudwatch", govCloud: .allPlain),
        ServiceEndpoint("rds", "rds"),
        ServiceEndpoint("s3", "s3", govCloud: .fips),
        ServiceEndpoint("secretsmanager", "secrets_manager", govCloud: .fips, isAlwaysDualStack: true),
        ServiceEndpoint("ssm", "ssm"),
        ServiceEndpoint("sts", "sts"),
    ]

    /// The host that AWS gives the service in a region; for S3 the one without a bucket.
    func host(inRegion region: String, isFIPS: Bool, isDualStack: Bool) -> String {
        let partition = Partition(ofRegion: region)
        let isPlain = partition.id == "aws-us-gov" && (govCloud == .allPlain || govCloud == .plain && !isDualStack)
        let label = isFIPS && !isPlain ? "\(name)-fips" : name
        guard isDualStack else { return "\(label).\(region).\(partition.suffix)" }
        if name == "s3" { return "\(label).dualstack.\(region).\(partition.suffix)" }
        let isCommon =
            isAlwaysDualStack && ["aws", "aws-cn", "aws-us-gov"].contains(partition.id)
            && !(isFIPS && partition.id == "aws-cn")
        return "\(label).\(region).\(isCommon ? partition.suffix : partition.dualStackSuffix)"
    }
}
