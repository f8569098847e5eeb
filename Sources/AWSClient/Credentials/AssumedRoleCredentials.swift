import Diagnostics

/// A role that a profile takes on: `role_arn` with `source_profile` or `credential_source`.
package struct AssumedRoleCredentials: CredentialStep {
    package let name: String
    private let profile: Profile
    private let sources: ProfileSources
    /// The profiles that led here, this one included.
    private let visited: [String]

    init(_ profile: Profile, _ sources: ProfileSources, visited: [String] = []) {
        self.profile = profile
        self.sources = sources
        self.visited = visited + [profile.name]
        name = "role_arn of profile '\(profile.name)'"
    }

    /// Whether a profile takes on a role, and not by web identity.
    static func isSetUp(in profile: Profile) -> Bool {
        profile["role_arn"] != nil && profile["web_identity_token_file"] == nil
    }

    package func look() async throws(CredentialError) -> CredentialFinding {
        guard AssumedRoleCredentials.isSetUp(in: profile), let role = profile["role_arn"] else {
            return .absent("it is not set")
        }
        return .found(try await assumed(role))
    }

    private func assumed(_ arn: INIFile.Setting) async throws(CredentialError) -> Credentials {
        if profile["mfa_serial"] != nil {
            throw invalid(
                "mfa_serial asks for a code, and we ask nobody",
                notes: [
                    "Get a session with the code (aws sts get-session-token) and put its keys into the environment, or"
                        + " use a credential_process that asks."
                ])
        }
        var role = AssumedRole(
            arn: arn.value, sessionName: profile["role_session_name"]?.value, externalID: profile["external_id"]?.value)
        if let duration = profile["duration_seconds"] {
            guard let seconds = Int(duration.value), seconds > 0 else {
                throw invalid("\(place(duration)): duration_seconds is no number of seconds")
            }
            role.duration = seconds
        }
        return try await sources.roles.assume(role, with: try await source())
    }

    /// The credentials to ask with.
    private func source() async throws(CredentialError) -> Credentials {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let one?, .some):
            throw invalid("\(place(one)): there are both source_profile and credential_source", notes: ["Remove one."])
        case (nil, nil):
            throw invalid(
                "there is neither source_profile nor credential_source", notes: ["Add the one that it needs."])
        case (let setting?, nil): return try await fromProfile(setting)
        case (nil, let setting?):
            guard let step = sources.named(setting.value) else {
                throw invalid(
                    "\(place(setting)): credential_source is none that there is",
                    notes: ["It is Environment, Ec2InstanceMetadata or EcsContainer."])
            }
            switch try await step.look() {
            case .found(let credentials): return credentials
            case .absent(let reason, let notes):
                let why = reason.map { ": \($0)" } ?? ""
                throw invalid("its credential_source \(setting.value) has no credentials\(why)", notes: notes)
            }
        }
    }

    private func fromProfile(_ setting: INIFile.Setting) async throws(CredentialError) -> Credentials {
        let other = setting.value
        guard let profile = sources.shared.profiles[other] else {
            throw invalid(
                "\(place(setting)): there is no source_profile '\(other)'",
                notes: sources.shared.notes(onMissing: other))
        }
        let hasKeys = ["aws_access_key_id", "aws_secret_access_key"].contains { profile[$0] != nil }
        // A profile may name itself for its own keys; any other way back is a circle.
        guard !visited.contains(other) || other == self.profile.name && hasKeys else {
            throw invalid(
                "\(place(setting)): the profiles go in a circle: \((visited + [other]).joined(separator: " → "))")
        }
        if !hasKeys, AssumedRoleCredentials.isSetUp(in: profile), let role = profile["role_arn"] {
            return try await AssumedRoleCredentials(profile, sources, visited: visited).assumed(role)
        }
        for step in sources.steps(of: profile, readsVariables: false) {
            if case .found(let credentials) = try await step.look() { return credentials }
        }
        throw invalid("\(place(setting)): the source_profile '\(other)' has no credentials")
    }

    private func place(_ setting: INIFile.Setting) -> String { "\(setting.location.file):\(setting.location.line)" }
}
