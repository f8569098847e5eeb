import JSONDocument

/// A template with its parameters filled in.
struct CloudTemplate: Sendable {
    struct Resource: Sendable {
        var type: String
        /// Texts of the properties, with the parameters filled in.
        var properties: [String: String]
        /// The same as the template has them.
        var written: [String: String]
        /// The parameters that each property names.
        var parameters: [String: [String]]
        /// Other resources that a property names.
        var references: [String: [String]]
        var deletionPolicy: String?
        /// What becomes of it when it is deleted; a cluster leaves a snapshot unless the template says otherwise.
        var fate: String { deletionPolicy ?? (type == "AWS::RDS::DBCluster" ? "Snapshot" : "Delete") }
        /// Policies of updates and the like, as text.
        var rest: String
    }

    var text = ""
    var description: String?
    var resources: [String: Resource] = [:]
    var parameters: [String: String] = [:]
    /// The outputs that the template has, in its order.
    var outputs: [(key: String, value: String)] = []

    /// What a stack has before it has anything.
    init() {}

    init(_ text: String, parameters given: [String: String]) throws(CloudError) {
        guard let root = (try? JSONDocument(parsing: Array(text.utf8), file: ""))?.root,
            let declared = root["Resources"]?.members
        else { throw .validation("Template format error: unsupported structure.") }
        guard !declared.isEmpty else {
            throw .validation("Template format error: At least one Resources member must be defined.")
        }
        self.text = text
        description = root["Description"]?.text
        for parameter in root["Parameters"]?.members ?? [] {
            guard let value = given[parameter.key] ?? parameter.value["Default"]?.scalarText else {
                throw .validation("Parameters: [\(parameter.key)] must have values")
            }
            parameters[parameter.key] = value
        }
        let unknown = given.keys.filter { parameters[$0] == nil }.sorted()
        guard unknown.isEmpty else {
            throw .validation("Parameters: [\(unknown.joined(separator: ", "))] do not exist in the template")
        }
        for member in declared {
            guard let type = member.value["Type"]?.text else {
                throw .validation("Template format error: [/Resources/\(member.key)] has no Type")
            }
            var resource = Resource(
                type: type, properties: [:], written: [:], parameters: [:], references: [:],
                deletionPolicy: member.value["DeletionPolicy"]?.text,
                rest: "\(member.value["UpdatePolicy"].map { fill($0) } ?? "")")
            for property in member.value["Properties"]?.members ?? [] {
                resource.properties[property.key] = fill(property.value)
                resource.written[property.key] = CloudTemplate.text(property.value)
                let names = CloudTemplate.names(in: property.value)
                resource.parameters[property.key] = names.filter { parameters[$0] != nil }
                resource.references[property.key] = names.filter { name in declared.contains { $0.key == name } }
            }
            resources[member.key] = resource
        }
        for output in root["Outputs"]?.members ?? [] {
            outputs.append((output.key, output.value["Value"].map { fill($0) } ?? ""))
        }
    }

    /// The text of a value, with parameters in the place of references to them.
    private func fill(_ node: JSONNode) -> String {
        if let text = node.scalarText { return text }
        if let name = node["Ref"]?.text { return parameters[name] ?? "ref-\(name)" }
        if let names = node["Fn::GetAtt"]?.items { return names.compactMap(\.text).joined(separator: ".") }
        if let items = node.items { return "[\(items.map(fill).joined(separator: ", "))]" }
        let members = (node.members ?? []).sorted { $0.key < $1.key }
        return "{\(members.map { "\($0.key): \(fill($0.value))" }.joined(separator: ", "))}"
    }

    private static func text(_ node: JSONNode) -> String {
        if let text = node.scalarText { return text }
        if let items = node.items { return "[\(items.map(text).joined(separator: ", "))]" }
        let members = (node.members ?? []).sorted { $0.key < $1.key }
        return "{\(members.map { "\($0.key): \(text($0.value))" }.joined(separator: ", "))}"
    }

    /// What is named by `Ref` and `Fn::GetAtt`.
    private static func names(in node: JSONNode) -> [String] {
        if let name = node["Ref"]?.text { return [name] }
        if let name = node["Fn::GetAtt"]?.items?.first?.text { return [name] }
        return (node.items ?? []).flatMap(names) + (node.members ?? []).flatMap { names(in: $0.value) }
    }
}
