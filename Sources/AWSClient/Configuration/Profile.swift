import Diagnostics

/// What the shared files say about one profile.
package struct Profile: Sendable {
    package let name: String
    /// Its section of the config file.
    package private(set) var config: INIFile.Section?
    /// Its section of the credentials file.
    package var credentials: INIFile.Section?

    package init(name: String) {
        self.name = name
    }

    /// A setting of either file; the credentials file wins. An empty one is as good as none.
    package subscript(key: String) -> INIFile.Setting? {
        let setting = credentials?.settings[key] ?? config?.settings[key]
        return setting?.value.isEmpty == false ? setting : nil
    }

    /// Adds a section, since `[default]` and `[profile default]` are the same profile.
    mutating func addConfig(_ section: INIFile.Section) throws(DiagnosticsError) {
        guard let old = config else {
            config = section
            return
        }
        for (key, setting) in section.settings {
            guard let other = old.settings[key] else { continue }
            let (first, second) = [other.location, setting.location].sortedByLine()
            throw DiagnosticsError(
                Diagnostic(
                    .error, at: second, key: "profile \(name)", "the setting \(key) is there twice",
                    notes: ["The first one is at line \(first.line)."]))
        }
        config?.settings.merge(section.settings) { old, _ in old }
    }
}

extension [SourceLocation] {
    fileprivate func sortedByLine() -> (SourceLocation, SourceLocation) {
        self[0].line <= self[1].line ? (self[0], self[1]) : (self[1], self[0])
    }
}
