package import ClusterSpec
package import Diagnostics
import TemplateEngine

/// What a rendering starts from. Everything that is not in the spec comes in here: a rendering knows no file system,
/// clock or environment.
package struct RenderInput: Sendable {
    package var spec: ClusterSpec
    package var version: PgpoolVersion
    package var layout: Layout
    /// The passwords of `auth.users`, by user.
    package var passwords: [String: Password]
    /// The hash by which the doctor logs in to PCP: 32 lower-case hexadecimal digits, kept from the last rendering or
    /// drawn at random.
    package var pcpHash: String

    package init(
        spec: ClusterSpec, version: PgpoolVersion, layout: Layout, passwords: [String: Password], pcpHash: String
    ) {
        self.spec = spec
        self.version = version
        self.layout = layout
        self.passwords = passwords
        self.pcpHash = pcpHash
    }
}

/// One rendered file.
package struct RenderedFile: Sendable {
    package var name: String
    package var text: String
    /// Whether its text holds a password or a hash, so that no diff may show it.
    package var isSecret: Bool
}

/// The files of one spec, written, read back by the readers that mirror the C parsers, and compared.
package struct Rendering: Sendable {
    /// pgpool.conf, pool_hba.conf, pool_passwd, pcp.conf, pgdoctor.cfg and pgdoctor.pgpass, in this order.
    package var files: [RenderedFile]
    package var settings: Settings
    package var warnings: [Diagnostic]

    /// Renders with the given templates; throws every error at once. `findings` are what is already known to be wrong
    /// with the spec: with an error among them nothing is rendered, but what else is wrong is still found.
    package init(
        _ input: RenderInput, templates: TemplateSet, findings: [Diagnostic] = []
    ) throws(DiagnosticsError) {
        let isWhole = !findings.hasErrors
        let (settings, settingFindings) = Settings.resolve(
            input.spec, version: input.version, layout: input.layout, isWhole: isWhole)
        var problems = findings.filter { $0.severity == .error } + settingFindings.filter { $0.severity == .error }
        let canRender = problems.isEmpty
        var files: [RenderedFile] = []
        let writers: [any FileWriter] = [
            PgpoolConfWriter(settings: settings), PoolHBAWriter(spec: input.spec), PoolPasswdWriter(input),
            PCPConfWriter(hash: input.pcpHash), PgdoctorWriter(spec: input.spec), PassFileWriter(input),
        ]
        for writer in writers {
            do throws(DiagnosticsError) {
                let model = try writer.model()
                if canRender { files.append(try writer.render(model, templates)) }
            } catch {
                problems += error.diagnostics
            }
        }
        let warnings = (input.spec.warnings + settings.warnings + Rendering.advice(input)).sortedByLocation()
        // A value that no file can carry is refused by each of them.
        var seen: Set<Diagnostic> = []
        let distinct = (problems + (problems.isEmpty ? [] : warnings)).filter { seen.insert($0).inserted }
        guard problems.isEmpty else { throw DiagnosticsError(distinct.sortedByLocation()) }
        self.files = files
        self.settings = settings
        self.warnings = warnings
    }

    /// What is legal but probably not meant.
    private static func advice(_ input: RenderInput) -> [Diagnostic] {
        let spec = input.spec
        var advice: [Diagnostic] = []
        if spec.pgpool.tls == nil, !spec.pgpool.allow.isEmpty {
            advice.append(
                Diagnostic(
                    .warning, at: spec.pgpool.allow.first?.location, key: "pgpool.tls",
                    "clients are served without TLS, since pgpool has no certificate",
                    notes: ["add `tls: {certificate: …, key: …}` below `pgpool:`"]))
        }
        if spec.aurora.instanceClass == nil, spec.aurora.maxConnections == nil {
            advice.append(
                Diagnostic(
                    .warning, at: spec.aurora.location, key: "aurora.instance_class",
                    "without it the connection budget cannot be checked; pgpool gets \(input.settingsChildren) children",
                    notes: ["add `instance_class: db.…`, or `max_connections:` as the writer shows it"]))
        }
        return advice
    }
}

