import ArgumentParser
import ClusterSpec
import StackDeploy

/// The options that all commands have which talk to CloudFormation.
struct DeployedStackOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The stack's name.", valueName: "name"))
    var name = "pgpool-aurora"

    @Option(help: ArgumentHelp("The region, instead of the environment's or the profile's.", valueName: "region"))
    var region: String?

    @Option(
        help: ArgumentHelp("How often to ask for a state, fractions allowed. (default: 5)", valueName: "seconds"))
    var poll: Double?

    @Option(help: ArgumentHelp("How long it may take, such as 45m.", valueName: "time"))
    var deadline = "90m"

    @Flag(help: "Print what happens as one JSON document a line.")
    var json = false

    func validate() throws {
        guard StackRequest.isName(name) else {
            throw ValidationError("--name is a letter, and then letters, digits and hyphens, at most 128 in all.")
        }
        guard region?.isEmpty != true else { throw ValidationError("--region is empty.") }
        if let poll, !(0.001...3600).contains(poll) {
            throw ValidationError("--poll is a number of seconds from 0.001 to 3600.")
        }
        guard let length = try? Parse.duration(deadline), length >= .seconds(1) else {
            throw ValidationError("--deadline is a length of time with its unit, such as 45m, of at least 1s.")
        }
    }

    var parsedDeadline: Duration { (try? Parse.duration(deadline)) ?? .seconds(5400) }

    /// What a command calls AWS with.
    func outside(isSure: Bool = true, bucket: String? = nil) -> StackOutside {
        StackOutside(
            report: StackReport(stack: name, json: json), region: region, bucket: bucket, isSure: isSure,
            pace: StackPace(poll: poll.map { .seconds($0) }))
    }
}
