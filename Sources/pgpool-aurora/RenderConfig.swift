import ArgumentParser
import ClusterSpec
import Diagnostics
import FoundationEssentials
import PgpoolConfig
import Templates
import YAMLDocument

/// `render-config`: from cluster.yaml to the files that pgpool and the doctor read.
struct RenderConfig: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Render Pgpool-II's configuration from cluster.yaml.",
        discussion: """
            Writes pgpool.conf, pool_hba.conf, pool_passwd, pcp.conf, pgdoctor.cfg and pgdoctor.pgpass into a folder, \
            each readable by its owner only. Every file is read back by the rules of the program that will read it, and \
            compared with what was meant, before it replaces the old one.

            EXAMPLES
              Look at what would run:
                pgpool-aurora render-config --config cluster.yaml --out out/

              Run it:
                pgpool -n -D -f out/pgpool.conf -a out/pool_hba.conf -F out/pcp.conf

              Everything for a program:
                pgpool-aurora render-config --config cluster.yaml --out out/ --json

              With templates of your own (the others stay as they are):
                pgpool-aurora render-config --config cluster.yaml --out out/ --templates my-templates/

            A minimal cluster.yaml:
                aurora:
                  writer: app.cluster-c1.us-east-1.rds.amazonaws.com
                  reader: app.cluster-ro-c1.us-east-1.rds.amazonaws.com
                auth:
                  users: [{name: app, password_file: app.password}]
                pgpool:
                  allow: [10.0.0.0/8]
            """)

    @Option(help: ArgumentHelp("The spec.", valueName: "file"))
    var config: String

    @Option(help: ArgumentHelp("The folder to write into; made when it is not there.", valueName: "dir"))
    var out: String

    @Option(help: ArgumentHelp("A folder of templates that take the place of the built-in ones.", valueName: "dir"))
    var templates: String?

    @Flag(help: "Print the result as one JSON document.")
    var json = false

    func run() async throws {
        do throws(CommandFailure) {
            let result = try await render()
            try print(result)
        } catch {
            Report.findings(error.diagnostics)
            if json { try Report.json(ResultJSON(error.diagnostics)) }
            throw ExitCode(error.status.rawValue)
        }
    }

    private struct Result {
        var rendering: Rendering
        var version: PgpoolVersion
        var versionSource: String
        var folder: String
    }

    private func render() async throws(CommandFailure) -> Result {
        var (spec, findings) = try readSpec()
        let templates = try readTemplates()
        let sources = PasswordSources(folder: specFolder, environment: ProcessInfo.processInfo.environment)
        let fetched = sources.fetch(spec.auth.users)
        spec.warnings += fetched.findings.filter { $0.severity != .error }
        findings += fetched.findings
        let (version, source) = await version(spec)
        let folder = out.count > 1 && out.hasSuffix("/") ? String(out.dropLast()) : out
        let input = RenderInput(
            spec: spec, version: version, layout: .folder, passwords: fetched.passwords, pcpHash: pcpHash(in: folder))
        let rendering: Rendering
        do throws(DiagnosticsError) {
            rendering = try Rendering(input, templates: templates, findings: findings)
        } catch {
            let onlyUnavailable =
                fetched.isUnavailable
                && error.diagnostics.filter { $0.severity == .error }
                    .allSatisfy { $0.key.hasSuffix(".secret") }
            throw CommandFailure(onlyUnavailable ? .unavailable : .badInput, error.diagnostics)
        }
        try LocalFiles.makeFolder(folder)
        try LocalFiles.replace(rendering.files.map { ($0.name, $0.text) }, in: folder)
        return Result(rendering: rendering, version: version, versionSource: source, folder: folder)
    }

    private var specFolder: String {
        guard let slash = config.lastIndex(of: "/") else { return "." }
        return slash == config.startIndex ? "/" : String(config[..<slash])
    }

    /// The spec as far as it can be read, with everything that is wrong with it so far.
    private func readSpec() throws(CommandFailure) -> (ClusterSpec, [Diagnostic]) {
        let bytes: [UInt8]
        do throws(LocalFiles.ReadError) {
            bytes = try LocalFiles.read(config)
        } catch {
            throw CommandFailure(.badInput, "cannot read \(error.path): \(error.reason)")
        }
        do throws(DiagnosticsError) {
            let (spec, findings) = ClusterSpec.read(try YAMLDocument(parsing: bytes, file: config))
            return (spec, findings + spec.missingEndpoints(file: config, findings))
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
    }

    private func readTemplates() throws(CommandFailure) -> TemplateSet {
        var overriding: [String: String] = [:]
        if let templates {
            guard LocalFiles.mode(templates) != nil else {
                throw CommandFailure(.badInput, "there is no folder \(templates)")
            }
            for name in Templates.all.keys.sorted() {
                overriding[name] = try readTemplate("\(templates)/\(name)")
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

    /// A template's text; nil when the folder has none of that name.
    private func readTemplate(_ path: String) throws(CommandFailure) -> String? {
        let bytes: [UInt8]
        do throws(LocalFiles.ReadError) {
            bytes = try LocalFiles.read(path)
        } catch {
            if error.isMissing { return nil }
            throw CommandFailure(.badInput, "cannot read \(error.path): \(error.reason)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.badInput, "\(path) is not UTF-8")
        }
        return text
    }

    /// The spec's version, else the installed one, else the newest that we know.
    private func version(_ spec: ClusterSpec) async -> (PgpoolVersion, source: String) {
        if let version = spec.pgpool.version { return (version.value, "cluster.yaml") }
        if let version = await InstalledPgpool.version() { return (version, "installed") }
        return (.newest, "newest known; set pgpool.version, since none is installed here")
    }

    /// The hash of the last rendering into this folder, else a new one. It is the hash of a password that nobody has, so
    /// it is drawn itself.
    private func pcpHash(in folder: String) -> String {
        let old = (try? LocalFiles.read("\(folder)/\(PCPConfFile.name)")) ?? []
        if let entry = PCPConfFile.read(old).first(where: { $0.user == PCPConfFile.user }) { return entry.hash }
        var generator = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let hex = String(UInt32.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 8 - hex.count) + hex
        }.joined()
    }

    private func print(_ result: Result) throws(CommandFailure) {
        Report.findings(result.rendering.warnings)
        if json {
            do {
                try Report.json(
                    ResultJSON(
                        result.rendering, version: result.version, source: result.versionSource, folder: result.folder,
                        result.rendering.warnings))
            } catch {
                throw CommandFailure(.ownBug, "cannot encode the result: \(error)")
            }
            return
        }
        let layers = Dictionary(grouping: result.rendering.settings.all, by: \.layer).mapValues(\.count)
        var text =
            "Pgpool-II \(result.version) (\(result.versionSource)), \(result.rendering.settings.children) children\n"
        for file in result.rendering.files {
            let detail =
                file.name == PgpoolConfFile.name
                ? "  \(layers[.mandatory] ?? 0) mandatory, \(layers[.default] ?? 0) default, \(layers[.user] ?? 0) user settings"
                : ""
            text += "\(result.folder)/\(file.name)\(detail)\n"
        }
        Report.output(text)
    }
}

/// The result of `render-config --json`.
private struct ResultJSON: Encodable {
    struct File: Encodable {
        var name: String
        var path: String
        var secret: Bool
    }

    struct Setting: Encodable {
        var key: String
        var value: String
        var layer: String
        var reason: String
        var context: String
        var `default`: String?
        var file: String?
        var line: Int?
        var column: Int?
    }

    var version: String?
    var versionSource: String?
    var children: Int?
    var files: [File] = []
    var settings: [Setting] = []
    var diagnostics: [DiagnosticJSON]

    enum CodingKeys: String, CodingKey {
        case version
        case versionSource = "version_source"
        case children, files, settings, diagnostics
    }

    init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics.map { DiagnosticJSON($0) }
    }

    init(_ rendering: Rendering, version: PgpoolVersion, source: String, folder: String, _ diagnostics: [Diagnostic]) {
        self.init(diagnostics)
        self.version = version.description
        versionSource = source
        children = rendering.settings.children
        files = rendering.files.map { File(name: $0.name, path: "\(folder)/\($0.name)", secret: $0.isSecret) }
        settings = rendering.settings.all.map {
            Setting(
                key: $0.name, value: $0.value.text, layer: $0.layer.rawValue, reason: $0.reason,
                context: $0.parameter.context.action, default: $0.parameter.defaultValue, file: $0.location?.file,
                line: $0.location?.line, column: $0.location?.column)
        }
    }
}
