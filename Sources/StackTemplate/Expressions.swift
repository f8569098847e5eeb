import JSONDocument

/// CloudFormation's functions, as values.
extension JSONValue {
    static func ref(_ name: String) -> JSONValue { ["Ref": .string(name)] }

    static func attribute(_ name: String, _ attribute: String) -> JSONValue {
        ["Fn::GetAtt": [.string(name), .string(attribute)]]
    }

    /// A text with references; one without any is the text itself.
    static func sub(_ text: String) -> JSONValue {
        text.utf8.contains(UInt8(ascii: "$")) ? ["Fn::Sub": .string(text)] : .string(text)
    }

    static func strings(_ texts: [String]) -> JSONValue { .array(texts.map(JSONValue.string)) }

    static func refs(_ names: [String]) -> JSONValue { .array(names.map(JSONValue.ref)) }

    /// Appends a member to an object.
    func with(_ key: String, _ value: JSONValue?) -> JSONValue {
        guard case .object(let members) = self, let value else { return self }
        return .object(members + [Member(key, value)])
    }
}

/// One resource of the template.
struct Resource {
    var id: String
    var type: String
    var properties: JSONValue
    var dependencies: [String] = []
    /// DeletionPolicy and its kin, in their order.
    var policies: JSONValue = [:]

    init(
        _ id: String, _ type: String, _ properties: JSONValue, after dependencies: [String] = [],
        policies: JSONValue = [:]
    ) {
        self.id = id
        self.type = type
        self.properties = properties
        self.dependencies = dependencies
        self.policies = policies
    }

    var member: JSONValue.Member {
        var members: [JSONValue.Member] = [.init("Type", .string(type))]
        if !dependencies.isEmpty { members.append(.init("DependsOn", .strings(dependencies))) }
        if case .object(let policies) = policies { members += policies }
        members.append(.init("Properties", properties))
        return .init(id, .object(members))
    }
}

/// The tags of what the stack makes.
enum StackTags {
    /// By which the tool finds what belongs to a stack.
    static let stackKey = "pgpool-aurora:stack"

    /// For a resource with this part in the stack. Keys have neither a slash nor a blank: instances read their tags from
    /// the metadata service, which has no others.
    static func of(_ part: String) -> JSONValue {
        [
            ["Key": "Name", "Value": .sub("${AWS::StackName}-\(part)")],
            ["Key": .string(stackKey), "Value": .ref("AWS::StackName")],
        ]
    }

    /// The same for a group, whose instances get them too.
    static func propagated(_ part: String) -> JSONValue {
        guard case .array(let tags) = of(part) else { return [] }
        return .array(tags.map { $0.with("PropagateAtLaunch", true) })
    }
}
