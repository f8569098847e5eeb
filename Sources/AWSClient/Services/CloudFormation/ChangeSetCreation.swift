extension CloudFormation {
    /// The change set to create.
    package struct ChangeSetCreation: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            /// For a stack that is not there yet, or only for review.
            case create = "CREATE"
            case update = "UPDATE"
        }

        package enum Template: Hashable, Sendable {
            /// At most 51,200 bytes.
            case body(String)
            /// An object of S3, of at most 1 MB.
            case url(String)
            /// What the stack was made of last.
            case previous
        }

        package enum Value: Hashable, Sendable {
            case text(String)
            case previous
        }

        package enum FailureAction: String, Hashable, Sendable {
            case nothing = "DO_NOTHING"
            case rollBack = "ROLLBACK"
            case delete = "DELETE"
        }

        package var stack: String
        /// Unique among the change sets of a stack.
        package var name: String
        package var kind: Kind
        /// Asking again with the same token is no second change set.
        package var clientToken: String
        package var template: Template
        package var parameters: [String: Value] = [:]
        /// Such as `CAPABILITY_IAM`.
        package var capabilities: [String] = []
        /// For the stack and its resources.
        package var tags: [String: String] = [:]
        package var description: String?
        /// What becomes of a creation that fails; nil for a rollback.
        package var onFailure: FailureAction?

        package init(stack: String, name: String, kind: Kind, clientToken: String, template: Template) {
            self.stack = stack
            self.name = name
            self.kind = kind
            self.clientToken = clientToken
            self.template = template
        }
    }

    /// What a new change set and its stack are called.
    package struct ChangeSetIDs: Hashable, Sendable {
        package var changeSet: String
        package var stack: String
    }

    /// Begins to create a change set. With `create` the stack is there from then on, for review.
    package func createChangeSet(_ creation: ChangeSetCreation) async throws(AWSError) -> ChangeSetIDs {
        try await send("CreateChangeSet", creation.query) { answer throws(AWSError) in
            ChangeSetIDs(changeSet: try answer.required("Id"), stack: try answer.required("StackId"))
        }
    }
}

extension CloudFormation.ChangeSetCreation {
    fileprivate var query: QueryParameters {
        var query = QueryParameters([
            ("StackName", stack), ("ChangeSetName", name), ("ChangeSetType", kind.rawValue),
            ("ClientToken", clientToken),
        ])
        switch template {
        case .body(let text): query.add("TemplateBody", text)
        case .url(let address): query.add("TemplateURL", address)
        case .previous: query.add("UsePreviousTemplate", true)
        }
        // By name, so that a call reads the same each time.
        query.add(
            "Parameters",
            members: parameters.sorted { $0.key < $1.key }.map { name, value in
                var fields = QueryParameters([("ParameterKey", name)])
                switch value {
                case .text(let text): fields.add("ParameterValue", text)
                case .previous: fields.add("UsePreviousValue", true)
                }
                return fields
            })
        query.add("Capabilities", members: capabilities)
        query.add(
            "Tags",
            members: tags.sorted { $0.key < $1.key }.map { QueryParameters([("Key", $0.key), ("Value", $0.value)]) })
        query.add("Description", description)
        query.add("OnStackFailure", onFailure?.rawValue)
        return query
    }
}
