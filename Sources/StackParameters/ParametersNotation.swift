package import Diagnostics
import JSONDocument

/// A parameter as it stands in a file.
package struct ParameterEntry: Hashable, Sendable {
    /// The parameter's name, as the table has it if it is there.
    package var name: String
    /// The name as the file has it.
    package var spelling: String
    /// The value as text, the items of a list joined by commas; nil when there is none, such as null.
    package var value: String?
    /// Whether the value is written as a list.
    package var isList = false
    /// Where the value is.
    package var location: SourceLocation
}

/// One way of writing parameters in a file.
protocol ParametersNotation: Sendable {
    var format: ParametersFormat { get }
    /// The parameters in the order of the file.
    var entries: [ParameterEntry] { get }
    /// The file's bytes with the value of an entry replaced.
    func replacing(_ index: Int, with text: String) throws(DiagnosticsError) -> [UInt8]
    /// The file's bytes with another parameter behind the last one.
    func adding(_ name: String, _ text: String) throws(DiagnosticsError) -> [UInt8]
}

/// A file of JSON that is not there yet, or has nothing in it.
struct NewJSONParameters: ParametersNotation {
    var format: ParametersFormat
    /// Whether the parameters of a file of the CDK's are under `context`.
    var isUnderContext: Bool

    var entries: [ParameterEntry] { [] }

    func replacing(_ index: Int, with text: String) throws(DiagnosticsError) -> [UInt8] { [] }

    func adding(_ name: String, _ text: String) throws(DiagnosticsError) -> [UInt8] {
        let value: JSONValue =
            switch format {
            case .cloudFormation: [CloudFormationParameters.element(name, text)]
            case .cdk where isUnderContext: ["context": .object([.init(name, .string(text))])]
            case .cdk, .json, .yaml: .object([.init(name, .string(text))])
            }
        return Array((value.indentedText + "\n").utf8)
    }
}
