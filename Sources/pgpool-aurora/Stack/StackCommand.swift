import ArgumentParser

/// `stack`: the Auto Scaling group, the load balancer and Aurora, as CloudFormation makes them.
struct StackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stack",
        abstract: "Describe the stack of load balancer, instances and Aurora.",
        discussion: """
            What it is made of is in the parameters file, which `build-ami` writes the image's id into, and in \
            cluster.yaml: without endpoints there the stack makes an Aurora cluster.

            EXAMPLES
              pgpool-aurora stack synth --config cluster.yaml --parameters stack.yaml > template.json
            """,
        subcommands: [StackSynth.self])
}
