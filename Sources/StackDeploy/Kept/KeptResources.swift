package import AWSClient
import JSONDocument

/// What a stack's deletion leaves, and what stands in its way, as its template says.
package struct KeptResources: Hashable, Sendable {
    package struct Resource: Hashable, Sendable {
        package var logicalID: String
        package var physicalID: String?
        package var type: String
    }

    /// They stay as they are.
    package var retained: [Resource] = []
    /// They go, and a snapshot stays.
    package var snapshots: [Resource] = []
    /// They are protected, and the deletion fails at them.
    package var protected: [Resource] = []

    /// None.
    package init() {}

    /// Nil for a template that cannot be read here, such as one in YAML.
    package init?(
        template: String, resources: [CloudFormation.StackResource], parameters: [String: String]
    ) {
        guard let root = (try? JSONDocument(parsing: Array(template.utf8), file: ""))?.root else { return nil }
        let there = Dictionary(
            resources.filter { !KeptResources.gone.contains($0.status.word) && $0.physicalID != nil }
                .map { ($0.logicalID, $0) }
        ) { first, _ in first }
        for member in root["Resources"]?.members ?? [] {
            guard let present = there[member.key] else { continue }
            let resource = Resource(
                logicalID: member.key, physicalID: present.physicalID, type: present.type)
            switch KeptResources.policy(member.value, type: present.type) {
            case "Retain", "RetainExceptOnCreate": retained.append(resource)
            case "Snapshot": snapshots.append(resource)
            default: break
            }
            let isRetained = retained.contains(resource)
            if !isRetained, KeptResources.isProtected(member.value["Properties"], parameters) {
                protected.append(resource)
            }
        }
    }

    private static let gone: Set<String> = ["DELETE_COMPLETE", "DELETE_SKIPPED"]

    /// A cluster has a snapshot made of it unless the template says otherwise, and an instance that is in none. Source: the
    /// user guide on DeletionPolicy.
    private static func policy(_ resource: JSONNode, type: String) -> String? {
        if let policy = resource["DeletionPolicy"]?.text { return policy }
        switch type {
        case "AWS::RDS::DBCluster": return "Snapshot"
        case "AWS::RDS::DBInstance": return resource["Properties"]?["DBClusterIdentifier"] == nil ? "Snapshot" : nil
        default: return nil
        }
    }

    private static func isProtected(_ properties: JSONNode?, _ parameters: [String: String]) -> Bool {
        if isTrue(properties?["DeletionProtection"], parameters) { return true }
        return properties?["LoadBalancerAttributes"]?.items?.contains { attribute in
            attribute["Key"]?.text == "deletion_protection.enabled" && isTrue(attribute["Value"], parameters)
        } ?? false
    }

    /// `true`, a text of it, or a parameter that is.
    private static func isTrue(_ node: JSONNode?, _ parameters: [String: String]) -> Bool {
        guard let node else { return false }
        if let flag = node.bool { return flag }
        let text = node.text ?? node["Ref"]?.text.flatMap { parameters[$0] }
        return text?.lowercased() == "true"
    }
}
