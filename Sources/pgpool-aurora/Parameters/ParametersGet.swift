import ArgumentParser
import Diagnostics
import StackParameters

/// `parameters get`: prints what is set, or the value of one parameter.
struct ParametersGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print the parameters that are set, or the value of one.",
        discussion: """
            Without a name it prints `name = value`, a line for each parameter that is set; of cdk.json and \
            cdk.context.json only those that the stack has. With a name it prints the bare value, and exits with 1 if \
            the parameter is not set.
            """)

    @Argument(help: ArgumentHelp("The parameters file.", valueName: "file"))
    var file: String

    @Argument(help: ArgumentHelp("The parameter.", valueName: "name"))
    var name: String?

    @Flag(help: "Print the result as one JSON document.")
    var json = false

    func run() async throws {
        try await ParametersCommand.reporting(json: json) { () throws(CommandFailure) in
            let parameters = try read()
            let entries = try name.map { name throws(CommandFailure) in [try entry(name, in: parameters)] }
            let shown = entries ?? parameters.shownEntries
            // What is set can be wrong; whoever asks for it should know.
            let places = shown.map(\.location)
            let objections = parameters.objections().filter { $0.location.map(places.contains) ?? true }
            Report.findings(
                objections.map { Diagnostic(.warning, at: $0.location, key: $0.key, $0.message, notes: $0.notes) })
            if json {
                Report.json(ParametersJSON(parameters, shown))
            } else if let entry = entries?.first {
                Report.output("\(entry.value ?? "")\n")
            } else {
                Report.output(shown.map { "\($0.name) = \($0.value ?? "")\n" }.joined())
            }
        }
    }

    private func read() throws(CommandFailure) -> ParametersFile {
        let parameters: ParametersFile?
        do throws(ParametersError) {
            parameters = try ParametersStore().read(file)
        } catch {
            throw CommandFailure(error)
        }
        guard let parameters else { throw CommandFailure(.badInput, "there is no file \(file)") }
        return parameters
    }

    private func entry(_ name: String, in parameters: ParametersFile) throws(CommandFailure) -> ParameterEntry {
        let entry = parameters.entry(name)
        if let entry, entry.value != nil { return entry }
        let parameter = StackParameter.named(name)
        guard entry != nil || parameter != nil else {
            throw CommandFailure(ParametersError.unknown(name, in: parameters))
        }
        let note = parameter.map { $0.defaultText.map { "its default is \($0)" } ?? "it has no default" }
        throw CommandFailure(
            .foundWrong,
            [Diagnostic(.error, at: entry?.location, "\(name) is not set in \(file)", notes: note.map { [$0] } ?? [])])
    }
}

extension ParametersFile {
    /// The parameters that are set; where other people's keys are beside ours, ours.
    fileprivate var shownEntries: [ParameterEntry] {
        entries.filter { $0.value != nil && (format != .cdk || StackParameter.named($0.name) != nil) }
    }
}

private struct ParametersJSON: Encodable {
    struct Parameter: Encodable {
        var name: String
        var value: String
        var line: Int
        var column: Int
    }

    var file: String
    var format: String
    var parameters: [Parameter]

    init(_ file: ParametersFile, _ entries: [ParameterEntry]) {
        self.file = file.name
        format = file.format.rawValue
        parameters = entries.map {
            Parameter(name: $0.name, value: $0.value ?? "", line: $0.location.line, column: $0.location.column)
        }
    }
}
