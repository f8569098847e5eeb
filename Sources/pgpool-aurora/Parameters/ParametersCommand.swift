import ArgumentParser
import Diagnostics
import StackParameters

/// `parameters`: reads and changes the file with the stack's parameters.
struct ParametersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parameters",
        abstract: "Read and change the stack's parameters in a file.",
        discussion: """
            The file is YAML of ours, CloudFormation's JSON list of ParameterKey and ParameterValue, cdk.json or \
            cdk.context.json, or *.tfvars.json. A change is one value's bytes; comments, order, quotes and line ends stay.

            PARAMETERS
            \(Self.table)

            EXAMPLES
              pgpool-aurora parameters get stack.yaml
              pgpool-aurora parameters get cdk.json ami_id
              pgpool-aurora parameters set stack.yaml min_capacity 3 --expect 2
            """,
        subcommands: [ParametersGet.self, ParametersSet.self])

    private static var table: String {
        let width = StackParameter.all.map(\.name.count).max() ?? 0
        return StackParameter.all.map { parameter in
            let name = parameter.name + String(repeating: " ", count: width - parameter.name.count)
            return "  \(name)  \(parameter.summary)\(parameter.defaultText.map { " (default \($0))" } ?? "")"
        }.joined(separator: "\n")
    }

    /// Runs what may fail, and ends the command if it does.
    static func reporting(json: Bool, _ body: () async throws(CommandFailure) -> Void) async throws {
        do throws(CommandFailure) {
            try await body()
        } catch {
            Report.findings(error.diagnostics)
            if json { Report.json(FailureJSON(diagnostics: error.diagnostics.map { DiagnosticJSON($0) })) }
            throw ExitCode(error.status.rawValue)
        }
    }
}

extension CommandFailure {
    init(_ error: ParametersError) {
        switch error.code {
        case .badFile, .badValue: self.init(.badInput, error.diagnostics)
        case .unknownName: self.init(.usage, error.diagnostics)
        case .unexpectedValue: self.init(.foundWrong, error.diagnostics)
        case .file:
            guard let fileError = error.fileError else { self.init(.badInput, error.diagnostics); return }
            self.init(fileError)
        }
    }
}

/// What `--json` prints when there is nothing but findings.
private struct FailureJSON: Encodable {
    var diagnostics: [DiagnosticJSON]
}
