import Diagnostics
import JSONDocument
import YAMLDocument

/// Finds out how a file is written, and reads it.
struct NotationReader {
    var bytes: [UInt8]
    var file: String

    func read() throws(DiagnosticsError) -> any ParametersNotation {
        let name = ParametersFileName(file)
        if name == .terraform {
            throw refusal(
                "Terraform's own language is not read", "Write the variables into a file called *.tfvars.json.")
        }
        guard let first = firstByte else { return try new(name) }
        guard !bytes.contains(0) else {
            throw refusal("the file is binary, or text in UTF-16", "A parameters file is text in UTF-8.")
        }
        let isObject = first == UInt8(ascii: "{")
        let isList = first == UInt8(ascii: "[")
        switch name {
        case .yaml:
            // A list would be no parameters in YAML; CloudFormation's is told by its brackets.
            if isList, let document = try? JSONDocument(parsing: bytes, file: file) {
                return try CloudFormationParameters(document)
            }
            return try YAMLParameters(YAMLDocument(parsing: bytes, file: file))
        case .other where !isObject && !isList:
            return try YAMLParameters(YAMLDocument(parsing: bytes, file: file))
        default:
            let document = try JSONDocument(parsing: bytes, file: file)
            if document.root.items != nil { return try CloudFormationParameters(document) }
            return try object(in: document, name)
        }
    }

    /// The first byte that is no white space; nil for an empty file.
    private var firstByte: UInt8? {
        let content = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        return content.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    }

    private func new(_ name: ParametersFileName) throws(DiagnosticsError) -> any ParametersNotation {
        switch name.formatOfNew {
        case .yaml: return try YAMLParameters(YAMLDocument(parsing: bytes, file: file))
        case .some(let format):
            guard bytes.isEmpty else {
                throw refusal("the file has nothing but white space", "Remove it, and it will be made anew.")
            }
            return NewJSONParameters(format: format, isUnderContext: name == .cdk)
        case nil: throw refusal("the name of the file tells no format", Self.names)
        }
    }

    private func object(
        in document: JSONDocument, _ name: ParametersFileName
    ) throws(DiagnosticsError) -> any ParametersNotation {
        guard document.root.members != nil else {
            throw refusal("expected an object or a list of parameters", Self.names)
        }
        let context = document.root["context"]
        switch name {
        case .terraformJSON: break
        case _ where context?.members != nil, .cdk:
            return try JSONObjectParameters(document, format: .cdk, isUnderContext: true)
        case .cdkContext:
            return try JSONObjectParameters(document, format: .cdk, isUnderContext: false)
        default:
            if document.root["Parameters"]?.members != nil {
                throw refusal("AWS CodePipeline's template configuration is not read", Self.names)
            }
        }
        return try JSONObjectParameters(document, format: .json, isUnderContext: false)
    }

    private static let names =
        "Name it *.yaml, or *.json for CloudFormation's list, cdk.json, cdk.context.json, or *.tfvars.json."

    private func refusal(_ message: String, _ note: String) -> DiagnosticsError {
        DiagnosticsError(
            Diagnostic(.error, at: SourceLocation(file: file, line: 1, column: 1), message, notes: [note]))
    }
}
