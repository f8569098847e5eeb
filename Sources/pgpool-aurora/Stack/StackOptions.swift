import ArgumentParser
import Diagnostics
import JSONDocument
import StackDeploy
import StackParameters
import StackTemplate
import YAMLDocument

/// What each command of `stack` takes: where a stack is described.
struct StackOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The spec; its sections travel to the instances. Without it all of them have their defaults.",
            valueName: "file"))
    var config: String?

    @Option(help: ArgumentHelp("The file with the stack's parameters.", valueName: "file"))
    var parameters: String?

    @Option(
        name: [.customShort("c"), .customLong("context")],
        help: ArgumentHelp(
            "A parameter, which wins over the file's; may be given often. `pgpool-aurora parameters --help` has them all.",
            valueName: "key=value"))
    var context: [String] = []

    func validate() throws {
        for (name, value) in [("--config", config), ("--parameters", parameters)] where value?.isEmpty == true {
            throw ValidationError("\(name) is empty.")
        }
        for text in context where !text.contains("=") || text.hasPrefix("=") {
            throw ValidationError("-c takes key=value, not '\(text)'.")
        }
    }

    /// The template of what is described; tells what is odd, and throws everything that is wrong.
    func template(
        telling tell: ([Diagnostic]) -> Void = Report.findings
    ) throws(CommandFailure) -> StackTemplate {
        let values = StackValues(file: try readParameters(), overrides: overrides)
        let (shape, findings) = StackShape.read(values, spec: try readSpec())
        guard let shape else { throw CommandFailure(.badInput, findings) }
        let template: StackTemplate
        do throws(DiagnosticsError) {
            template = try StackTemplate(shape)
        } catch {
            throw CommandFailure(.badInput, findings + error.diagnostics)
        }
        tell(findings)
        return template
    }

    /// What is deployed: the template without the values, which are given beside it, so that a new image leaves it as it is.
    func request(for report: StackReport) throws(CommandFailure) -> StackRequest {
        let template = try template { $0.forEach(report.warn) }
        return StackRequest(
            name: report.stack, template: template.value(withDefaults: false).text,
            parameters: Dictionary(
                template.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
    }

    private var overrides: [StackValues.Override] {
        context.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return StackValues.Override(name: String(parts[0]), text: String(parts[1]))
        }
    }

    private func readParameters() throws(CommandFailure) -> ParametersFile? {
        guard let parameters else { return nil }
        let file: ParametersFile?
        do throws(ParametersError) {
            file = try ParametersStore().read(parameters)
        } catch {
            throw CommandFailure(error)
        }
        guard let file else { throw CommandFailure(.badInput, "there is no file \(parameters)") }
        return file
    }

    private func readSpec() throws(CommandFailure) -> YAMLDocument? {
        try config.map { path throws(CommandFailure) in try BuildInputs.document(path) }
    }
}
