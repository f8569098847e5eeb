import AWSClient
package import FoundationEssentials

/// The tags by which builds know what is theirs.
package enum BuildTags {
    package static let buildID = "pgpool-aurora:build-id"
    /// When nobody needs it any more, unless it is published.
    package static let expires = "pgpool-aurora:expires"
    /// Over what decides the content of an image.
    package static let digest = "pgpool-aurora:digest"
    /// When the image was found to be good; it and its snapshots stay.
    package static let published = "pgpool-aurora:published"

    /// As the tags have a time: `2026-11-22T20:03:12Z`.
    package static func text(_ time: Date) -> String { time.formatted(Date.ISO8601FormatStyle(timeZone: .gmt)) }

    /// Nil for what is no time.
    package static func time(_ text: String?) -> Date? {
        text.flatMap { try? Date($0, strategy: Date.ISO8601FormatStyle(timeZone: .gmt)) }
    }
}