extension RenderInput {
    fileprivate var settingsChildren: String {
        switch spec.pgpool.children.value {
        case .auto: "pgpool's own default of \(Settings.childrenWithoutBudget)"
        case .count(let count): String(count)
        }
    }
}

/// The templates of all files, read once.
package struct TemplateSet: Sendable {
    private var templates: [String: Template] = [:]

    /// Reads templates by their file names; a name of ours that is missing in `overriding` is taken from `base`. The
    /// templates of `overriding` are in `folder`, as messages name it.
    package init(
        _ base: [String: String], overriding: [String: String] = [:], folder: String? = nil
    ) throws(DiagnosticsError) {
        var problems: [Diagnostic] = []
        for (name, text) in base.merging(overriding, uniquingKeysWith: { _, theirs in theirs }) {
            let path = overriding[name] == nil ? name : (folder.map { "\($0)/\(name)" } ?? name)
            do throws(DiagnosticsError) {
                templates[name] = try Template(parsing: text, name: path)
            } catch {
                problems += error.diagnostics
            }
        }
        guard problems.isEmpty else { throw DiagnosticsError(problems.sortedByLocation()) }
    }

    /// Where the template of one file begins.
    func start(of file: String) -> SourceLocation {
        SourceLocation(file: templates["\(file).tpl"]?.name ?? "\(file).tpl", line: 1, column: 1)
    }

    /// Renders the template of one file.
    func render(_ file: String, _ model: [String: TemplateValue]) throws(DiagnosticsError) -> String {
        guard let template = templates["\(file).tpl"] else {
            throw DiagnosticsError(Diagnostic(.error, "there is no template \(file).tpl"))
        }
        return try template.render(model, partials: templates)
    }
}

/// Builds the model of one file, renders it, and reads it back.
protocol FileWriter {
    var name: String { get }
    var isSecret: Bool { get }
    /// The names that the template knows, their values in the file's grammar.
    func model() throws(DiagnosticsError) -> [String: TemplateValue]
    /// Compares what a reader makes of the text with what was meant; says what differs without showing a secret.
    func difference(in text: String) -> String?
}

extension FileWriter {
    var isSecret: Bool { false }

    func render(
        _ model: [String: TemplateValue], _ templates: TemplateSet
    ) throws(DiagnosticsError) -> RenderedFile {
        let text = try templates.render(name, model)
        if let difference = difference(in: text) {
            throw DiagnosticsError(
                Diagnostic(
                    .error, at: templates.start(of: name),
                    "the rendered \(name) does not read back as it was meant: \(difference)",
                    notes: ["mend the template; without --templates this is a bug of pgpool-aurora"]))
        }
        return RenderedFile(name: name, text: text, isSecret: isSecret)
    }
}

/// Collects what values a grammar refuses, each with the place where the user wrote it.
struct ModelBuilder {
    private(set) var problems: [Diagnostic] = []

    /// The text that `write` returns; a refusal is noted and empty text takes its place.
    mutating func text(
        at location: SourceLocation?, key: String, _ write: () throws(Malformed) -> String
    ) -> TemplateValue {
        do throws(Malformed) {
            return .text(try write())
        } catch {
            problems.append(Diagnostic(.error, at: location, key: key, error.message, notes: error.notes))
            return .text("")
        }
    }

    func finish(_ model: [String: TemplateValue]) throws(DiagnosticsError) -> [String: TemplateValue] {
        guard problems.isEmpty else { throw DiagnosticsError(problems) }
        return model
    }
}

/// Text for a comment: one line of it.
func comment(_ text: String) -> TemplateValue {
    // What has no byte of a control character needs no second look.
    if !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) { return .text(text) }
    return .text(
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.properties.generalCategory != .control })))
}

extension Rendering {
    /// The names of the files, in the order in which they are rendered.
    package static let fileNames = [
        PgpoolConfFile.name, PoolHBAFile.name, PoolPasswdFile.name, PCPConfFile.name, PgdoctorFile.name, PassFile.name,
    ]
}
