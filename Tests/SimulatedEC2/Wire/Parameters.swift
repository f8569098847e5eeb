/// The parameters of a call in the query protocol.
struct Parameters: Sendable {
    private(set) var fields: [String: String] = [:]

    init(_ fields: [String: String]) {
        self.fields = fields
    }

    subscript(name: String) -> String? { fields[name].flatMap { $0.isEmpty ? nil : $0 } }

    func required(_ name: String) throws(SimulatedError) -> String {
        guard let value = self[name] else {
            throw SimulatedError("MissingParameter", "The request must contain the parameter \(name)")
        }
        return value
    }

    func flag(_ name: String) throws(SimulatedError) -> Bool {
        switch self[name] {
        case nil, "false": return false
        case "true": return true
        case .some(let value): throw invalid(name, value)
        }
    }

    func integer(_ name: String) throws(SimulatedError) -> Int? {
        guard let value = self[name] else { return nil }
        guard let number = Int(value) else { throw invalid(name, value) }
        return number
    }

    /// A list of texts: `InstanceId.1`, `InstanceId.2`.
    func list(_ name: String) -> [String] {
        var result: [String] = []
        while let value = fields["\(name).\(result.count + 1)"] { result.append(value) }
        return result
    }

    /// The parameters below a prefix: those of `Ebs` are `VolumeSize` and so on.
    func below(_ prefix: String) -> Parameters {
        let start = "\(prefix)."
        return Parameters(
            Dictionary(
                fields.filter { $0.key.hasPrefix(start) }.map { (String($0.key.dropFirst(start.count)), $0.value) }
            ) { first, _ in first })
    }

    /// A list of structures: `Filter.1.Name`.
    func structures(_ name: String) -> [Parameters] {
        var result: [Parameters] = []
        while true {
            let item = below("\(name).\(result.count + 1)")
            guard !item.fields.isEmpty else { return result }
            result.append(item)
        }
    }

    func filters() throws(SimulatedError) -> [Filter] {
        var result: [Filter] = []
        for item in structures("Filter") {
            result.append(Filter(name: try item.required("Name"), patterns: item.list("Value")))
        }
        return result
    }

    /// The tags for a kind of thing that the call makes.
    func tags(on resource: String) -> [String: String] {
        var tags: [String: String] = [:]
        for item in structures("TagSpecification") where item["ResourceType"] == resource {
            tags.merge(item.tags("Tag")) { _, last in last }
        }
        return tags
    }

    func tags(_ name: String) -> [String: String] {
        Dictionary(structures(name).map { ($0["Key"] ?? "", $0["Value"] ?? "") }) { _, last in last }
    }

    /// Refuses tags on what a call does not make, and such as EC2 refuses.
    func checkTags(on resources: Set<String>) throws(SimulatedError) {
        for item in structures("TagSpecification") {
            let type = item["ResourceType"] ?? ""
            guard resources.contains(type) else {
                throw SimulatedError("InvalidParameterValue", "'\(type)' is not a valid taggable resource type")
            }
            try Parameters.check(item.tags("Tag"))
        }
    }

    static func check(_ tags: [String: String]) throws(SimulatedError) {
        guard tags.count <= 50 else { throw SimulatedError("TagLimitExceeded", "More than 50 tags specified") }
        for (key, value) in tags {
            guard (1...127).contains(key.count), value.count <= 255 else {
                throw SimulatedError("InvalidParameterValue", "Tag key or value exceeds the maximum length: '\(key)'")
            }
            guard !key.lowercased().hasPrefix("aws:") else {
                throw SimulatedError(
                    "InvalidParameterValue", "Tag keys starting with 'aws:' are reserved for internal use")
            }
        }
    }

    func invalid(_ name: String, _ value: String) -> SimulatedError {
        SimulatedError("InvalidParameterValue", "Value (\(value)) for parameter \(name) is invalid.")
    }
}
