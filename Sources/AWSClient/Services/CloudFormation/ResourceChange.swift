extension CloudFormation {
    /// What a change set does to a resource.
    package struct ResourceChange: Hashable, Sendable {
        package enum Action: String, Hashable, Sendable {
            case add = "Add"
            case modify = "Modify"
            case remove = "Remove"
            case importing = "Import"
            /// Known only when it is executed.
            case dynamic = "Dynamic"
        }

        /// Whether another resource takes its place.
        package enum Replacement: String, Hashable, Sendable {
            case yes = "True"
            case no = "False"
            case perhaps = "Conditional"
        }

        package var logicalID: String
        package var physicalID: String?
        package var type: String
        package var action: Action?
        package var replacement: Replacement?
        /// What becomes of what goes, such as `Snapshot` or `ReplaceAndDelete`.
        package var policy: String?
        /// What parts of it change: `Properties`, `Tags`, `UpdatePolicy`.
        package var scope: [String]
        package var details: [Detail]

        /// One cause of one part's change.
        package struct Detail: Hashable, Sendable {
            /// `Properties`, `Tags` and the like.
            package var attribute: String
            /// The property's name, with `Properties`.
            package var property: String?
            /// Its place, such as `/Properties/Tags/0/Value`.
            package var path: String?
            package var before: String?
            package var after: String?
            /// `ParameterReference`, `DirectModification` and the like.
            package var source: String?
            /// The parameter or the resource that it comes of.
            package var cause: String?
            /// Whether it is only known when it is executed.
            package var isDynamic: Bool
        }
    }
}

extension CloudFormation.ResourceChange {
    init(_ fields: XMLFields) {
        logicalID = fields.text("LogicalResourceId") ?? ""
        physicalID = fields.text("PhysicalResourceId")
        type = fields.text("ResourceType") ?? ""
        action = fields.text("Action").flatMap(Action.init)
        replacement = fields.text("Replacement").flatMap(Replacement.init)
        policy = fields.text("PolicyAction")
        scope = fields.texts("Scope")
        details = fields.items("Details").map(Detail.init)
    }
}

extension CloudFormation.ResourceChange.Detail {
    fileprivate init(_ fields: XMLFields) {
        let target = fields.fields("Target")
        attribute = target?.text("Attribute") ?? ""
        property = target?.text("Name")
        path = target?.text("Path")
        before = target?.text("BeforeValue")
        after = target?.text("AfterValue")
        source = fields.text("ChangeSource")
        cause = fields.text("CausingEntity")
        isDynamic = fields.text("Evaluation") == "Dynamic"
    }
}
