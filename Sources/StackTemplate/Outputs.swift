import ClusterSpec
import JSONDocument

extension StackShape {
    private static func output(_ name: String, _ value: JSONValue, _ description: String) -> JSONValue.Member {
        .init(name, ["Description": .string(description), "Value": value])
    }

    /// What users of the stack ask for; the names of the ported stack first.
    var outputs: JSONValue {
        var outputs = [
            Self.output(
                "NLBEndpoint", .attribute(LogicalID.balancer, "DNSName"), "Where clients connect, at port 5432")
        ]
        switch database {
        case .made:
            outputs += [
                Self.output(
                    "AuroraClusterEndpoint", .attribute(LogicalID.cluster, "Endpoint.Address"), "Aurora's writer"),
                Self.output(
                    "AuroraReaderEndpoint", .attribute(LogicalID.cluster, "ReadEndpoint.Address"), "Aurora's readers"),
                Self.output("DatabaseSecretArn", .ref(LogicalID.secret), "The secret of the user \(MasterUser.name)"),
            ]
        case .existing(let writer, let reader, _):
            outputs += [
                Self.output("AuroraClusterEndpoint", .string(writer.host), "Aurora's writer, which was there before"),
                Self.output("AuroraReaderEndpoint", .string(reader.host), "Aurora's readers, which were there before"),
            ]
        }
        outputs += [
            Self.output("AutoScalingGroup", .ref(LogicalID.group), "The group of the Pgpool-II instances"),
            Self.output(
                "InstanceSecurityGroupId", .attribute(LogicalID.instanceGroup, "GroupId"),
                "The instances' security group, which the database must let in"),
            Self.output("AlarmTopicArn", .ref(LogicalID.topic), "Where alarms go"),
        ]
        return .object(outputs)
    }
}
