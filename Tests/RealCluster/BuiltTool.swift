import FoundationEssentials

/// The tool as it was built for this test run.
package enum BuiltTool {
    /// Its path: it stands beside the test bundle.
    package static let path: String = {
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "pgpool-aurora").path
    }()
}
