import Foundation

/// `EmbedTool OUTPUT ROOT FILE…`: writes a Swift file that holds each FILE's text under its path relative to ROOT.
@main
enum EmbedTool {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 3 else {
            FileHandle.standardError.write(Data("usage: EmbedTool OUTPUT ROOT FILE…\n".utf8))
            exit(64)
        }
        let root = arguments[2].hasSuffix("/") ? arguments[2] : arguments[2] + "/"
        var source = "/// The files of this target's folder, by their path below it.\n"
        source += "enum EmbeddedFiles {\n    static let all: [(path: String, text: String)] = [\n"
        for path in arguments.dropFirst(3) {
            guard path.hasPrefix(root) else {
                FileHandle.standardError.write(Data("EmbedTool: \(path) is not below \(root)\n".utf8))
                exit(65)
            }
            guard let text = String(validating: try Data(contentsOf: URL(filePath: path)), as: UTF8.self) else {
                FileHandle.standardError.write(Data("EmbedTool: \(path) is not UTF-8\n".utf8))
                exit(65)
            }
            source += "        (\(literal(String(path.dropFirst(root.count)))), \(literal(text))),\n"
        }
        source += "    ]\n}\n"
        try Data(source.utf8).write(to: URL(filePath: arguments[1]), options: .atomic)
    }

    /// A Swift string literal of `text` on one line.
    static func literal(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
