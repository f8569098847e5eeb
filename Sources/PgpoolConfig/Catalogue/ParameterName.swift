package import ClusterSpec
import Diagnostics

/// A parameter that changed its name.
package struct ParameterRename: Sendable {
    package var old: String
    package var new: String
    /// The first minor of series 4 that knows the new name.
    package var since: Int
}

extension ParameterRename {
    /// The renames up to 4.7. Source: Pgpool-II's release notes.
    package static let all: [ParameterRename] = [
        ParameterRename(old: "socket_dir", new: "unix_socket_directories", since: 4),
        ParameterRename(old: "logdir", new: "work_dir", since: 7),
        ParameterRename(old: "delegate_IP", new: "delegate_ip", since: 4),
        ParameterRename(old: "fail_over_on_backend_error", new: "failover_on_backend_error", since: 0),
        ParameterRename(old: "black_query_pattern_list", new: "primary_routing_query_pattern_list", since: 2),
        ParameterRename(old: "white_function_list", new: "read_only_function_list", since: 2),
        ParameterRename(old: "black_function_list", new: "write_function_list", since: 2),
        ParameterRename(old: "white_memqcache_table_list", new: "cache_safe_memqcache_table_list", since: 2),
        ParameterRename(old: "black_memqcache_table_list", new: "cache_unsafe_memqcache_table_list", since: 2),
        ParameterRename(old: "follow_master_command", new: "follow_primary_command", since: 2),
    ]
}

/// A parameter's name as a user wrote it, resolved for one version.
package struct ResolvedName: Sendable {
    /// The name that this version reads, with its index.
    package var name: String
    package var index: Int?
    package var parameter: Catalogue.Parameter
    /// What the user wrote, where that is another version's name.
    package var renamedFrom: String?
}

/// Why a name is not a parameter of a version.
package enum NameError: Error, Sendable {
    case unknown(nearest: String?)
    /// Other series know it.
    case otherSeries([String])
    case needsIndex
    case hasIndex
}

extension Catalogue {
    /// The highest number of a backend or watchdog node; pgpool's arrays end there (`MAX_NUM_BACKENDS` is 128).
    package static let highestIndex = 127

    /// Finds the parameter that `name` means in `version`; an older or newer version's name becomes this version's.
    /// Nil when the version has none; why is for `resolve` to say, which has to look at every series for it.
    func find(_ name: String, in version: PgpoolVersion) throws(NameError) -> ResolvedName? {
        if let found = try direct(name, in: version) {
            // A name that still works beside its successor is written as the successor.
            if let rename = ParameterRename.all.first(where: { $0.old == name && version.isAtLeast(4, $0.since) }),
                let parameter = parameter(named: rename.new, in: version)
            {
                return ResolvedName(name: rename.new, parameter: parameter, renamedFrom: name)
            }
            return found
        }
        for rename in ParameterRename.all {
            let pair = rename.old == name ? rename.new : rename.new == name ? rename.old : nil
            guard let pair, let parameter = parameter(named: pair, in: version) else { continue }
            return ResolvedName(name: pair, parameter: parameter, renamedFrom: name)
        }
        return nil
    }

    /// Finds the parameter that `name` means in `version`, or says why there is none.
    package func resolve(_ name: String, in version: PgpoolVersion) throws(NameError) -> ResolvedName {
        if let found = try find(name, in: version) { return found }
        let (base, _) = Catalogue.splitIndex(name)
        let known = series(of: name).isEmpty ? series(of: base) : series(of: name)
        guard known.isEmpty else { throw .otherSeries(known) }
        throw .unknown(nearest: nearestName(to: name, in: nameSuggestions(for: name, in: version)))
    }

    private func direct(_ name: String, in version: PgpoolVersion) throws(NameError) -> ResolvedName? {
        if let parameter = parameter(named: name, in: version) {
            guard !parameter.isIndexed || parameter.indexIsOptional else { throw .needsIndex }
            return ResolvedName(name: name, parameter: parameter)
        }
        let (base, index) = Catalogue.splitIndex(name)
        guard let index, let parameter = parameter(named: base, in: version) else { return nil }
        guard parameter.isIndexed else { throw .hasIndex }
        guard index <= Catalogue.highestIndex else { return nil }
        return ResolvedName(name: "\(base)\(index)", index: index, parameter: parameter)
    }

    private func nameSuggestions(for name: String, in version: PgpoolVersion) -> [String] {
        let (_, index) = Catalogue.splitIndex(name)
        return parameters(of: version).map { $0.isIndexed ? $0.name + (index.map(String.init) ?? "0") : $0.name }
    }

    /// Splits the digits off the end of a name.
    static func splitIndex(_ name: String) -> (base: String, index: Int?) {
        let digits = name.utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
        guard digits > 0, digits < name.utf8.count else { return (name, nil) }
        let suffix = name.suffix(digits)
        guard digits == 1 || !suffix.hasPrefix("0") else { return (name, nil) }
        return (String(name.dropLast(digits)), Int(suffix))
    }
}
