package import ClusterSpec
import Diagnostics
import FoundationEssentials

/// Every parameter of Pgpool-II 4.2 to 4.7, as its source declares them.
///
/// The data are `pgpool-parameters.json` (read from `src/config/pool_config_variables.c` at the releases that the file
/// names); names that changed between series are in `ParameterRename`.
package struct Catalogue: Sendable {
    /// When a changed value takes effect.
    package enum Context: String, Sendable, Codable {
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
        /// The series that know it, such as `4.5`.
        package var series: [String]

        /// Whether its value is a secret, which nothing shows.
        package var isSecret: Bool { Catalogue.isSecret(name) }
    }

    /// Whether a parameter of this name, with or without an index, holds a secret.
    package static func isSecret(_ name: String) -> Bool { name.contains("_password") || name == "wd_authkey" }

    /// The catalogue, decoded once.
    package static let shared = Catalogue()

    private let rows: [String: Row]

    private init() {
        guard let text = EmbeddedFiles.all.first(where: { $0.path.hasSuffix("pgpool-parameters.json") })?.text,
            let file = try? JSONDecoder().decode(File.self, from: Data(text.utf8))
        else { preconditionFailure("the embedded pgpool-parameters.json cannot be read") }
        rows = file.parameters
    }

    /// All parameters that a series knows, by name.
    package func parameters(of version: PgpoolVersion) -> [Parameter] {
        rows.keys.sorted().compactMap { parameter(named: $0, in: version) }
    }

    /// The parameter of exactly this name, without an index, as a series knows it.
    package func parameter(named name: String, in version: PgpoolVersion) -> Parameter? {
        guard let row = rows[name], row.versions.contains(version.series) else { return nil }
        return row.parameter(name, series: version.series)
    }

    /// The series that know a parameter of this name; empty when none does.
    package func series(of name: String) -> [String] { rows[name]?.versions ?? [] }

    /// All names of all series.
    package var names: [String] { rows.keys.sorted() }
}

extension Catalogue {
    private struct File: Decodable {
        var parameters: [String: Row]
    }

    /// A default as JSON has it: text, number, truth value or nothing.
    private enum DefaultValue: Decodable {
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let value = try? container.decode(Bool.self) {
                self = .text(value ? "on" : "off")
            } else if let value = try? container.decode(Int64.self) {
                self = .text(String(value))
            } else if let value = try? container.decode(Double.self) {
                self = .text(String(value))
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        var text: String {
            switch self {
            case .text(let text): text
            }
        }
    }

    private struct Row: Decodable {
        struct Difference: Decodable {
            var type: String?
            var context: Context?
            var group: String?
            var unit: String?
            var `default`: DefaultValue?
            var max: Double?
            var values: [String]?
        }
        var type: String
        var context: Context
        var group: String
        var `default`: DefaultValue?
        var unit: String?
        var min: Double?
        var max: Double?
        var values: [String]?
        var indexed: Bool?
        var versions: [String]
        var differs: [String: Difference]?

        /// Written in octal in pgpool.conf, and declared so in the source; the data hold the octal digits.
        static let octal: Set<String> = ["log_file_mode", "unix_socket_permissions"]
        /// The source declares these reloadable, but a reload refuses to change them for a node that is in use
        /// (`BackendHostAssignFunc` and its kin): only a restart does. Seen on 4.3.5.
        static let fixedWhileInUse: Set<String> = ["backend_hostname", "backend_port", "backend_data_directory"]
        /// These stand without an index too, as the value of all nodes.
        static let optionalIndexGroup = "health_check"

        func parameter(_ name: String, series: String) -> Parameter {
            let change = differs?[series]
            let low = min ?? 0
            let high = change?.max ?? max ?? 0
            let type: ValueType =
                switch change?.type ?? self.type {
                case _ where Row.octal.contains(name): .octal(max: 0o777)
                case "bool": .bool
                case "int", "long": .int(min: Int64(low), max: Row.bound(high), unit: change?.unit ?? unit)
                case "double": .double(min: low, max: high)
                case "enum": .word(change?.values ?? values ?? [])
                case "string_list": .list
                default: .string
                }
            return Parameter(
                name: name, type: type,
                context: Row.fixedWhileInUse.contains(name) ? .restart : change?.context ?? context, group: group,
                defaultValue: change?.default?.text ?? self.default?.text, isIndexed: indexed ?? false,
                indexIsOptional: indexed == true && group == Row.optionalIndexGroup, series: versions)
        }

        /// pgpool reads a long by way of a double, so it refuses what rounds up to 2⁶³; the largest that it takes is
        /// the double below.
        private static func bound(_ value: Double) -> Int64 { Int64(Swift.min(value, 0x1p63.nextDown)) }
    }
}
