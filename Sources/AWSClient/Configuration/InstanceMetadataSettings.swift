package import Diagnostics

/// Where the instance metadata service is, and how long it is waited for.
package struct InstanceMetadataSettings: Hashable, Sendable {
    /// The longest life that a token can have, in seconds.
    static let tokenLifetime = 21_600

    package var isDisabled: Bool
    package var endpoint: HTTPURL
    /// For one attempt. A machine outside EC2 waits this long, so it is short.
    package var timeout: Duration
    package var attempts: Int
    /// Between attempts.
    package var pause: Duration

    package init(
        endpoint: HTTPURL = HTTPURL(scheme: "http", host: "169.254.169.254"), isDisabled: Bool = false,
        timeout: Duration = .seconds(1), attempts: Int = 2, pause: Duration = .milliseconds(100)
    ) {
        self.endpoint = endpoint
        self.isDisabled = isDisabled
        self.timeout = timeout
        self.attempts = attempts
        self.pause = pause
    }
}

extension AWSConfiguration {
    /// Takes AWS_EC2_METADATA_DISABLED, AWS_EC2_METADATA_SERVICE_ENDPOINT and …_MODE, AWS_METADATA_SERVICE_TIMEOUT and
    /// …_NUM_ATTEMPTS, and the profile's settings of these names.
    package func instanceMetadata() throws(DiagnosticsError) -> InstanceMetadataSettings {
        var settings = InstanceMetadataSettings()
        settings.isDisabled = try toggle("AWS_EC2_METADATA_DISABLED", nil) ?? false
        if let mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode") {
            switch mode.text.lowercased() {
            case "ipv4": break
            case "ipv6": settings.endpoint.host = "fd00:ec2::254"
            default:
                throw DiagnosticsError(
                    Diagnostic(
                        .error, at: mode.location, key: "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
                        "the value is neither IPv4 nor IPv6"))
            }
        }
        let variable = "AWS_EC2_METADATA_SERVICE_ENDPOINT"
        if let (text, location) = setting(variable, "ec2_metadata_service_endpoint") {
            settings.endpoint = try url(text, key: variable, at: location)
        }
        if let seconds = try count("AWS_METADATA_SERVICE_TIMEOUT", "metadata_service_timeout") {
            settings.timeout = .seconds(seconds)
        }
        settings.attempts =
            try count("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "metadata_service_num_attempts") ?? settings.attempts
        return settings
    }

    private func count(_ variable: String, _ key: String) throws(DiagnosticsError) -> Int? {
        guard let (text, location) = setting(variable, key) else { return nil }
        guard let number = Int(text), (1...3600).contains(number) else {
            throw DiagnosticsError(
                Diagnostic(
                    .error, at: location, key: location == nil ? variable : key,
                    "the value is no whole number from 1 to 3600"))
        }
        return number
    }
}
