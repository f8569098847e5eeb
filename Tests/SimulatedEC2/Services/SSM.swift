import FoundationEssentials
import JSONDocument
import TestBasics

/// A parameter of Systems Manager.
package struct SimulatedParameter: Hashable, Sendable {
    package let name: String
    package let region: String
    package let value: String
    package let version: Int
    package let dataType: String
    /// When it can be read.
    let since: Duration
}

extension State {
    typealias JSONHandler = @Sendable (inout State, Parameters) throws(SimulatedError) -> JSONValue

    /// The calls of Systems Manager.
    static let ssm: [String: JSONHandler] = [
        "GetParameter": { state, call throws(SimulatedError) in try state.getParameter(call) },
        "PutParameter": { state, call throws(SimulatedError) in try state.putParameter(call) },
        "DeleteParameter": { state, call throws(SimulatedError) in try state.deleteParameter(call) },
    ]

    private func getParameter(_ call: Parameters) throws(SimulatedError) -> JSONValue {
        let parameter = try parameter(call)
        let arn = "arn:aws:ssm:\(parameter.region):\(settings.account):parameter"
        return [
            "Parameter": [
                "ARN": .string(arn + (parameter.name.hasPrefix("/") ? "" : "/") + parameter.name),
                "DataType": .string(parameter.dataType), "Name": .string(parameter.name), "Type": "String",
                "Value": .string(parameter.value), "Version": .integer(parameter.version),
                "LastModifiedDate": .double(clock.date(at: parameter.since).timeIntervalSince1970),
            ]
        ]
    }

    private mutating func putParameter(_ fields: Parameters) throws(SimulatedError) -> JSONValue {
        let (name, value) = (try required("Name", fields), try required("Value", fields))
        guard !["aws", "ssm"].contains(where: { name.drop { $0 == "/" }.lowercased().hasPrefix($0) }) else {
            throw SimulatedError("ValidationException", "Parameter name: can't be prefixed with \"aws\" or \"ssm\"")
        }
        let before = parameters[key(name)]
        guard before == nil || fields["Overwrite"] == "true" else {
            throw SimulatedError("ParameterAlreadyExists", "The parameter already exists.")
        }
        let dataType = fields["DataType"] ?? "text"
        let version = (before?.version ?? 0) + 1
        let isChecked = dataType == "aws:ec2:image"
        // An image's id is checked after the answer, and what is none never comes to be.
        if !isChecked || isAvailableImage(value) {
            let since = isChecked ? now + settings.durations.parameterCheck : now
            earlierParameters[key(name)] = before
            parameters[key(name)] = SimulatedParameter(
                name: name, region: call.region, value: value, version: version, dataType: dataType, since: since)
        }
        return ["Tier": "Standard", "Version": .integer(version)]
    }

    private mutating func deleteParameter(_ call: Parameters) throws(SimulatedError) -> JSONValue {
        let parameter = try parameter(call)
        guard !parameter.name.hasPrefix("/aws/") else {
            throw SimulatedError("AccessDeniedException", "Public parameters cannot be deleted")
        }
        parameters[key(parameter.name)] = nil
        earlierParameters[key(parameter.name)] = nil
        return [:]
    }

    private func key(_ name: String) -> String { "\(call.region) \(name)" }

    /// What can be read by a name or an ARN: the last one that has been checked.
    private func parameter(_ call: Parameters) throws(SimulatedError) -> SimulatedParameter {
        var name = try required("Name", call)
        if name.hasPrefix("arn:"), let mark = name.firstRange(of: ":parameter") {
            name = String(name[mark.upperBound...])
            if parameters[key(name)] == nil { name = String(name.dropFirst()) }
        }
        let known = [parameters[key(name)], earlierParameters[key(name)]].compactMap(\.self).first { $0.since <= now }
        guard let known else { throw SimulatedError("ParameterNotFound", "") }
        return known
    }

    private func required(_ name: String, _ call: Parameters) throws(SimulatedError) -> String {
        guard let value = call[name] else {
            throw SimulatedError("ValidationException", "1 validation error detected: \(name) must not be empty")
        }
        return value
    }

    private func isAvailableImage(_ id: String) -> Bool {
        images[id].map { $0.state == "available" && !$0.isGone && $0.region == call.region } ?? false
    }
}
