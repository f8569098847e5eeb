import Diagnostics
import JSONDocument

/// Parameters as the members of a JSON object: the whole file, or what is under `context`.
struct JSONObjectParameters: ParametersNotation {
    let format: ParametersFormat
    let entries: [ParameterEntry]
    private let document: JSONDocument
    /// The object with the parameters; nil when the file has no `context` yet.
    private let object: JSONNode?
    /// The values of the entries.
    private let nodes: [JSONNode]

    init(_ document: JSONDocument, format: ParametersFormat, isUnderContext: Bool) throws(DiagnosticsError) {
        let object = isUnderContext ? document.root["context"] : document.root
        var findings = ValueFindings()
        if let object, object.members == nil {
            findings.add(at: document.location(ofByte: object.range.lowerBound), key: "context", "expected an object")
        }
        var entries: [ParameterEntry] = []
        var nodes: [JSONNode] = []
        for member in object?.members ?? [] {
            let isOurs = StackParameter.named(member.key) != nil
            let location = document.location(ofByte: member.value.range.lowerBound)
            let entry = ParameterEntry(
                name: member.key, spelling: member.key, value: member.value.parameterText,
                isList: member.value.items != nil, location: location)
            if entry.value == nil, !member.value.isNull {
                if isOurs {
                    findings.add(at: location, key: member.key, "expected a text, a number or a list of these")
                }
                continue
            }
            // The lists of the CDK's context are its own.
            if entry.isList, !isOurs, format == .cdk { continue }
            findings.check(entry)
            entries.append(entry)
            nodes.append(member.value)
        }
        try findings.throwIfAny()
        self.format = format
        self.document = document
        self.object = object
        self.entries = entries
        self.nodes = nodes
    }

    func replacing(_ index: Int, with text: String) throws(DiagnosticsError) -> [UInt8] {
        try document.replacing(nodes[index], with: nodes[index].parameterValue(text))
    }

    func adding(_ name: String, _ text: String) throws(DiagnosticsError) -> [UInt8] {
        let isNumber = StackParameter.named(name)?.isNumber == true && hasNumbers
        let member = JSONValue.Member(name, (isNumber ? JSONValue(number: text) : nil) ?? .string(text))
        guard let object else {
            return try document.adding(JSONValue.Member("context", .object([member])), to: document.root)
        }
        return try document.adding(member, to: object)
    }

    /// Whether a parameter of ours is written as a number.
    private var hasNumbers: Bool {
        zip(entries, nodes).contains { entry, node in
            guard case .number = node.content else { return false }
            return StackParameter.named(entry.name) != nil
        }
    }
}
