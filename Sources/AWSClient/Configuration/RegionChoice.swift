package import Diagnostics

/// Which region a run works in.
package struct RegionChoice: Sendable {
    /// The value of the command line's flag.
    package var flag: String?
    /// The value in `cluster.yaml`, and where it stands.
    package var spec: (name: String, location: SourceLocation)?

    package init(flag: String? = nil, spec: (name: String, location: SourceLocation)? = nil) {
        self.flag = flag
        self.spec = spec
    }

    /// The first of: flag, spec, AWS_REGION, AWS_DEFAULT_REGION, the profile, the instance that this runs on.
    ///
    /// AWS_REGION is what all of AWS's tools but botocore read, so it wins over the variable that only some do.
    ///
    /// - Parameters:
    ///   - configuration: Where the variables and the profile come from.
    ///   - metadata: Nil where a network must not be asked.
    /// - Returns: A name that can stand in a host's.
    /// - Throws: A name that can be no region's, or that there is none, with what to set.
    package func resolve(
        _ configuration: AWSConfiguration, metadata: InstanceMetadata?
    ) async throws(DiagnosticsError) -> String {
        if let flag { return try check(flag, key: "--region") }
        if let spec { return try check(spec.name, key: "region", at: spec.location) }
        for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            if let name = configuration.environment[variable] { return try check(name, key: variable) }
        }
        if let setting = configuration.profile["region"] {
            return try check(setting.value, key: "region", at: setting.location)
        }
        var notes = [
            "Set AWS_REGION, or run: aws configure set region us-east-1"
                + " --profile \(CommandWords.quote(configuration.profile.name))"
        ]
        var found: String?
        do throws(InstanceMetadataError) {
            found = try await metadata?.region()
        } catch {
            notes.append("The instance metadata was asked too: \(error.message).")
        }
        if let found { return try check(found, key: "instance metadata") }
        throw DiagnosticsError(Diagnostic(.error, key: "region", "no region is set", notes: notes))
    }

    /// A region's name becomes part of a host's name, so it must be one label.
    private func check(
        _ name: String, key: String, at location: SourceLocation? = nil
    ) throws(DiagnosticsError) -> String {
        let isLabel = name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        let isNumber = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard isLabel, !isNumber, (1...63).contains(name.utf8.count), !name.hasPrefix("-"), !name.hasSuffix("-") else {
            throw DiagnosticsError(
                Diagnostic(
                    .error, at: location, key: key, "the value is no region's name",
                    notes: [
                        "A name is of letters, digits and hyphens, as us-east-1.",
                        "In AWS's files a comment stands on a line of its own, and quotes are part of the value.",
                    ]))
        }
        return name
    }
}
