import Diagnostics

/// Keys that stand in a profile of one of the two shared files.
package struct StaticCredentials: CredentialStep {
    package let name: String
    private let section: INIFile.Section?
    private let file: SharedConfiguration.File

    /// The section is the profile's in that file.
    init(_ section: INIFile.Section?, in file: SharedConfiguration.File, profile: String) {
        self.section = section
        self.file = file
        name = "profile '\(profile)' in \(file.name)"
    }

    package func look() async throws(CredentialError) -> CredentialFinding {
        guard file.isThere else { return .absent("there is no such file") }
        guard let section else { return .absent("there is no such section") }
        guard let accessKeyID = section.settings["aws_access_key_id"] else {
            return .absent("it has no aws_access_key_id")
        }
        guard !accessKeyID.value.isEmpty, let secret = text("aws_secret_access_key") else {
            throw invalid(
                "line \(accessKeyID.location.line): aws_access_key_id or aws_secret_access_key is missing or empty")
        }
        return .found(
            Credentials(
                accessKeyID: accessKeyID.value, secretAccessKey: secret,
                sessionToken: text("aws_security_token") ?? text("aws_session_token")))
    }

    private func text(_ key: String) -> String? {
        guard let value = section?.settings[key]?.value, !value.isEmpty else { return nil }
        return value
    }
}
