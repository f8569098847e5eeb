/// What only CloudFormation knows, in the cluster.yaml of the instances.
package enum Reference: String, CaseIterable, Sendable {
    case writerEndpoint
    case readerEndpoint
    case instanceClass
    case maxCapacity
    case databaseSecret

    /// What holds the place in a tree: a word that needs no quotes in YAML, and that nobody writes.
    var token: String { "stack-reference/\(rawValue)/4f1c" }

    /// The expression for `Fn::Sub`.
    var expression: String {
        switch self {
        case .writerEndpoint: "${\(LogicalID.cluster).Endpoint.Address}"
        case .readerEndpoint: "${\(LogicalID.cluster).ReadEndpoint.Address}"
        case .instanceClass: "${\(TemplateParameter.databaseClass.logicalID)}"
        case .maxCapacity: "${\(TemplateParameter.maxCapacity.logicalID)}"
        // A secret's Ref is its ARN.
        case .databaseSecret: "${\(LogicalID.secret)}"
        }
    }
}

/// The names of the template's resources that others name.
enum LogicalID {
    static let vpc = "Vpc"
    static let balancerGroup = "LoadBalancerSecurityGroup"
    static let instanceGroup = "InstanceSecurityGroup"
    static let databaseGroup = "DatabaseSecurityGroup"
    static let secret = "DatabaseSecret"
    static let attachment = "DatabaseSecretAttachment"
    static let cluster = "Cluster"
    static let writer = "Writer"
    static let role = "InstanceRole"
    static let profile = "InstanceProfile"
    static let launchTemplate = "LaunchTemplate"
    static let group = "Group"
    static let balancer = "LoadBalancer"
    static let listener = "Listener"
    static let topic = "AlarmTopic"

    static func reader(_ number: Int) -> String { "Reader\(number)" }
}
