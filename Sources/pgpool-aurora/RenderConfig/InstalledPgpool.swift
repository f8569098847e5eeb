import ClusterSpec
import Subprocess
import SystemPackage

/// The Pgpool-II of this machine.
enum InstalledPgpool {
    /// Its version, or nil when there is none. A distribution's package may carry a fix under an older number, so of such
    /// a package only the series is reported.
    static func version() async -> PgpoolVersion? {
        guard let text = await versionText(),
            let word = text.split(whereSeparator: \.isWhitespace).first(where: { $0.first?.isNumber == true }),
            let version = try? PgpoolVersion.parse(String(word))
        else { return nil }
        return await isUpstreamBuild() ? version : PgpoolVersion(version.major, version.minor)
    }

    /// What `pgpool --version` prints. Debian's stands in a folder that is not on an ordinary user's path.
    private static func versionText() async -> String? {
        for program in ["pgpool", "/usr/sbin/pgpool", "/usr/local/sbin/pgpool", "/usr/local/bin/pgpool"] {
            if let text = await output(of: program, ["--version"]) { return text }
        }
        return nil
    }

    /// Whether the build is the project's own: from source, or from a package of its own repositories (`pgdg`).
    private static func isUpstreamBuild() async -> Bool {
        if let release = await output(of: "dpkg-query", ["--show", "--showformat=${Version}", "pgpool2"]),
            !release.isEmpty
        {
            return release.lowercased().contains("pgdg")
        }
        if let release = await output(of: "rpm", ["--query", "--whatprovides", "pgpool"]), !release.isEmpty {
            return release.lowercased().contains("pgdg")
        }
        return true
    }

    /// What a program prints, on stdout or, as `pgpool --version` does, on stderr; nil when it is not there or fails.
    private static func output(of program: String, _ arguments: [String]) async -> String? {
        let result = try? await run(
            .program(program), arguments: Arguments(arguments),
            output: .string(limit: 4096), error: .string(limit: 4096))
        guard let result, result.terminationStatus.isSuccess else { return nil }
        return result.standardOutput + result.standardError
    }
}
