import AWSClient
import ArgumentParser
import Diagnostics
import JSONDocument
import StackDeploy

/// `stack outputs`: what a stack says of itself.
struct OutputsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outputs",
        abstract: "Print the stack's outputs: the load balancer's endpoint, Aurora's, the secret.",
        discussion: "With a key its value alone; exit code 1 when there is no such stack or output.")

    @OptionGroup var options: DeployedStackOptions

    @Argument(help: "One output, such as NLBEndpoint.")
    var key: String?

    func run() async throws {
        let outside = options.outside()
        let status: Int32
        do throws(CommandFailure) {
            status = try await outside.with { parts throws(CommandFailure) in try await print(parts) }
        } catch {
            Report.findings(error.diagnostics)
            throw ExitCode(error.status.rawValue)
        }
        if status != 0 { throw ExitCode(status) }
    }

    private func print(_ parts: StackOutside.Parts) async throws(CommandFailure) -> Int32 {
        do throws(StackFailure) {
            let reader = StackOutputs(
                services: parts.services, runtime: parts.runtime,
                pace: StackPace(poll: options.poll.map { .seconds($0) }), deadline: options.parsedDeadline)
            let stack = try await reader.read(options.name)
            if let key {
                guard let output = stack.outputs.first(where: { $0.key == key }) else {
                    let names = stack.outputs.map(\.key).sorted().joined(separator: ", ")
                    throw StackFailure(
                        .failed, "the stack \(options.name) has no output \(key)",
                        notes: [names.isEmpty ? "it has none; its state is \(stack.statusWord)" : "it has: \(names)"])
                }
                Report.output(
                    options.json
                        ? JSONValue.object([JSONValue.Member(key, .string(output.value))]).text + "\n"
                        : output.value + "\n")
            } else if options.json {
                let document: JSONValue = [
                    "stack": .string(stack.name), "id": .string(stack.id), "status": .string(stack.statusWord),
                    "region": .string(parts.region), "outputs": OutputText.json(stack.outputs),
                ]
                Report.output(document.text + "\n")
            } else {
                Report.output(OutputText.text(stack.outputs))
                if stack.outputs.isEmpty {
                    Report.findings([
                        Diagnostic(.note, "the stack \(stack.name) has no outputs; its state is \(stack.statusWord)")
                    ])
                }
            }
            return 0
        } catch {
            throw CommandFailure(error.exitStatus, error.diagnostics)
        }
    }
}
