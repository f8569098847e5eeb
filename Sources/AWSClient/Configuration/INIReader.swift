import Diagnostics

/// Reads an INI file line by line. The rules are those of Python's `configparser`, which AWS's command line uses.
struct INIReader {
    private let file: String
    private var sections: [String: INIFile.Section] = [:]
    private var line = 0
    private var header: String?
    /// The setting that an indented line would go on with.
    private var open: OpenSetting?

    /// A setting whose value may go on.
    private struct OpenSetting {
        var name: String
        var indentation: Int
        var line: Int
        var lines: [(line: Int, text: Substring)]
    }

    init(file: String) {
        self.file = file
    }

    mutating func read(_ bytes: ArraySlice<UInt8>) throws(DiagnosticsError) {
        line += 1
        guard let text = String(validating: bytes, as: UTF8.self) else { throw error("the line is not UTF-8") }
        let content = trim(text[...])
        guard let first = content.first else {
            open?.lines.append((line, ""))
            return
        }
        guard first != "#", first != ";" else { return }
        let indentation = text.prefix(while: \.isWhitespace).count
        if let open, indentation > open.indentation {
            self.open?.lines.append((line, content))
        } else {
            try close()
            try begin(content, indentation)
        }
    }

    mutating func finish() throws(DiagnosticsError) -> [String: INIFile.Section] {
        try close()
        return sections
    }

    /// Takes a line that goes on with nothing: a header, or the start of a setting.
    private mutating func begin(_ content: Substring, _ indentation: Int) throws(DiagnosticsError) {
        if content.first == "[", let end = content.lastIndex(of: "]"), content.index(after: content.startIndex) < end {
            let name = String(content[..<end].dropFirst())
            header = name
            if sections[name] == nil { sections[name] = INIFile.Section(location: place(line)) }
            return
        }
        guard header != nil else {
            throw error("the line stands before the first section", "A section begins with a line such as [default].")
        }
        guard let sign = content.firstIndex(where: { $0 == "=" || $0 == ":" }), sign > content.startIndex else {
            throw error("the line is no section, no setting and no comment", "A setting is written as name = value.")
        }
        open = OpenSetting(
            name: trim(content[..<sign]).lowercased(), indentation: indentation, line: line,
            lines: [(line, trim(content[sign...].dropFirst()))])
    }

    /// Stores the setting whose value has ended.
    private mutating func close() throws(DiagnosticsError) {
        guard var open, let header else { return }
        self.open = nil
        while let last = open.lines.last, last.text.isEmpty, open.lines.count > 1 { open.lines.removeLast() }
        if let earlier = sections[header]?.settings[open.name] {
            throw error(
                "the setting \(open.name) is there twice in [\(header)]",
                "The first one is at line \(earlier.location.line).", line: open.line)
        }
        let setting = INIFile.Setting(
            value: open.lines.map(\.text).joined(separator: "\n"),
            nested: open.lines.count > 1 && open.lines[0].text.isEmpty ? try nested(open.lines) : nil,
            location: place(open.line))
        sections[header]?.settings[open.name] = setting
    }

    private func nested(
        _ lines: [(line: Int, text: Substring)]
    ) throws(DiagnosticsError) -> [String: String] {
        var settings: [String: String] = [:]
        for (line, text) in lines where !text.isEmpty {
            guard let sign = text.firstIndex(of: "=") else {
                throw error("the indented line is no setting", "It is written as name = value.", line: line)
            }
            settings[String(trim(text[..<sign]))] = String(trim(text[sign...].dropFirst()))
        }
        return settings
    }

    private func trim(_ text: Substring) -> Substring {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private func place(_ line: Int) -> SourceLocation { SourceLocation(file: file, line: line, column: 1) }

    private func error(_ message: String, _ notes: String..., line: Int? = nil) -> DiagnosticsError {
        DiagnosticsError(Diagnostic(.error, at: place(line ?? self.line), message, notes: notes))
    }
}
