import ArgumentParser
import Diagnostics
import StackParameters

/// `parameters set`: changes the value of one parameter.
struct ParametersSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Change the value of one parameter, and nothing else of the file.",
        discussion: """
            A file that is not there is made, in the format that its name implies: *.yaml, cdk.json, \
            cdk.context.json, *.tfvars.json, and CloudFormation's list for other *.json.

            With --expect the present value must be the given one, else nothing is changed and the exit code is 1. \
            A file that has the value already is not touched.

            EXAMPLES
              pgpool-aurora parameters set stack.yaml disk_size 30
              pgpool-aurora parameters set cdk.json subnet_ids subnet-0a1b2c3d,subnet-4e5f6a7b
              pgpool-aurora parameters set stack.yaml min_capacity 3 --expect 2
            """)

    @Argument(help: ArgumentHelp("The parameters file.", valueName: "file"))
    var file: String

    @Argument(help: ArgumentHelp("The parameter.", valueName: "name"))
    var name: String

    @Argument(help: ArgumentHelp("Its new value.", valueName: "value"))
    var value: String

    @Option(help: ArgumentHelp("Change it only if this is the present value.", valueName: "value"))
    var expect: String?

    @Flag(help: "Change it only if it is not set.")
    var expectUnset = false

    @Option(help: ArgumentHelp("How long to wait for another run that is writing.", valueName: "seconds"))
    var lockTimeout: Int = 30

    @Flag(help: "Print the result as one JSON document.")
    var json = false

    func validate() throws {
        guard !file.isEmpty else { throw ValidationError("The file's name is empty.") }
        guard expect == nil || !expectUnset else { throw ValidationError("Give one of --expect and --expect-unset.") }
    }

    func run() async throws {
        try await ParametersCommand.reporting(json: json) { () async throws(CommandFailure) in
            try check()
            let store = ParametersStore(lockTimeout: .seconds(max(0, lockTimeout)))
            let expectation = expect.map { ParameterExpectation.value($0) } ?? (expectUnset ? .absent : .anything)
            let change: ParameterChange
            do throws(ParametersError) {
                change = try await store.set(file, name, to: value, expecting: expectation)
            } catch {
                throw CommandFailure(error)
            }
            Report.notes([change.line])
            if json { Report.json(ParameterChangeJSON(file, change)) }
        }
    }

    private func check() throws(CommandFailure) {
        guard let objection = StackParameter.named(name)?.objection(to: value) else { return }
        throw CommandFailure(.badInput, [Diagnostic(.error, key: name, objection)])
    }
}

extension ParameterChange {
    /// `stack.yaml:3: ami_id: old -> new`
    fileprivate var line: String {
        let change =
            if isUnchanged { "already \(new)" } else if let old { "\(old) -> \(new)" } else { "\(new) (was not set)" }
        return "\(location.file):\(location.line): \(name): \(change)"
    }
}

private struct ParameterChangeJSON: Encodable {
    var file: String
    var line: Int
    var column: Int
    var name: String
    var old: String?
    var new: String
    var changed: Bool

    init(_ file: String, _ change: ParameterChange) {
        self.file = file
        line = change.location.line
        column = change.location.column
        name = change.name
        old = change.old
        new = change.new
        changed = !change.isUnchanged
    }
}
