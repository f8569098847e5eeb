import ArgumentParser

@main
enum Entry {
    static func main() async {
        await PgpoolAurora.main()
    }
}

/// The tool: each subcommand is a file of its own.
struct PgpoolAurora: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pgpool-aurora",
        abstract: "Pgpool-II in front of Amazon Aurora PostgreSQL.",
        discussion: """
            Start from the endpoints in cluster.yaml and look at what would run:

              pgpool-aurora render-config --config cluster.yaml --out out/

            Exit codes: 0 done; 1 checked and found wrong; 64 usage; 65 bad spec or input file; 69 a service is \
            unreachable; 70 a bug of ours; 73 cannot write; 75 not finished, can be resumed; 77 not allowed; \
            130 and 143 after a signal.
            """,
        version: ToolVersion.current,
        subcommands: [
            RenderConfig.self, BuildAMI.self, StackCommand.self, ParametersCommand.self, DoctorCommand.self,
            VerifyCommand.self, SignalCommand.self,
        ])
}

/// The version of this tool.
enum ToolVersion {
    static let current = "0.1.0"
}
