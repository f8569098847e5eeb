import FoundationEssentials

/// The Python that has boto3 and moto.
package enum TestPython {
    /// Its path: what `PGPOOL_AURORA_PYTHON` says, or else what `scripts/install-dependencies test` has made.
    package static func path() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = environment["PGPOOL_AURORA_PYTHON"] ?? root.appending(path: ".build/python/bin/python").path
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Missing(description: "there is no \(path); run scripts/install-dependencies test")
        }
        return path
    }

    package struct Missing: Error, CustomStringConvertible {
        package var description: String
    }
}
