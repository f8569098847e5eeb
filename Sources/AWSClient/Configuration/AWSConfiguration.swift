package import Diagnostics

/// What the environment and the shared files say for one run, and the profile that was chosen.
package struct AWSConfiguration: Sendable {
    package let environment: AWSEnvironment
    package let shared: SharedConfiguration
    /// The chosen profile; empty when nobody named one and there is no `default`.
    package let profile: Profile
    /// Whether the command line names the profile, so that it comes before keys in the environment.
    package let isProfileGiven: Bool

    /// Reads the files and chooses the profile: the flag's, AWS_DEFAULT_PROFILE's, AWS_PROFILE's, `default`.
    ///
    /// - Parameters:
    ///   - environment: What is read.
    ///   - flag: The profile's name on the command line.
    /// - Throws: What cannot be read, or a named profile that does not exist.
    package init(_ environment: AWSEnvironment, profile flag: String? = nil) throws(DiagnosticsError) {
        self.environment = environment
        shared = try SharedConfiguration(environment)
        isProfileGiven = flag != nil
        let variables = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"]
        let origin = flag == nil ? variables.first { environment[$0] != nil } ?? "" : "--profile"
        guard let name = flag ?? environment[origin] else {
            profile = shared.profiles["default"] ?? Profile(name: "default")
            return
        }
        guard let profile = shared.profiles[name] else {
            throw DiagnosticsError(
                Diagnostic(
                    .error, key: origin, "there is no profile '\(name)'", notes: shared.notes(onMissing: name)))
        }
        self.profile = profile
    }

    /// A setting that is on or off, from a variable or else from the profile; nil when neither says.
    func toggle(_ variable: String, _ key: String?) throws(DiagnosticsError) -> Bool? {
        guard let (text, location) = setting(variable, key) else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default:
            throw DiagnosticsError(
                Diagnostic(
                    .error, at: location, key: location.flatMap { _ in key } ?? variable,
                    "the value is neither true nor false"))
        }
    }

    /// The value of a variable, or else of the profile's setting, with its place in the file.
    package func setting(_ variable: String, _ key: String?) -> (text: String, location: SourceLocation?)? {
        if let value = environment[variable] { return (value, nil) }
        return key.flatMap { profile[$0] }.map { ($0.value, $0.location) }
    }
}

extension SharedConfiguration {
    /// What helps somebody who named a profile that does not exist.
    func notes(onMissing name: String) -> [String] {
        let known = profiles.keys.sorted()
        var notes: [String] = []
        if let place = misplaced[name] {
            notes.append("\(place).")
        } else if let near = nearestName(to: name, in: known) {
            notes.append("Did you mean '\(near)'?")
        }
        let files = [configFile, credentialsFile].map { $0.isThere ? $0.name : "\($0.name) (not there)" }
        notes.append("The files are \(files.joined(separator: " and ")).")
        if !known.isEmpty { notes.append("Their profiles are \(known.joined(separator: ", ")).") }
        return notes
    }
}
