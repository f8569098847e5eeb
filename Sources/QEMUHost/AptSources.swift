import AWSClient

/// Where a machine's apt gets Debian from, as far as it tells where another release of it is.
package struct AptSources: Hashable, Sendable {
    /// Without a slash at the end.
    package var archive: String
    package var security: String

    /// Debian's own.
    package static let standard = AptSources(
        archive: "http://deb.debian.org/debian", security: "http://deb.debian.org/debian-security")

    package init(archive: String, security: String) {
        self.archive = archive
        self.security = security
    }

    /// Reads the files of `/etc/apt`, by their names; what they do not say is Debian's own.
    package init(files: [String: String]) {
        self = .standard
        let entries = files.sorted { $0.key < $1.key }.flatMap { name, text in
            name.hasSuffix(".sources") ? AptSources.stanzas(of: text) : AptSources.lines(of: text)
        }.filter { $0.components.contains("main") }
        if let entry = entries.first(where: { entry in entry.suites.contains { AptSources.isRelease($0) } }) {
            archive = entry.address
        }
        if let entry = entries.first(where: { entry in entry.suites.contains { $0.hasSuffix("-security") } }) {
            security = entry.address
        }
    }

    /// The lines of a sources.list for a release.
    package func lines(for suite: String) -> [String] {
        [
            "deb \(archive) \(suite) main", "deb \(archive) \(suite)-updates main",
            "deb \(security) \(suite)-security main",
        ]
    }

    private struct Entry {
        var address: String
        var suites: [String]
        var components: [String]

        /// Nil for what is of no use in a guest: media, mirror lists, mirrors of this machine's own, and addresses with a
        /// password in them, which would be in the image.
        init?(_ addresses: [String], _ suites: [String], _ components: [String]) {
            guard let address = addresses.first(where: { $0.hasPrefix("http://") || $0.hasPrefix("https://") }),
                let url = HTTPURL(address), !address.contains("@"), url.host != "localhost", url.host != "::1",
                !url.host.hasPrefix("127.")
            else { return nil }
            self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
            self.suites = suites
            self.components = components
        }
    }

    /// Debian's, by their names: other archives have other ones, or paths.
    private static func isRelease(_ suite: String) -> Bool {
        ["bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable", "oldstable"].contains(suite)
    }

    /// The format of one line an entry. Source: sources.list(5).
    private static func lines(of text: String) -> [Entry] {
        text.split(separator: "\n").compactMap { line in
            var words = line.prefix { $0 != "#" }.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard words.first == "deb" else { return nil }
            words.removeFirst()
            if words.first?.hasPrefix("[") == true {
                guard let end = words.firstIndex(where: { $0.hasSuffix("]") }) else { return nil }
                words.removeSubrange(...end)
            }
            guard words.count >= 3 else { return nil }
            return Entry([words[0]], [words[1]], Array(words[2...]))
        }
    }

    /// The format of stanzas. Source: sources.list(5).
    private static func stanzas(of text: String) -> [Entry] {
        var entries: [Entry] = []
        var fields: [String: [String]] = [:]
        var last = ""
        func end() {
            defer { fields = [:] }
            guard fields["types"]?.contains("deb") == true, fields["enabled"]?.first?.lowercased() != "no" else {
                return
            }
            entries += [Entry(fields["uris"] ?? [], fields["suites"] ?? [], fields["components"] ?? [])]
                .compactMap(\.self)
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard !line.hasPrefix("#") else { continue }
            guard !line.allSatisfy(\.isWhitespace) else {
                end()
                continue
            }
            var value = line
            if let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false {
                last = line[..<colon].lowercased()
                value = line[line.index(after: colon)...]
            }
            fields[last, default: []] += value.split(whereSeparator: \.isWhitespace).map(String.init)
        }
        end()
        return entries
    }
}
