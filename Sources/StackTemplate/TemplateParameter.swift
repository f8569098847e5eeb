import JSONDocument
import StackParameters

/// A scalar that is a parameter of the template too, so that a change of it changes nothing else: with a new image the
/// template's text stays as it is.
package struct TemplateParameter: Hashable, Sendable {
    /// The name in our table.
    package let name: String
    private let type: String
    private let pattern: String?
    /// Whether it is of the cluster that the stack makes.
    let isOfDatabase: Bool

    private init(_ name: String, _ type: String, pattern: String? = nil, isOfDatabase: Bool = false) {
        self.name = name
        self.type = type
        self.pattern = pattern
        self.isOfDatabase = isOfDatabase
    }

    static let image = TemplateParameter("ami_id", "AWS::EC2::Image::Id")
    static let instanceType = TemplateParameter("instance_type", "String")
    static let diskSize = TemplateParameter("disk_size", "Number")
    static let minCapacity = TemplateParameter("min_capacity", "Number")
    static let maxCapacity = TemplateParameter("max_capacity", "Number")
    static let desiredCapacity = TemplateParameter("desired_capacity", "Number")
    static let databaseClass = TemplateParameter("db_instance_class", "String", isOfDatabase: true)
    static let engineVersion = TemplateParameter(
        "engine_version", "String", pattern: "[1-9][0-9](\\.[0-9]+)?", isOfDatabase: true)

    static let all = [
        image, instanceType, diskSize, minCapacity, maxCapacity, desiredCapacity, databaseClass, engineVersion,
    ]

    /// The name in the template.
    package var logicalID: String { row.upperCamelName }

    var reference: JSONValue { .ref(logicalID) }

    private var row: StackParameter {
        guard let row = StackParameter.named(name) else { preconditionFailure("there is no parameter \(name)") }
        return row
    }

    /// Its definition; with a default the template deploys by itself.
    func definition(default value: String?) -> JSONValue {
        var members = [JSONValue.Member("Type", .string(type))]
        if case .number(let range) = row.kind {
            members += [.init("MinValue", .integer(range.lowerBound)), .init("MaxValue", .integer(range.upperBound))]
        }
        if let pattern { members.append(.init("AllowedPattern", .string(pattern))) }
        if let value {
            let number = type == "Number" ? Int(value).map(JSONValue.integer) : nil
            members.append(.init("Default", number ?? .string(value)))
        }
        members.append(.init("Description", .string(row.summary)))
        return .object(members)
    }
}
