import Diagnostics

/// Splits a template's text into elements.
struct TemplateParser {
    private let file: String
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var line = 1
    private var column = 1

    /// A section that is open, with what stands in it so far.
    private struct Frame {
        var name: String
        var inverted: Bool
        var location: SourceLocation
        var elements: [Template.Element] = []
    }

    private enum Tag {
        case variable(String)
        case open(String, inverted: Bool)
        case close(String)
        case partial(String)
        case comment
    }

    init(text: String, file: String) {
        self.file = file
        scalars = Array(text.unicodeScalars)
    }

    private var location: SourceLocation { SourceLocation(file: file, line: line, column: column) }

    mutating func parse() throws(DiagnosticsError) -> [Template.Element] {
        var frames = [Frame(name: "", inverted: false, location: location)]
        while index < scalars.count {
            var text = String.UnicodeScalarView()
            while index < scalars.count, !startsTag {
                text.append(scalars[index])
                advance()
            }
            guard index < scalars.count else {
                append(text, to: &frames)
                break
            }
            let start = location
            let startIndex = index
            let tag = try readTag()
            if case .variable = tag {
            } else if let lineStart = standaloneStart(startIndex) {
                // The tag's line disappears: the blanks before it, and its line end.
                text.removeLast(startIndex - lineStart)
                skipRestOfLine()
            }
            append(text, to: &frames)
            try apply(tag, at: start, to: &frames)
        }
        guard frames.count == 1 else {
            let open = frames[frames.count - 1]
            throw error("section '\(open.name)' is never closed", at: open.location)
        }
        return frames[0].elements
    }

    private func append(_ text: String.UnicodeScalarView, to frames: inout [Frame]) {
        if !text.isEmpty { frames[frames.count - 1].elements.append(.text(String(text))) }
    }

    private func apply(_ tag: Tag, at start: SourceLocation, to frames: inout [Frame]) throws(DiagnosticsError) {
        let top = frames.count - 1
        switch tag {
        case .comment: break
        case .variable(let name): frames[top].elements.append(.variable(name, start))
        case .partial(let name): frames[top].elements.append(.partial(name, start))
        case .open(let name, let inverted):
            guard frames.count <= 32 else { throw error("sections are nested more than 32 deep", at: start) }
            frames.append(Frame(name: name, inverted: inverted, location: start))
        case .close(let name):
            guard top > 0 else { throw error("'\(name)' is closed but was never opened", at: start) }
            let frame = frames.removeLast()
            guard frame.name == name else {
                throw error(
                    "'\(name)' is closed here, but '\(frame.name)' is open since line \(frame.location.line)", at: start
                )
            }
            frames[top - 1].elements.append(
                .section(name, inverted: frame.inverted, frame.elements, frame.location))
        }
    }

    private var startsTag: Bool {
        scalars[index] == "{" && index + 1 < scalars.count && scalars[index + 1] == "{"
    }

    private mutating func advance() {
        if scalars[index] == "\n" {
            line += 1
            column = 1
        } else {
            column += 1
        }
        index += 1
    }

    private mutating func readTag() throws(DiagnosticsError) -> Tag {
        let start = location
        advance()
        advance()
        var body = ""
        while true {
            guard index + 1 < scalars.count else { throw error("this {{ has no }}", at: start) }
            if scalars[index] == "}", scalars[index + 1] == "}" { break }
            body.unicodeScalars.append(scalars[index])
            advance()
        }
        advance()
        advance()
        guard let sigil = body.unicodeScalars.first else { throw error("this tag is empty", at: start) }
        if sigil == "!" { return .comment }
        guard !"&{=".unicodeScalars.contains(sigil) else {
            throw error(
                "'{{\(sigil)' is not supported: values are always quoted for the file they stand in", at: start)
        }
        let hasSigil = "#^/>".unicodeScalars.contains(sigil)
        let name = trimmed(hasSigil ? String(body.unicodeScalars.dropFirst()) : body)
        let legal = name.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains($0))
        }
        guard !name.isEmpty, legal else { throw error("'\(body)' is not a name", at: start) }
        switch sigil {
        case "#": return .open(name, inverted: false)
        case "^": return .open(name, inverted: true)
        case "/": return .close(name)
        case ">": return .partial(name)
        default: return .variable(name)
        }
    }

    private func trimmed(_ text: String) -> String {
        var view = text.unicodeScalars[...]
        while view.first == " " { view = view.dropFirst() }
        while view.last == " " { view = view.dropLast() }
        return String(view)
    }

    /// Where the line of the tag that begins at `start` and has just been read begins, if nothing else is on it.
    private func standaloneStart(_ start: Int) -> Int? {
        var first = start
        while first > 0, scalars[first - 1] == " " || scalars[first - 1] == "\t" { first -= 1 }
        guard first == 0 || scalars[first - 1] == "\n" else { return nil }
        var last = index
        while last < scalars.count, scalars[last] == " " || scalars[last] == "\t" || scalars[last] == "\r" { last += 1 }
        return last == scalars.count || scalars[last] == "\n" ? first : nil
    }

    private mutating func skipRestOfLine() {
        while index < scalars.count {
            let scalar = scalars[index]
            advance()
            if scalar == "\n" { break }
        }
    }

    private func error(_ message: String, at location: SourceLocation) -> DiagnosticsError {
        DiagnosticsError(Diagnostic(.error, at: location, message))
    }
}
