/// What a change set does to a resource.
struct CloudChange: Sendable {
    enum Action: String, Sendable {
        case add = "Add"
        case modify = "Modify"
        case remove = "Remove"
    }

    struct Detail: Sendable {
        var property: String
        var before: String?
        var after: String?
        var source: String
        var cause: String?
    }

    var action: Action
    var logicalID: String
    var type: String
    var replacement = "False"
    var policy: String?
    var scope: [String] = []
    var details: [Detail] = []

    /// The difference between what a stack has and what it is to have.
    static func changes(
        from old: CloudTemplate, to new: CloudTemplate, _ settings: CloudSettings
    ) -> [CloudChange] {
        var changes: [CloudChange] = []
        let others = Set(new.parameters.keys.filter { old.parameters[$0] != new.parameters[$0] })
        for (id, resource) in new.resources.sorted(by: { $0.key < $1.key }) {
            guard let before = old.resources[id] else {
                changes.append(CloudChange(action: .add, logicalID: id, type: resource.type))
                continue
            }
            var change = CloudChange(action: .modify, logicalID: id, type: resource.type)
            for name in Set(before.properties.keys).union(resource.properties.keys).sorted()
            where before.properties[name] != resource.properties[name] {
                change.add(name, before, resource, others, settings)
            }
            if !change.details.isEmpty { change.scope.append("Properties") }
            if before.rest != resource.rest { change.scope.append("UpdatePolicy") }
            if !change.scope.isEmpty { changes.append(change) }
        }
        changes = following(changes, new)
        for (id, resource) in old.resources.sorted(by: { $0.key < $1.key }) where new.resources[id] == nil {
            changes.append(
                CloudChange(
                    action: .remove, logicalID: id, type: resource.type, policy: resource.fate))
        }
        return changes
    }

    private mutating func add(
        _ name: String, _ before: CloudTemplate.Resource, _ after: CloudTemplate.Resource,
        _ others: Set<String>, _ settings: CloudSettings
    ) {
        let isByParameter = before.written[name] == after.written[name]
        details.append(
            Detail(
                property: name, before: before.properties[name], after: after.properties[name],
                source: isByParameter ? "ParameterReference" : "DirectModification",
                cause: isByParameter ? after.parameters[name]?.first(where: others.contains) : nil))
        if settings.replacing.contains("\(type) \(name)") {
            replacement = "True"
            policy = after.deletionPolicy.map { "ReplaceAnd\($0)" } ?? "ReplaceAndDelete"
        } else if settings.perhapsReplacing.contains("\(type) \(name)"), replacement == "False" {
            replacement = "Conditional"
        }
    }

    /// What names a resource that changes may change too.
    private static func following(_ changes: [CloudChange], _ new: CloudTemplate) -> [CloudChange] {
        var changes = changes
        let changed = Set(changes.filter { $0.action == .modify }.map(\.logicalID))
        for (id, resource) in new.resources.sorted(by: { $0.key < $1.key }) where !changed.contains(id) {
            for (property, names) in resource.references.sorted(by: { $0.key < $1.key }) {
                guard let cause = names.first(where: changed.contains),
                    !changes.contains(where: { $0.logicalID == id })
                else { continue }
                var change = CloudChange(
                    action: .modify, logicalID: id, type: resource.type, scope: ["Properties"])
                change.details = [Detail(property: property, source: "ResourceAttribute", cause: cause)]
                changes.append(change)
            }
        }
        return changes
    }
}
