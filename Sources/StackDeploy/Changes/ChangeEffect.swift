import AWSClient

/// What a change does beside being made: who restarts, what is replaced, what stays.
enum ChangeEffect {
    /// What changes of a property do to what runs. Sources: the "Update requires" of CloudFormation's resource reference, and
    /// RDS's user guide on modifying instances.
    private struct Rule {
        var type: String
        /// Empty for any.
        var properties: Set<String>
        var text: String
    }

    /// The resource that has the data.
    static let databaseType = "AWS::RDS::DBCluster"

    private static let rules = [
        Rule(
            type: "AWS::AutoScaling::AutoScalingGroup",
            properties: ["LaunchTemplate", "MixedInstancesPolicy", "LaunchConfigurationName", "VPCZoneIdentifier"],
            text: "its instances are replaced, as the update policy says: a rolling update"),
        Rule(
            type: "AWS::RDS::DBInstance", properties: ["DBInstanceClass"],
            text: "the database instance restarts; a writer fails over to a reader, if there is one"),
        Rule(
            type: "AWS::RDS::DBInstance", properties: ["DBParameterGroupName", "CACertificateIdentifier"],
            text: "the database instance may have to be restarted"),
        Rule(
            type: "AWS::RDS::DBCluster", properties: ["EngineVersion"],
            text: "all instances of the database restart"),
        Rule(
            type: "AWS::RDS::DBCluster", properties: ["DBClusterParameterGroupName"],
            text: "static parameters are in force only after a restart of the database instances"),
        Rule(
            type: "AWS::RDS::DBClusterParameterGroup", properties: ["Parameters"],
            text: "static parameters are in force only after a restart of the database instances"),
        Rule(
            type: "AWS::ElasticLoadBalancingV2::TargetGroup", properties: ["HealthCheckPort", "HealthCheckPath"],
            text: "targets may count as unhealthy until the new check has passed"),
    ]

    static func texts(of change: CloudFormation.ResourceChange) -> [String] {
        switch change.action {
        case .add, .importing: return []
        // That what is removed is deleted goes without saying.
        case .remove: return change.policy == "Delete" ? [] : [fate(change.policy)].compactMap(\.self)
        case .modify, .dynamic, nil: break
        }
        var texts = [fate(change.policy)].compactMap(\.self)
        guard change.replacement != .yes else {
            if change.type == databaseType { texts.insert("a new, empty database takes its place", at: 0) }
            return texts
        }
        let properties = Set(change.details.compactMap(\.property))
        for rule in rules where rule.type == change.type {
            if rule.properties.isEmpty || !rule.properties.isDisjoint(with: properties), !texts.contains(rule.text) {
                texts.append(rule.text)
            }
        }
        return texts
    }

    private static func fate(_ policy: String?) -> String? {
        switch policy {
        case "Delete", "ReplaceAndDelete": "what is there is deleted"
        case "Retain", "ReplaceAndRetain": "what is there is kept, outside of the stack"
        case "Snapshot", "ReplaceAndSnapshot": "what is there is deleted; a snapshot is kept"
        default: nil
        }
    }
}
