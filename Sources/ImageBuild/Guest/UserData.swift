package import Diagnostics

/// What an instance is told when it is launched: one script that lays the files of `ami/` out and runs them.
package struct UserData: Sendable {
    /// EC2 takes no more, before base64. Source: "Instance user data" in EC2's user guide.
    package static let limit = 16_384

    package var buildID: BuildID
    package var role: GuestRole
    /// Told to the scripts in their environment.
    package var variables: [String: String]
    /// The texts by their path below `ami/`.
    package var files: [String: String]

    package init(buildID: BuildID, role: GuestRole, variables: [String: String], files: [String: String]) {
        self.buildID = buildID
        self.role = role
        self.variables = variables
        self.files = files
    }

    /// The script, compressed as cloud-init takes it.
    package func compressed() throws(DiagnosticsError) -> [UInt8] {
        let bytes = GZip.compress(Array(script.utf8))
        guard bytes.count <= UserData.limit else {
            throw DiagnosticsError(
                Diagnostic(
                    .error, "user-data of \(bytes.count) bytes, compressed: EC2 takes \(UserData.limit)",
                    notes: ["the scripts of ami/ need \(script.utf8.count) bytes as they are; long addresses add to it"]
                ))
        }
        return bytes
    }

    /// The script as the guest runs it.
    package var script: String {
        let folder = "/run/pgpool-aurora-build"
        var lines = [
            "#!/bin/sh", "umask 077", "PGPOOL_AURORA_BUILD_ID=\(buildID)", "export PGPOOL_AURORA_BUILD_ID",
        ]
        let settings = variables.merging(["PGPOOL_AURORA_ROLE": role.rawValue]) { _, own in own }
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            lines += ["\(name)=\(UserData.quoted(value))", "export \(name)"]
        }
        let texts = files.filter { belongs($0.key) }.sorted { $0.key < $1.key }
        let folders = Set(texts.compactMap { text in text.key.lastIndex(of: "/").map { text.key[..<$0] } }).sorted()
        lines.append((["mkdir -p \(folder)"] + folders.map { "\(folder)/\($0)" }).joined(separator: " "))
        for (path, text) in texts {
            let mark = UserData.mark(for: text)
            lines += [
                "cat >\(folder)/\(path) <<'\(mark)'", text.hasSuffix("\n") ? String(text.dropLast()) : text, mark,
            ]
        }
        return (lines + ["exec sh \(folder)/run.sh", ""]).joined(separator: "\n")
    }

    /// Whether a file is for this role: the runner, its own steps, and what the installation puts in place.
    private func belongs(_ path: String) -> Bool {
        let folder = path.split(separator: "/").first.map(String.init) ?? ""
        return switch role {
        case .install: folder != GuestRole.test.rawValue
        case .test: folder == "run.sh" || folder == role.rawValue
        }
    }

    /// A line that is not in the text.
    private static func mark(for text: String) -> String {
        let lines = Set(text.split(separator: "\n", omittingEmptySubsequences: false))
        var number = 0
        while lines.contains("EOF\(number)") { number += 1 }
        return "EOF\(number)"
    }

    /// A word of the shell that means exactly this text.
    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }
}
