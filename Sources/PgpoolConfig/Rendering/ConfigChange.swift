package import ClusterSpec

/// What differs between two sets of files, and what pgpool and the doctor need for it.
package struct ConfigChange: Sendable {
    /// What a program needs for a change, the stronger the greater.
    package enum Action: Int, Comparable, Sendable {
        case none
        case reload
        case restart

        package static func < (first: Action, second: Action) -> Bool { first.rawValue < second.rawValue }
    }

    /// One key of pgpool.conf or pgdoctor.cfg whose value differs.
    package struct Key: Hashable, Sendable {
        package var name: String
        /// nil where the key is not there.
        package var old: String?
        package var new: String?
        package var action: Action
    }

    /// The files whose bytes differ.
    package var files: [String]
    package var keys: [Key]
    /// The users whose password differs, is new, or is gone.
    package var users: [String]
    package var pgpool: Action
    package var doctor: Action

    /// Compares two sets of files by the readers that mirror the programs'; comments count for nothing.
    package static func between(
        _ old: [String: [UInt8]], _ new: [String: [UInt8]], version: PgpoolVersion
    ) -> ConfigChange {
        let files = Rendering.fileNames.filter { old[$0] != new[$0] }
        let keys = changedSettings(old, new, version: version)
        let users = changedUsers(old, new)
        var pgpool = keys.map(\.action).max() ?? .none
        let hbaDiffers = records(old) != records(new)
        if hbaDiffers || !users.isEmpty || order(old) != order(new) { pgpool = max(pgpool, .reload) }
        var doctor = Action.none
        // pcp.conf is read again by pgpool at each login; the doctor keeps the hash.
        let watched = [PgdoctorFile.name, PassFile.name, PCPConfFile.name]
        if files.contains(where: watched.contains) { doctor = .reload }
        if values(old)["http_port"] != values(new)["http_port"] { doctor = .restart }
        return ConfigChange(files: files, keys: keys, users: users, pgpool: pgpool, doctor: doctor)
    }

    private static func changedSettings(
        _ old: [String: [UInt8]], _ new: [String: [UInt8]], version: PgpoolVersion
    ) -> [Key] {
        let name = PgpoolConfFile.name
        let before = PgpoolConfFile.read(old[name] ?? [], file: name).values
        let after = PgpoolConfFile.read(new[name] ?? [], file: name).values
        return Set(before.keys).union(after.keys).sorted().compactMap { key in
            guard before[key] != after[key] else { return nil }
            // A key that the version does not know does nothing, and may be a piece of a secret.
            guard let name = try? Catalogue.shared.find(key, in: version) else { return nil }
            let action = name.parameter.context == .restart ? Action.restart : .reload
            return Key(name: key, old: before[key], new: after[key], action: action)
        }
    }

    private static func records(_ files: [String: [UInt8]]) -> [PoolHBAFile.Record] {
        PoolHBAFile.read(files[PoolHBAFile.name] ?? [], file: PoolHBAFile.name).records.map { record in
            var record = record
            record.line = 0
            return record
        }
    }

    private static func secrets(_ files: [String: [UInt8]]) -> [String: String] {
        Dictionary(
            PoolPasswdFile.read(files[PoolPasswdFile.name] ?? []).map { ($0.user, $0.secret.text) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func order(_ files: [String: [UInt8]]) -> [String] {
        PoolPasswdFile.read(files[PoolPasswdFile.name] ?? []).map(\.user)
    }

    private static func changedUsers(_ old: [String: [UInt8]], _ new: [String: [UInt8]]) -> [String] {
        let before = secrets(old)
        let after = secrets(new)
        return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
    }

    private static func values(_ files: [String: [UInt8]]) -> [String: String] {
        PgdoctorFile.read(files[PgdoctorFile.name] ?? []).values
    }
}

extension PoolPasswdFile.Entry.Secret {
    /// The entry's text, for comparing.
    fileprivate var text: String {
        switch self {
        case .clearText(let password): "TEXT" + password.clearText
        case .md5(let text), .aes(let text), .scram(let text): text
        }
    }
}
