package import ClusterSpec
package import YAMLDocument

/// What a stack is, decided and checked: all that its template is made of.
package struct StackShape: Sendable {
    /// The network that the stack lives in.
    package enum Network: Hashable, Sendable {
        /// A VPC of the stack's own.
        case made(zones: Int, way: WayOut)
        /// One that is there.
        case given(vpc: String, subnets: [String], balancerSubnets: [String])
    }

    /// How instances in a VPC of ours reach AWS.
    package enum WayOut: String, Hashable, Sendable {
        case gatewayPerZone = "per-zone"
        case oneGateway = "one"
        /// Endpoints, and nothing else.
        case none
    }

    package enum Database: Hashable, Sendable {
        /// A cluster of the stack's own.
        case made(Aurora)
        /// One that is there, and its security group if that is the stack's to open.
        case existing(writer: Endpoint, reader: Endpoint, securityGroup: String?)
    }

    package struct Aurora: Hashable, Sendable {
        package var replicas: Int
        package var database: String
        package var engineVersion: String
        /// The series, which the parameter group is for.
        package var engineMajor: String
    }

    /// A secret that an instance reads.
    package struct UserSecret: Hashable, Sendable {
        package var user: String
        /// Its name or its ARN.
        package var secret: String
        package var versionStage: String?
    }

    package struct Balancer: Hashable, Sendable {
        package var isInternetFacing: Bool
        package var clients: [CIDRBlock]
        package var healthyThreshold: Int
        package var unhealthyThreshold: Int
        package var timeout: Int
        package var interval: Int
    }

    package struct Group: Hashable, Sendable {
        package var minimum: Int
        package var maximum: Int
        package var desired: Int
        /// `EC2` or `ELB`.
        package var healthCheck: String
        package var rootDevice: String
    }

    package var network: Network
    package var database: Database
    package var balancer: Balancer
    package var group: Group
    /// All secrets that the role may read beside the one that the stack makes, each once.
    package var userSecrets: [UserSecret]
    /// A key of KMS, as its ARN or its id.
    package var key: String?
    package var alarmEmail: String?
    /// pgpool's port on the instances.
    package var poolPort: Int
    /// The doctor's port there.
    package var healthPort: Int
    /// The database's port.
    package var databasePort: Int
    /// What an instance's cluster.yaml is made of: the user's, with the stack's own values, but for what only
    /// CloudFormation knows.
    package var instanceSpec: YAMLNode
    /// The values of the template's parameters, by their names in our table.
    package var values: [String: String]

    /// Whether the stack makes the database.
    var makesDatabase: Bool {
        guard case .made = database else { return false }
        return true
    }
}

/// The user that a cluster of the stack's own is made with.
package enum MasterUser {
    package static let name = "postgres"
}
