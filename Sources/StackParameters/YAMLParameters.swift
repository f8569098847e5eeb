import Diagnostics
import YAMLDocument

/// Parameters as a mapping in YAML, of names to values or lists of values.
struct YAMLParameters: ParametersNotation {
    let format = ParametersFormat.yaml
    let entries: [ParameterEntry]
    private let document: YAMLDocument

    init(_ document: YAMLDocument) throws(DiagnosticsError) {
        var findings = ValueFindings()
        if let root = document.root, root.entries == nil, !root.isNull {
            findings.add(at: root.location, key: "", "expected a mapping of names to values")
        }
        var entries: [ParameterEntry] = []
        for entry in document.root?.entries ?? [] {
            let items = entry.value.items
            let texts = items?.compactMap { $0.isNull ? nil : $0.scalar?.text }
            if entry.value.entries != nil || texts?.count != items?.count {
                findings.add(at: entry.value.location, key: entry.key, "expected a value or a list of values")
            }
            let text = entry.value.isNull ? nil : entry.value.scalar?.text
            let parameter = ParameterEntry(
                name: entry.key, spelling: entry.key, value: text ?? texts?.joined(separator: ","),
                isList: items != nil, location: entry.value.location)
            findings.check(parameter)
            entries.append(parameter)
        }
        try findings.throwIfAny()
        self.document = document
        self.entries = entries
    }

    func replacing(_ index: Int, with text: String) throws(DiagnosticsError) -> [UInt8] {
        guard let entry = document.root?.entries?[index] else { return document.bytes }
        if entry.value.items != nil {
            return try YAMLListEdit(document: document, key: entry.key).replacing(with: StackParameter.items(of: text))
        }
        return try document.replacing(entry.value, with: text)
    }

    func adding(_ name: String, _ text: String) throws(DiagnosticsError) -> [UInt8] {
        let insertion = YAMLInsertion(document: document, name: name, isNumber: Int(text) != nil)
        for candidate in insertion.candidates {
            // A place that does not suit, as behind a text whose end is the file's, makes the file read differently.
            guard let edited = try? YAMLDocument(parsing: candidate, file: document.file),
                let parameters = try? YAMLParameters(edited),
                let added = edited.root?[name], isSame(as: parameters, without: name)
            else { continue }
            return try edited.replacing(added, with: text)
        }
        throw DiagnosticsError(
            Diagnostic(
                .error, at: document.location(ofByte: document.bytes.count), key: name,
                "no place was found for a new entry",
                notes: ["The file would not read as before.", "Edit the file by hand."]))
    }

    private func isSame(as other: YAMLParameters, without name: String) -> Bool {
        let others = other.entries.filter { $0.name != name }
        return others.count == other.entries.count - 1
            && entries.elementsEqual(others) { $0.name == $1.name && $0.value == $1.value }
    }
}
