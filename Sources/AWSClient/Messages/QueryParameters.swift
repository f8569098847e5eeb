/// The parameters of a call in the query protocol, flattened as the services want them: `Tag.1.Key`.
package struct QueryParameters: Sendable {
    package private(set) var items: [(String, String)] = []

    package init() {}

    package init(_ items: [(String, String)]) {
        self.items = items
    }

    /// Adds a value; nil adds nothing.
    package mutating func add(_ name: String, _ value: String?) {
        if let value { items.append((name, value)) }
    }

    package mutating func add(_ name: String, _ value: Int?) { add(name, value.map(String.init)) }

    package mutating func add(_ name: String, _ value: Bool?) { add(name, value.map { $0 ? "true" : "false" }) }

    /// Adds a list, numbered from 1: `InstanceId.1`.
    package mutating func add(_ name: String, list: [String]) {
        for (index, value) in list.enumerated() { items.append(("\(name).\(index + 1)", value)) }
    }

    /// Adds a structure below a prefix: `Ebs` makes `Ebs.VolumeSize`.
    package mutating func add(_ prefix: String, _ fields: QueryParameters) {
        items += fields.items.map { ("\(prefix).\($0.0)", $0.1) }
    }

    /// Adds a list of structures: `Filter.1.Name`.
    package mutating func add(_ prefix: String, list: [QueryParameters]) {
        for (index, fields) in list.enumerated() { add("\(prefix).\(index + 1)", fields) }
    }
}
