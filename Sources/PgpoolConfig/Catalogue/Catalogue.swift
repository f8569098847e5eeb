package import ClusterSpec
import Diagnostics

/// Every parameter of Pgpool-II 4.2 to 4.7, as its source declares them.
///
/// The data are `data/pgpool-parameters.json` (read from `src/config/pool_config_variables.c` at the releases that the
/// file names), which `scripts/make-catalogue` turns into the table that is embedded; names that changed between series
/// are in `ParameterRename`.
package struct Catalogue: Sendable {
    /// When a changed value takes effect.
    package enum Context: String, Sendable {
        case restart
        case reload
        /// Reload, and settable in one session too.
        case session

        /// What pgpool needs: `restart` or `reload`.
        package var action: String { self == .restart ? "restart" : "reload" }
    }

    /// What a parameter's text may be.
    package enum ValueType: Sendable, Hashable {
        case bool
        /// A whole number from `min` to `max`, in `unit` if it has one (`s`, `ms`, `min`, `B`, `kB`).
        case int(min: Int64, max: Int64, unit: String?)
        /// Permission bits, in octal.
        case octal(max: Int64)
        case double(min: Double, max: Double)
        case word([String])
        case string
        /// Items joined by commas.
        case list
    }

    /// One parameter as one series knows it.
    package struct Parameter: Sendable {
        package var name: String
        package var type: ValueType
        package var context: Context
        package var group: String
        /// The compiled default as text; nil when there is none or pgpool computes it.
        package var defaultValue: String?
        /// Whether it takes a number at its end, as `backend_weight0`.
        package var isIndexed: Bool
        /// Whether it may also stand without the number, for all nodes.
        package var indexIsOptional: Bool
        /// Whether its value is a secret, which nothing shows.
        package var isSecret: Bool
    }

    /// Whether a parameter of this name, with or without an index, holds a secret.
    package static func isSecret(_ name: String) -> Bool {
        splitIndex(name).base.hasSuffix("_password") || name == "wd_authkey"
    }

    package static let shared = Catalogue()

    private init() {}

    private func table(of series: String) -> [String: Parameter] { CatalogueTable.of(series) }

    /// All parameters that a series knows, by name.
    package func parameters(of version: PgpoolVersion) -> [Parameter] {
        table(of: version.series).values.sorted { $0.name < $1.name }
    }

    /// The parameter of exactly this name, without an index, as a series knows it.
    package func parameter(named name: String, in version: PgpoolVersion) -> Parameter? {
        table(of: version.series)[name]
    }

    /// The series that know a parameter of this name; empty when none does.
    package func series(of name: String) -> [String] {
        PgpoolVersion.knownSeries.map(\.series).filter { table(of: $0)[name] != nil }
    }

    /// All names of all series.
    package var names: [String] {
        Set(PgpoolVersion.knownSeries.flatMap { table(of: $0.series).keys }).sorted()
    }
}

/// The reader of `pgpool-parameters.tsv`: a line for each parameter and each set of series that agree on it.
private enum CatalogueTable {
    /// A series' parameters by name, read when they are first asked for.
    static func of(_ series: String) -> [String: Catalogue.Parameter] {
        switch series {
        case "4.2": series42
        case "4.3": series43
        case "4.4": series44
        case "4.5": series45
        case "4.6": series46
        case "4.7": series47
        default: [:]
        }
    }

    private static let series42 = read(text, series: "4.2")
    private static let series43 = read(text, series: "4.3")
    private static let series44 = read(text, series: "4.4")
    private static let series45 = read(text, series: "4.5")
    private static let series46 = read(text, series: "4.6")
    private static let series47 = read(text, series: "4.7")

    private static let text: String = {
        guard let file = EmbeddedFiles.all.first(where: { $0.path.hasSuffix("pgpool-parameters.tsv") }) else {
            preconditionFailure("pgpool-parameters.tsv is not embedded")
        }
        return file.text
    }()

    /// Written in octal in pgpool.conf, and declared so in the source; the data hold the octal digits.
    private static let octal: Set<String> = ["log_file_mode", "unix_socket_permissions"]
    /// The source declares these reloadable, but a reload refuses to change them for a node that is in use
    /// (`BackendHostAssignFunc` and its kin): only a restart does. Seen on 4.3.5.
    private static let fixedWhileInUse: Set<String> = [
        "backend_hostname", "backend_port", "backend_data_directory",
    ]
    /// These stand without an index too, as the value of all nodes.
    private static let optionalIndexGroup = "health_check"

    static func read(_ text: String, series: String) -> [String: Catalogue.Parameter] {
        var table: [String: Catalogue.Parameter] = [:]
        table.reserveCapacity(256)
        let wanted = Array(series.utf8)
        for line in text.utf8.split(separator: UInt8(ascii: "\n")) where line.first != UInt8(ascii: "#") {
            let fields = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            guard fields.count == 11,
                fields[1].split(separator: UInt8(ascii: " ")).contains(where: { $0.elementsEqual(wanted) })
            else { continue }
            let parameter = parameter(fields)
            table[parameter.name] = parameter
        }
        return table
    }

    /// The fields: name, series, type, context, group, unit, default, min, max, values, indexed; `\N` is none.
    private static func parameter(_ fields: [Substring.UTF8View]) -> Catalogue.Parameter {
        func field(_ index: Int) -> String? {
            fields[index].elementsEqual([UInt8(ascii: "\\"), UInt8(ascii: "N")])
                ? nil : String(Substring(fields[index]))
        }
        func number(_ index: Int) -> Double { field(index).flatMap { Double($0) } ?? 0 }
        let name = field(0) ?? ""
        let group = field(4) ?? ""
        let isIndexed = field(10) == "on"
        let type: Catalogue.ValueType =
            switch field(2) {
            case _ where octal.contains(name): .octal(max: 0o777)
            case "bool": .bool
            // pgpool reads a long by way of a double, so it refuses what rounds up to 2⁶³.
            case "int", "long":
                .int(min: Int64(number(7)), max: Int64(min(number(8), 0x1p63.nextDown)), unit: field(5))
            case "double": .double(min: number(7), max: number(8))
            case "enum": .word((field(9) ?? "").split(separator: " ").map(String.init))
            case "string_list": .list
            default: .string
            }
        let declared = Catalogue.Context(rawValue: field(3) ?? "") ?? .restart
        return Catalogue.Parameter(
            name: name, type: type, context: fixedWhileInUse.contains(name) ? .restart : declared, group: group,
            defaultValue: field(6), isIndexed: isIndexed, indexIsOptional: isIndexed && group == optionalIndexGroup,
            isSecret: Catalogue.isSecret(name))
    }
}
