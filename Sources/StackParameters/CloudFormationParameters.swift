import Diagnostics
import JSONDocument

/// CloudFormation's list of ParameterKey and ParameterValue.
struct CloudFormationParameters: ParametersNotation {
    let format = ParametersFormat.cloudFormation
    let entries: [ParameterEntry]
    private let document: JSONDocument
    /// The elements of the entries.
    private let elements: [JSONNode]

    private static let key = "ParameterKey"
    private static let value = "ParameterValue"
    private static let usePrevious = "UsePreviousValue"

    init(_ document: JSONDocument) throws(DiagnosticsError) {
        var findings = ValueFindings()
        func location(_ node: JSONNode) -> SourceLocation { document.location(ofByte: node.range.lowerBound) }
        var elements: [JSONNode] = []
        var keys: [[UInt8]: JSONNode] = [:]
        for element in document.root.items ?? [] {
            guard let key = element[Self.key], let name = key.text else {
                findings.add(
                    at: location(element[Self.key] ?? element), key: "", "expected an object with a \(Self.key)")
                continue
            }
            if let first = keys.updateValue(key, forKey: Array(name.utf8)) {
                findings.add(
                    at: location(key), key: name, "duplicate \(Self.key)",
                    notes: ["The first one is at \(location(first)); remove one of them."])
            }
            elements.append(element)
        }
        var entries: [ParameterEntry] = []
        for element in elements {
            let spelling = element[Self.key]?.text ?? ""
            let value = element[Self.value]
            let place = location(value ?? element[Self.key] ?? element)
            let camel = StackParameter.all.first { $0.upperCamelName.utf8.elementsEqual(spelling.utf8) }
            let name = camel.map(\.name).flatMap { keys[Array($0.utf8)] == nil ? $0 : nil } ?? spelling
            if let value, value.scalarText == nil, !value.isNull {
                findings.add(at: place, key: spelling, "expected a text, not a list or an object")
            }
            if let previous = element[Self.usePrevious], Self.isTrue(previous), value != nil {
                findings.add(
                    at: location(previous), key: spelling,
                    "CloudFormation refuses \(Self.usePrevious) together with a \(Self.value)",
                    notes: ["Remove one of them."])
            }
            entries.append(
                ParameterEntry(name: name, spelling: spelling, value: value?.scalarText, location: place))
        }
        for entry in entries { findings.check(entry) }
        try findings.throwIfAny()
        self.document = document
        self.entries = entries
        self.elements = elements
    }

    func replacing(_ index: Int, with text: String) throws(DiagnosticsError) -> [UInt8] {
        let element = elements[index]
        if let value = element[Self.value] {
            return try document.replacing(value, with: value.parameterValue(text))
        }
        let new = JSONValue.Member(Self.value, .string(text))
        let previous = element.members?.first { $0.key.utf8.elementsEqual(Self.usePrevious.utf8) }
        if let previous, Self.isTrue(previous.value) {
            return try document.replacing(previous, of: element, with: new)
        }
        return try document.adding(new, to: element)
    }

    func adding(_ name: String, _ text: String) throws(DiagnosticsError) -> [UInt8] {
        let isCamel = !entries.isEmpty && entries.allSatisfy { Self.isAlphanumeric($0.spelling) }
        let spelling = isCamel ? StackParameter.named(name)?.upperCamelName ?? name : name
        return try document.appending(Self.element(spelling, text), to: document.root)
    }

    /// An element of the list.
    static func element(_ name: String, _ text: String) -> JSONValue {
        .object([.init(key, .string(name)), .init(value, .string(text))])
    }

    private static func isTrue(_ node: JSONNode) -> Bool { node.scalarText?.lowercased() == "true" }

    private static func isAlphanumeric(_ text: String) -> Bool {
        !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }
}
