import TestBasics
import ToolRuns

extension StackScene {
    /// Deploys a template that is too large for a call: each network is a rule of its own.
    func deployLarge(_ options: [String] = ["--bucket", "templates"]) async throws -> ToolRun {
        let networks = (0..<400).map { "10.\($0 / 200).\($0 % 200).0/24" }
        // pool_hba.conf is for all of them: in user-data is no room for so many.
        try folder.write("cluster.yaml", "pgpool: {allow: [10.0.0.0/8]}\n")
        try folder.write("stack.yaml", StackScene.parameters(cidrs: networks.joined(separator: ", ")))
        return try await deploy(options)
    }
}
