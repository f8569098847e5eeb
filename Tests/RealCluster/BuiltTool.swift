import FoundationEssentials

/// The tool that the tests run.
package enum BuiltTool {
    /// Its path: what `PGPOOL_AURORA_TOOL` says, such as the released one, or else the one beside the test bundle, which was
    /// built for this test run.
    package static let path: String = {
        if let path = ProcessInfo.processInfo.environment["PGPOOL_AURORA_TOOL"] { return path }
        let bundle = CommandLine.arguments.first { $0.hasSuffix(".xctest") } ?? CommandLine.arguments[0]
        return URL(filePath: bundle).deletingLastPathComponent().appending(path: "pgpool-aurora").path
    }()
}
