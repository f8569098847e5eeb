package import Diagnostics
package import JSONDocument

/// The CloudFormation template of a stack, and the values of its parameters.
package struct StackTemplate: Sendable {
    /// A parameter of the template.
    package struct Value: Hashable, Sendable {
        /// The name in the template, such as `AmiId`.
        package var name: String
        package var value: String
    }

    /// The values of all parameters, in the template's order.
    package let parameters: [Value]
    private let shape: StackShape

    /// Makes the template; throws when an instance could not be told all that it must know.
    package init(_ shape: StackShape) throws(DiagnosticsError) {
        if let refusal = shape.userData.refusal() { throw DiagnosticsError(refusal) }
        self.shape = shape
        parameters = shape.templateParameters.map { Value(name: $0.logicalID, value: shape.values[$0.name] ?? "") }
    }

    /// The template, whose parameters have their values as defaults if wanted: so it deploys by itself. Without them a new
    /// image leaves it as it is.
    package func value(withDefaults: Bool) -> JSONValue {
        [
            "AWSTemplateFormatVersion": "2010-09-09",
            // Its end is how a stack of ours is known: `StackOwner.mark`.
            "Description": "Pgpool-II in front of Amazon Aurora PostgreSQL (pgpool-aurora)",
            "Parameters": .object(
                shape.templateParameters.map { parameter in
                    .init(
                        parameter.logicalID,
                        parameter.definition(default: withDefaults ? shape.values[parameter.name] : nil))
                }),
            "Resources": .object(shape.resources.map(\.member)),
            "Outputs": shape.outputs,
        ]
    }

    /// What an instance does at its first start.
    package var userData: UserDataText { shape.userData }

    /// The template as text for people.
    package func text(withDefaults: Bool) -> String {
        TemplateLayout.text(of: value(withDefaults: withDefaults)) + "\n"
    }
}

extension StackShape {
    var templateParameters: [TemplateParameter] { TemplateParameter.all.filter { makesDatabase || !$0.isOfDatabase } }

    /// All resources, what others need first.
    var resources: [Resource] {
        var resources = networkResources + securityGroupResources + endpointResources + databaseResources
        resources += secretResources + roleResources + [launchTemplateResource] + balancerResources
        return resources + groupResources + alarmResources
    }
}
