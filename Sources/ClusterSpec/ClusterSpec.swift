package import Diagnostics
package import YAMLDocument

/// `cluster.yaml`, typed and checked: what every command works from.
///
/// Keys, meanings and defaults are those of the project's documentation (`docs/cluster-yaml.md`). A value that the user
/// did not write is our default and has no location.
package struct ClusterSpec: Sendable {
    package var aurora: Aurora
    package var auth: Auth
    package var pgpool: Pgpool
    package var fleet: Fleet
    package var health: Health
    package var image: Image
    package var service: Service
    /// What was found odd but does not stop a command, in the order of the file.
    package var warnings: [Diagnostic]

    /// Reads a spec; throws every error of the file at once. `provider` counts instead of image.provider.
    package init(_ document: YAMLDocument, provider: Image.Provider? = nil) throws(DiagnosticsError) {
        let (spec, findings) = ClusterSpec.read(document, provider: provider)
        guard !findings.hasErrors else { throw DiagnosticsError(findings) }
        self = spec
    }

    /// Reads a spec from the bytes of a file.
    package init(parsing bytes: [UInt8], file: String) throws(DiagnosticsError) {
        try self.init(YAMLDocument(parsing: bytes, file: file))
    }

    /// Reads as much of a spec as can be read, and everything that is wrong with it: for who wants to go on and find the
    /// errors of later stages in the same run. What is wrong has our default's place in the spec.
    package static func read(
        _ document: YAMLDocument, provider: Image.Provider? = nil
    ) -> (spec: ClusterSpec, findings: [Diagnostic]) {
        let findings = Findings()
        let spec = ClusterSpec(document, provider, findings)
        let sorted = findings.diagnostics.sortedByLocation()
        return (spec, sorted)
    }

    private init(_ document: YAMLDocument, _ provider: Image.Provider?, _ findings: Findings) {
        let known = ["aurora", "auth", "pgpool", "fleet", "health", "image", "service"]
        let top = Section(document: document, keys: known, findings)
        aurora = Aurora(top)
        auth = Auth(top)
        pgpool = Pgpool(top)
        fleet = Fleet(top)
        health = Health(top, users: auth.users)
        image = Image(top, provider: provider)
        service = Service(top)
        warnings = []
        checkAcrossSections(findings)
        warnings = findings.diagnostics.filter { $0.severity != .error }.sortedByLocation()
    }

    private func checkAcrossSections(_ findings: Findings) {
        if auth.mode.value == .passthrough, pgpool.tls == nil {
            findings.error(
                at: auth.mode.location, key: "auth.mode",
                "passthrough asks clients for their password in clear text, so it needs pgpool.tls",
                notes: ["add `tls: {certificate: …, key: …}` below `pgpool:`, or use `mode: scram`"])
        }
        if aurora.tls.mode.value == .off, aurora.tls.mode.isGiven, pgpool.tls != nil {
            findings.warning(
                at: aurora.tls.mode.location, key: "aurora.tls.mode",
                "pgpool has one switch for TLS: with pgpool.tls it is tried on the side of Aurora too")
        }
        if pgpool.weights.writer.value == 0, pgpool.weights.reader.value == 0 {
            findings.error(
                at: pgpool.weights.writer.location ?? pgpool.weights.reader.location, key: "pgpool.weights",
                "both weights are 0, so no node would serve reads",
                notes: ["give at least one of writer and reader a weight above 0"])
        }
        if pgpool.port.value == health.port.value {
            findings.error(
                at: health.port.location ?? pgpool.port.location, key: "health.port",
                "port \(health.port.value) is pgpool's own (pgpool.port)",
                notes: ["pick another port; 8071 is the default"])
        }
    }

    /// What `render-config` asks beyond the file being right: both endpoints. One that is there but wrong is among
    /// `findings` already.
    package func missingEndpoints(file: String, _ findings: [Diagnostic]) -> [Diagnostic] {
        var missing: [Diagnostic] = []
        for (name, endpoint) in [("writer", aurora.writer), ("reader", aurora.reader)]
        where endpoint == nil && !findings.contains(where: { $0.key == "aurora.\(name)" }) {
            missing.append(
                Diagnostic(
                    .error, at: aurora.location ?? SourceLocation(file: file, line: 1, column: 1),
                    key: "aurora.\(name)", "the \(name) endpoint is missing",
                    notes: ["add `\(name): HOST` below `aurora:`; `aws rds describe-db-clusters` prints it"]))
        }
        return missing
    }
}
