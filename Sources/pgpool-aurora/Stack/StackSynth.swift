import ArgumentParser
import Diagnostics
import LocalFiles
import StackTemplate

/// `stack synth`: prints the stack's CloudFormation template.
struct StackSynth: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: "Print the stack's CloudFormation template.",
        discussion: """
            The same input gives the same bytes. Nothing is asked of AWS, and nothing is looked up. The scalars are \
            parameters of the template with your values as their defaults, so that it deploys as it is.

            EXAMPLES
              pgpool-aurora stack synth --parameters stack.yaml
              pgpool-aurora stack synth --config cluster.yaml -c ami_id=ami-0123456789abcdef0 -c db_replica_count=2

            Exit codes: 0 done; 64 usage; 65 a parameter or the spec is wrong, or ami_id is missing; 73 cannot write.
            """)

    @OptionGroup var options: StackOptions

    @Option(help: ArgumentHelp("The file to write, instead of printing.", valueName: "file"))
    var out: String?

    @Flag(help: "Print what is wrong as one JSON document, too.")
    var json = false

    /// For who wants to run what the instances run: `stack`, `region`, and the names of `Reference`.
    @Option(
        help: ArgumentHelp(
            "Print the instances' user-data instead, with these values in the places of references.",
            valueName: "name=value", visibility: .hidden))
    var userDataWith: [String] = []

    func validate() throws {
        guard out?.isEmpty != true else { throw ValidationError("--out is empty.") }
        for text in userDataWith where text.split(separator: "=", maxSplits: 1).count != 2 {
            throw ValidationError("--user-data-with takes name=value, not '\(text)'.")
        }
    }

    func run() async throws {
        try await ParametersCommand.reporting(json: json) { () throws(CommandFailure) in
            let template = try options.template()
            let text = userDataWith.isEmpty ? template.text(withDefaults: true) : template.userData.filled(filling)
            guard let out else { return Report.output(text) }
            do throws(FileError) {
                try FileSystem.replace(out, text, mode: 0o644)
            } catch {
                throw CommandFailure(error)
            }
        }
    }

    private var filling: UserDataText.Values {
        var values = UserDataText.Values(stack: "stack", region: "us-east-1", references: [:])
        for text in userDataWith {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            switch parts[0] {
            case "stack": values.stack = parts[1]
            case "region": values.region = parts[1]
            default:
                if let reference = Reference(rawValue: parts[0]) { values.references[reference] = parts[1] }
            }
        }
        return values
    }
}
