package import AWSClient

/// What a deployment does to one resource, in words.
package struct ChangeLine: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable {
        case add
        case change
        /// Another one takes its place.
        case replace
        /// Perhaps; what it depends on is only known then.
        case mayReplace = "may-replace"
        case remove
    }

    /// One part of a resource that changes.
    package struct Part: Hashable, Sendable {
        /// `Tags`, or a property's name with its place in it.
        package var name: String
        /// Nil when CloudFormation does not tell.
        package var before: String?
        package var after: String?
        /// What it comes of: `parameter AmiId`; nil when the template itself has changed.
        package var cause: String?
    }

    package var action: Action
    package var logicalID: String
    package var physicalID: String?
    package var type: String
    package var parts: [Part]
    /// What happens to those who use it: restarts, what is kept.
    package var effects: [String]
    /// Whether applications find another, empty database afterwards, or none.
    package var losesDatabase: Bool {
        type == ChangeEffect.databaseType && (action == .replace || action == .remove)
    }
    /// Whether they perhaps do.
    package var mayLoseDatabase: Bool { type == ChangeEffect.databaseType && action == .mayReplace }

    package init(_ change: CloudFormation.ResourceChange) {
        action = ChangeLine.action(change)
        logicalID = change.logicalID
        physicalID = change.physicalID
        type = change.type
        parts = ChangeLine.parts(change)
        effects = ChangeEffect.texts(of: change)
    }

    private static func action(_ change: CloudFormation.ResourceChange) -> Action {
        switch change.action {
        case .add, .importing: .add
        case .remove: .remove
        case .modify, .dynamic, nil:
            switch change.replacement {
            case .yes: .replace
            case .perhaps: .mayReplace
            case .no, nil: .change
            }
        }
    }

    /// One for each place, with its first cause that is known; CloudFormation tells a place once for each.
    private static func parts(_ change: CloudFormation.ResourceChange) -> [Part] {
        guard change.action != .add, change.action != .remove else { return [] }
        var order: [String] = []
        var parts: [String: Part] = [:]
        for detail in change.details {
            let name = name(of: detail)
            var part = parts[name] ?? Part(name: name)
            if parts[name] == nil { order.append(name) }
            part.before = part.before ?? detail.before
            part.after = part.after ?? detail.after
            part.cause = part.cause ?? cause(of: detail)
            parts[name] = part
        }
        // What changes though no detail says how.
        let told = Set(change.details.map(\.attribute))
        order += change.scope.filter { !told.contains($0) }
        return order.map { parts[$0] ?? Part(name: $0) }
    }

    private static func name(of detail: CloudFormation.ResourceChange.Detail) -> String {
        let prefix = "/\(detail.attribute)/"
        if let path = detail.path, path.hasPrefix(prefix) { return String(path.dropFirst(prefix.count)) }
        return detail.property ?? detail.attribute
    }

    private static func cause(of detail: CloudFormation.ResourceChange.Detail) -> String? {
        switch detail.source {
        case "ParameterReference": "parameter \(detail.cause ?? "?")"
        case "ResourceReference", "ResourceAttribute": detail.cause
        default: nil
        }
    }
}
