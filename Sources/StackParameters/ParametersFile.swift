package import Diagnostics

/// The parameters of the stack in a file of one of the formats, and how one of them is changed.
package struct ParametersFile: Sendable {
    /// The file as the user named it.
    package let name: String
    /// The file's bytes, as they were given.
    package let bytes: [UInt8]
    package let format: ParametersFormat
    /// The parameters in the order of the file, those without a value too. What is not ours is among them where its
    /// value is a scalar.
    package let entries: [ParameterEntry]
    private let notation: any ParametersNotation

    /// Reads the bytes of a file; its format is told by what is in it, and then by its name.
    ///
    /// - Throws: All that is wrong with it.
    package init(parsing bytes: [UInt8], name: String) throws(DiagnosticsError) {
        self.init(bytes, name, try NotationReader(bytes: bytes, file: name).read())
    }

    /// A file that is not there yet, in the format that its name implies.
    package init(absent name: String) throws(DiagnosticsError) {
        try self.init(parsing: [], name: name)
    }

    private init(_ bytes: [UInt8], _ name: String, _ notation: any ParametersNotation) {
        self.name = name
        self.bytes = bytes
        self.notation = notation
        format = notation.format
        entries = notation.entries
    }

    /// The parameter of a name, which may be spelled as in the file.
    package func entry(_ name: String) -> ParameterEntry? { index(of: name).map { entries[$0] } }

    /// The value of a parameter as text; nil when it is not set.
    package func value(of name: String) -> String? { entry(name)?.value }

    private func index(of name: String) -> Int? {
        entries.firstIndex { $0.name.isSame(as: name) }
            ?? entries.firstIndex { $0.spelling.isSame(as: name) }
    }

    /// What is plainly wrong with the values of the parameters that we know.
    package func objections() -> [Diagnostic] {
        entries.compactMap { entry in
            guard let value = entry.value, let parameter = StackParameter.named(entry.name) else { return nil }
            guard let objection = parameter.objection(to: value) else { return nil }
            return Diagnostic(.error, at: entry.location, key: entry.spelling, objection)
        }
    }

    // MARK: - Changing a value

    /// The file with one parameter set; its bytes differ in that one value only, or by one more entry.
    ///
    /// The result has been read back and compared. The value that is there already gives the same bytes.
    ///
    /// - Throws: When no parameter has this name, no file can hold the value, or the file would read differently.
    package func setting(_ name: String, to text: String) throws(ParametersError) -> ParametersFile {
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw ParametersError(
                .badValue, key: name, "the value has a line break or another control character", note: nil)
        }
        let index = index(of: name)
        guard index != nil || StackParameter.named(name) != nil else {
            throw ParametersError.unknown(name, in: self)
        }
        var wanted = index.map { entries[$0] }
        let text = wanted?.isList == true ? StackParameter.items(of: text).joined(separator: ",") : text
        if let value = wanted?.value, value.isSame(as: text) { return self }
        wanted?.value = text
        do throws(DiagnosticsError) {
            let edited: [UInt8]
            if let index {
                edited = try notation.replacing(index, with: text)
            } else {
                edited = try notation.adding(name, text)
            }
            let result = try ParametersFile(parsing: edited, name: self.name)
            guard result.format == format, result.isSame(as: self, except: index, name, text) else {
                throw DiagnosticsError(
                    Diagnostic(
                        .error, at: wanted?.location, key: name, "the value cannot be written here",
                        notes: ["The file would not read as before.", "Edit the file by hand."]))
            }
            return result
        } catch {
            throw ParametersError(.badFile, error.diagnostics)
        }
    }

    /// Whether the entries are those of another file, except for one with a new value.
    private func isSame(as other: ParametersFile, except index: Int?, _ name: String, _ text: String) -> Bool {
        var present = entries
        var expected = other.entries
        if let index {
            expected[index].value = text
        } else {
            guard let new = self.index(of: name), present.remove(at: new).value.isSame(as: text) else { return false }
        }
        return present.elementsEqual(expected) { $0.name.isSame(as: $1.name) && $0.value.isSame(as: $1.value) }
    }
}

extension String? {
    /// Whether both have the same bytes: strings that only look alike are not the same.
    fileprivate func isSame(as other: String?) -> Bool {
        switch (self, other) {
        case (nil, nil): true
        case (let text?, let other?): text.isSame(as: other)
        default: false
        }
    }
}

extension String {
    fileprivate func isSame(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension ParametersError {
    /// The error for a name that is neither in the table nor in the file.
    package static func unknown(_ name: String, in file: ParametersFile? = nil) -> ParametersError {
        let names = StackParameter.all.map(\.name)
        let note =
            nearestName(to: name, in: names + (file?.entries.map(\.spelling) ?? [])).map { "did you mean \($0)?" }
            ?? "the names are \(names.joined(separator: ", "))"
        return ParametersError(.unknownName, key: "", "there is no parameter '\(name)'", note: note)
    }
}
