package import Diagnostics

extension AWSConfiguration {
    /// Where a service is in a region: as a variable or the profile says, else where AWS has it.
    ///
    /// In botocore's order: the service's variable, AWS_ENDPOINT_URL, the profile's `services` section, its
    /// `endpoint_url`. AWS_IGNORE_CONFIGURED_ENDPOINT_URLS passes all of them over.
    ///
    /// - Parameters:
    ///   - service: Its short name, as `ec2` or `secretsmanager`.
    ///   - region: A name that `RegionChoice` has checked.
    /// - Returns: For S3, the address without a bucket.
    /// - Throws: A setting that cannot be understood, by its name.
    package func endpoint(for service: String, region: String) throws(DiagnosticsError) -> HTTPURL {
        let service = ServiceEndpoint(named: service)
        if let configured = try configuredEndpoint(for: service) { return configured }
        let isFIPS = try toggle("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint") ?? false
        let isDualStack = try toggle("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint") ?? false
        return HTTPURL(
            scheme: "https", host: service.host(inRegion: region, isFIPS: isFIPS, isDualStack: isDualStack))
    }

    private func configuredEndpoint(for service: ServiceEndpoint) throws(DiagnosticsError) -> HTTPURL? {
        let isIgnored = try toggle("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls")
        guard isIgnored != true else { return nil }
        for variable in [service.variable, "AWS_ENDPOINT_URL"] {
            if let text = environment[variable] { return try url(text, key: variable) }
        }
        if let choice = profile["services"] {
            guard let section = shared.services[choice.value] else {
                throw DiagnosticsError(
                    Diagnostic(
                        .error, at: choice.location, key: "services",
                        "there is no section [services \(choice.value)]",
                        notes: nearestName(to: choice.value, in: shared.services.keys.sorted())
                            .map { ["Did you mean '\($0)'?"] } ?? []))
            }
            if let setting = section.settings[service.settingsName], let text = setting.nested?["endpoint_url"] {
                return try url(text, key: "\(service.settingsName) endpoint_url", at: setting.location)
            }
        }
        return try profile["endpoint_url"].map { setting throws(DiagnosticsError) in
            try url(setting.value, key: "endpoint_url", at: setting.location)
        }
    }

    func url(_ text: String, key: String, at location: SourceLocation? = nil) throws(DiagnosticsError) -> HTTPURL {
        guard let url = HTTPURL(text), url.query.isEmpty else {
            throw DiagnosticsError(
                Diagnostic(
                    .error, at: location, key: key, "the value is no address of a service",
                    notes: ["An address is http:// or https://, a host, and a port if need be."]))
        }
        return url
    }
}
