import ClusterSpec
import ConfigInstall
import Diagnostics
import FoundationEssentials
import LocalFiles
import PgpoolConfig
import Templates
import YAMLDocument

/// From a spec's file to a rendering: reads what the pure parts need and hands it to them.
struct RenderJob {
    /// The spec's path as the user gave it.
    var config: String
    /// A folder of templates of the user's own.
    var templates: String?
    var secrets: SecretAccess

    struct Outcome {
        var spec: ClusterSpec
        var version: PgpoolVersion
        /// Where the version comes from, in words.
        var versionSource: String
        var rendering: Rendering
    }

    /// A rendering for a layout; `pcpConf` is the file whose hash is kept, if it has one.
    func render(layout: Layout, keeping pcpConf: [UInt8]?) async throws(CommandFailure) -> Outcome {
        var (spec, findings) = try readSpec()
        let templates = try readTemplates()
        let sources = PasswordSources(
            folder: specFolder, environment: ProcessInfo.processInfo.environment, secrets: secrets,
            region: spec.image.region)
        let fetched = await sources.fetch(spec.auth.users, withSecrets: !findings.hasErrors)
        spec.take(fetched)
        findings += fetched.findings
        let (version, source) = await RenderJob.version(spec)
        let input = RenderInput(
            spec: spec, version: version, layout: layout, passwords: fetched.passwords,
            pcpHash: RenderJob.pcpHash(keeping: pcpConf))
        do throws(DiagnosticsError) {
            let rendering = try Rendering(input, templates: templates, findings: findings)
            return Outcome(spec: spec, version: version, versionSource: source, rendering: rendering)
        } catch {
            let onlySecrets = error.diagnostics.allSatisfy { $0.severity != .error || $0.key.hasSuffix(".secret") }
            throw CommandFailure((onlySecrets ? fetched.failure : nil) ?? .badInput, error.diagnostics)
        }
    }

    /// The spec with our defaults in the place of what is wrong; nil when nothing of it can be read.
    func specAsFarAsItGoes() throws(CommandFailure) -> ClusterSpec? {
        guard let bytes = try RenderJob.read(config),
            let document = try? YAMLDocument(parsing: bytes, file: config)
        else { return nil }
        return ClusterSpec.read(document).spec
    }

    /// The spec alone, which must be whole.
    func spec() throws(CommandFailure) -> ClusterSpec {
        let (spec, findings) = try readSpec()
        guard !findings.hasErrors else { throw CommandFailure(.badInput, findings.sortedByLocation()) }
        return spec
    }

    /// The settings alone, for which no password is needed.
    func settings(layout: Layout) async throws(CommandFailure) -> Settings {
        let spec = try spec()
        do throws(DiagnosticsError) {
            return try Settings(spec, version: await RenderJob.version(spec).0, layout: layout)
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
    }

    /// What relative paths start from: the spec's folder, or for a pipe of the shell's the one we are in.
    private var specFolder: String { config.hasPrefix("/dev/") ? "." : FileSystem.parent(of: config) }

    /// The spec as far as it can be read, with everything that is wrong with it so far.
    private func readSpec() throws(CommandFailure) -> (ClusterSpec, [Diagnostic]) {
        let bytes = try RenderJob.read(config, takesPipes: true)
        guard let bytes else { throw CommandFailure(.badInput, "there is no file \(config)") }
        do throws(DiagnosticsError) {
            let (spec, findings) = ClusterSpec.read(try YAMLDocument(parsing: bytes, file: config))
            return (spec, findings + spec.missingEndpoints(file: config, findings))
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
    }

    private static func read(_ path: String, takesPipes: Bool = false) throws(CommandFailure) -> [UInt8]? {
        do throws(FileError) {
            return try FileSystem.read(path, takesPipes: takesPipes)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func readTemplates() throws(CommandFailure) -> TemplateSet {
        var overriding: [String: String] = [:]
        if let templates {
            for name in Templates.all.keys.sorted() {
                guard let bytes = try RenderJob.read("\(templates)/\(name)") else { continue }
                guard let text = String(validating: bytes, as: UTF8.self) else {
                    throw CommandFailure(.badInput, "\(templates)/\(name) is not UTF-8")
                }
                overriding[name] = text
            }
            guard !overriding.isEmpty else {
                throw CommandFailure(
                    .badInput, "there is no template in \(templates)",
                    notes: ["the names are \(Templates.all.keys.sorted().joined(separator: ", "))"])
            }
        }
        do throws(DiagnosticsError) {
            return try TemplateSet(Templates.all, overriding: overriding, folder: templates)
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
    }

    /// The spec's version, else the installed one, else the newest that we know.
    static func version(_ spec: ClusterSpec?) async -> (PgpoolVersion, source: String) {
        if let version = spec?.pgpool.version { return (version.value, "cluster.yaml") }
        if let version = await InstalledPgpool.version() { return (version, "installed") }
        return (.newest, "newest known; set pgpool.version, since none is installed here")
    }

    /// The hash of an earlier pcp.conf, else a new one. It is the hash of a password that nobody has, so it is drawn
    /// itself.
    private static func pcpHash(keeping pcpConf: [UInt8]?) -> String {
        let entries = PCPConfFile.read(pcpConf ?? [])
        if let entry = entries.first(where: { $0.user == PCPConfFile.user }) { return entry.hash }
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let hex = String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 8 - hex.count) + hex
        }.joined()
    }
}

extension ClusterSpec {
    /// Takes over who can log in according to the sources of the passwords.
    fileprivate mutating func take(_ fetched: PasswordSources.Fetched) {
        warnings += fetched.findings.filter { $0.severity != .error }
        auth.users = fetched.users
        // Of two users that alternate, only the current one is sure to be let in during the next rotation.
        if let user = health.user, let current = fetched.currentNames[user.value] { health.user?.value = current }
    }
}
