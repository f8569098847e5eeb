import ArgumentParser

/// `stack`: the Auto Scaling group, the load balancer and Aurora, as CloudFormation makes them.
struct StackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stack",
        abstract: "Describe, make and delete the stack of load balancer, instances and Aurora.",
        discussion: """
            What it is made of is in the parameters file, which `build-ami` writes the image's id into, and in \
            cluster.yaml: without endpoints there the stack makes an Aurora cluster.

            EXAMPLES
              pgpool-aurora stack diff --config cluster.yaml --parameters stack.yaml
              pgpool-aurora stack deploy --config cluster.yaml --parameters stack.yaml
              pgpool-aurora stack outputs
            """,
        subcommands: [
            StackSynth.self, DiffCommand.self, DeployCommand.self, OutputsCommand.self, DestroyCommand.self,
        ])
}
