/// A version of Pgpool-II: a series such as 4.5, or a release such as 4.5.12.
package struct PgpoolVersion: Hashable, Sendable {
    package var major: Int
    package var minor: Int
    /// The release within the series; nil when only the series is known.
    package var patch: Int?

    package init(_ major: Int, _ minor: Int, _ patch: Int? = nil) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// The series that we know, oldest first.
    package static let knownSeries: [PgpoolVersion] = (2...7).map { PgpoolVersion(4, $0) }
    /// The newest series that we know.
    package static let newest = PgpoolVersion(4, 7)

    /// The series alone, as `4.5`.
    package var series: String { "\(major).\(minor)" }

    /// Reads `4.5` or `4.5.12`.
    package static func parse(_ text: String) throws(Malformed) -> PgpoolVersion {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int(part) : nil
        }
        guard numbers.count == parts.count, (2...3).contains(numbers.count) else {
            throw Malformed(
                "'\(Parse.excerpt(text))' is not a version of Pgpool-II",
                notes: ["write a release such as 4.5.12, or a series such as 4.5"])
        }
        let version = PgpoolVersion(numbers[0], numbers[1], numbers.count == 3 ? numbers[2] : nil)
        guard knownSeries.contains(PgpoolVersion(version.major, version.minor)) else {
            throw Malformed(
                "Pgpool-II \(version.series) is not a series that this tool knows",
                notes: ["known are \(knownSeries.map(\.series).joined(separator: ", "))"])
        }
        return version
    }
}

extension PgpoolVersion: CustomStringConvertible {
    package var description: String { patch.map { "\(series).\($0)" } ?? series }
}

extension PgpoolVersion {
    /// Whether this version belongs to `series` or a later one.
    package func isAtLeast(_ major: Int, _ minor: Int) -> Bool { (self.major, self.minor) >= (major, minor) }

    /// The first release of each series in which CVE-2025-46801, an authentication bypass, is mended.
    /// Source: Pgpool-II's release notes.
    package static let firstMended: [Int: Int] = [2: 22, 3: 15, 4: 12, 5: 7, 6: 1, 7: 0]

    /// Whether CVE-2025-46801 is known to be open in this upstream release. A series without a release counts as mended:
    /// nothing is known of it.
    package var hasAuthenticationBypass: Bool {
        guard let patch, let floor = PgpoolVersion.firstMended[minor] else { return false }
        return patch < floor
    }
}
