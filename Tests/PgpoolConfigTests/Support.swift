import ClusterSpec
import Diagnostics
import PgpoolConfig
import Testing
import YAMLDocument

/// All series, oldest first.
let allSeries = PgpoolVersion.knownSeries

/// The smallest spec that renders without a warning of its own, with more lines below.
func specText(_ more: String = "") -> String {
    """
    aurora: {writer: w.db, reader: r.db, max_connections: 1000}
    auth: {users: [{name: app, password_env: P}]}
    \(more)
    """
}

/// A spec that must be right.
func spec(_ text: String = specText()) throws -> ClusterSpec { try ClusterSpec(parsing: Array(text.utf8), file: "c") }

/// The settings of a spec with these parameters, one `key: value` a line from line 5.
func settings(
    parameters: String, _ version: PgpoolVersion = PgpoolVersion(4, 5), layout: Layout = .folder
) throws -> Settings {
    try Settings(spec(specText(parametersText(parameters))), version: version, layout: layout)
}

private func parametersText(_ parameters: String) -> String {
    (["pgpool:", "  parameters:"] + parameters.split(separator: "\n").map { "    \($0)" }).joined(separator: "\n")
}

/// What is wrong with these parameters, warnings included, as it is printed.
func problems(parameters: String, _ version: PgpoolVersion = PgpoolVersion(4, 5)) -> String {
    problems(specText(parametersText(parameters)), version)
}

/// What is wrong with the settings of a spec, warnings included, as it is printed.
func problems(_ text: String, _ version: PgpoolVersion = PgpoolVersion(4, 5)) -> String {
    do throws(DiagnosticsError) {
        let spec = try ClusterSpec(parsing: Array(text.utf8), file: "c")
        let settings = try Settings(spec, version: version, layout: .folder)
        return settings.warnings.map(\.description).joined(separator: "\n")
    } catch {
        return error.description
    }
}

/// The text that `write` returns, or why it refuses.
func written(_ write: () throws(Malformed) -> String) -> String {
    do throws(Malformed) {
        return try write()
    } catch {
        return (["refused: \(error.message)"] + error.notes.map { "note: \($0)" }).joined(separator: "\n")
    }
}

/// Every character that ASCII prints.
let printableASCII = (0x20...0x7E).map { Character(UnicodeScalar(UInt8($0))) }
