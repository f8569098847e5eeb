/// How parameters are written in a file.
package enum ParametersFormat: String, Sendable, CaseIterable {
    /// Ours: a mapping of names to values.
    case yaml
    /// CloudFormation's: a JSON list of ParameterKey and ParameterValue.
    case cloudFormation = "cloudformation"
    /// The CDK's: a JSON object with the parameters under `context`, or, as the CDK keeps `cdk.context.json`, without.
    case cdk
    /// A JSON object of names and values, such as Terraform's `*.tfvars.json`.
    case json
}

/// What the name of a file says of its format.
enum ParametersFileName: Sendable {
    case yaml
    case cdk
    case cdkContext
    case terraformJSON
    case otherJSON
    /// Terraform's own language, which is not read.
    case terraform
    case other

    init(_ file: String) {
        let name = (file.split(separator: "/").last ?? "").lowercased()
        self =
            switch name {
            case "cdk.json": .cdk
            case "cdk.context.json": .cdkContext
            case _ where name.hasSuffix(".tfvars.json"): .terraformJSON
            case _ where name.hasSuffix(".json"): .otherJSON
            case _ where name.hasSuffix(".yaml") || name.hasSuffix(".yml"): .yaml
            case _ where name.hasSuffix(".tfvars"): .terraform
            default: .other
            }
    }

    /// The format of a new file of this name; nil when the name tells none.
    var formatOfNew: ParametersFormat? {
        switch self {
        case .yaml: .yaml
        case .cdk, .cdkContext: .cdk
        case .terraformJSON: .json
        case .otherJSON: .cloudFormation
        case .terraform, .other: nil
        }
    }
}
