package import Diagnostics

/// AWS's two shared files together: `~/.aws/config` and `~/.aws/credentials`, or where the variables say that they are.
package struct SharedConfiguration: Sendable {
    /// One of the two files.
    package struct File: Hashable, Sendable {
        /// As the user knows it: `~/.aws/config`, or the variable's value.
        package var name: String
        package var isThere: Bool
    }

    package let configFile: File
    package let credentialsFile: File
    /// By name; a profile is in either file, or in both.
    package let profiles: [String: Profile]
    /// The `[services …]` sections, by name.
    package let services: [String: INIFile.Section]
    /// Profiles whose header is that of the other file, with what it should have been.
    let misplaced: [String: String]

    package init(_ environment: AWSEnvironment) throws(DiagnosticsError) {
        let (config, configFile) = try SharedConfiguration.load(
            environment["AWS_CONFIG_FILE"] ?? "~/.aws/config", environment)
        let (credentials, credentialsFile) = try SharedConfiguration.load(
            environment["AWS_SHARED_CREDENTIALS_FILE"] ?? "~/.aws/credentials", environment)
        (self.configFile, self.credentialsFile) = (configFile, credentialsFile)
        var profiles: [String: Profile] = [:]
        var services: [String: INIFile.Section] = [:]
        var misplaced: [String: String] = [:]
        for (header, section) in config.sections {
            let words = (try? CommandWords.split(header)) ?? []
            switch (words.first, words.count) {
            case ("default", 1): try profiles["default", default: Profile(name: "default")].addConfig(section)
            case ("profile", 2): try profiles[words[1], default: Profile(name: words[1])].addConfig(section)
            case ("services", 2): services[words[1]] = section
            default: misplaced[header] = "[\(header)] in \(configFile.name) must be [profile \(header)]"
            }
        }
        for (header, section) in credentials.sections {
            profiles[header, default: Profile(name: header)].credentials = section
            if header.hasPrefix("profile ") {
                let name = String(header.dropFirst(8))
                misplaced[name] = "[\(header)] in \(credentialsFile.name) must be [\(name)]"
            }
        }
        (self.profiles, self.services, self.misplaced) = (profiles, services, misplaced)
    }

    private static func load(
        _ path: String, _ environment: AWSEnvironment
    ) throws(DiagnosticsError) -> (INIFile, File) {
        let bytes = try environment.contents(ofFile: environment.expand(path))
        return (try INIFile(parsing: bytes ?? [], file: path), File(name: path, isThere: bytes != nil))
    }
}
