package import FoundationEssentials

/// An image's name from its template in the spec.
package struct ImageName: Sendable {
    package var pgpool: String
    package var time: Date
    package var architecture: String
    package var base: String
    package var digest: String

    package init(pgpool: String, time: Date, architecture: String, base: String, digest: String) {
        self.pgpool = pgpool
        self.time = time
        self.architecture = architecture
        self.base = base
        self.digest = digest
    }

    /// The template with its placeholders filled in. What a name cannot carry becomes a hyphen.
    package func fill(_ template: String) -> String {
        let stamp = time.formatted(Date.ISO8601FormatStyle(timeZone: .gmt)).filter { $0 != "-" && $0 != ":" }
        let values = [
            "pgpool": pgpool, "time": stamp, "architecture": architecture, "base": base,
            "digest": String(digest.prefix(12)),
        ]
        let text = values.reduce(template) { $0.replacing("{\($1.key)}", with: $1.value) }
        return String(text.map { ImageName.isLegal($0) ? $0 : "-" })
    }

    /// Whether EC2 takes it in the name of an image.
    private static func isLegal(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "()[] ./-'@_".contains(character))
    }

    /// What is wrong with a name; nil if nothing is. Source: `CreateImage` in EC2's API reference.
    package static func objection(to name: String) -> String? {
        (3...128).contains(name.count) ? nil : "'\(name)' has \(name.count) characters; an AMI's name has 3 to 128"
    }
}
