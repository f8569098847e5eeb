import ClusterSpec
import Testing

@Suite struct PgpoolVersionTests {
    @Test func readsSeriesAndReleases() throws {
        #expect(try PgpoolVersion.parse("4.5") == PgpoolVersion(4, 5))
        #expect(try PgpoolVersion.parse("4.5.12") == PgpoolVersion(4, 5, 12))
        #expect(try PgpoolVersion.parse("4.7.0") == PgpoolVersion(4, 7, 0))
        #expect(PgpoolVersion(4, 5).description == "4.5")
        #expect(PgpoolVersion(4, 5, 12).description == "4.5.12")
        #expect(PgpoolVersion(4, 5, 12).series == "4.5")
    }

    @Test(arguments: ["''", "4", "4.5.1.2", "4.x", "v4.5", "'4.5 '", "4..5", "-4.5", "'4.5.12-1'", "latest"])
    func whatIsNoVersionIsReported(_ text: String) {
        let shown = text.filter { $0 != "'" }
        #expect(
            findings(in: "pgpool: {version: \(text)}") == """
                c:1:19: error: [pgpool.version] '\(shown)' is not a version of Pgpool-II
                c:1:19: note: write a release such as 4.5.12, or a series such as 4.5
                """)
    }

    @Test(arguments: ["4.1", "4.8", "3.7.2", "5.0"])
    func aSeriesThatIsNotKnownIsReported(_ text: String) {
        let series = text.split(separator: ".").prefix(2).joined(separator: ".")
        #expect(
            findings(in: "pgpool: {version: '\(text)'}") == """
                c:1:19: error: [pgpool.version] Pgpool-II \(series) is not a series that this tool knows
                c:1:19: note: known are 4.2, 4.3, 4.4, 4.5, 4.6, 4.7
                """)
    }

    /// Pgpool-II's release notes: CVE-2025-46801.
    @Test(arguments: [(2, 22), (3, 15), (4, 12), (5, 7), (6, 1)])
    func theAuthenticationBypassIsOpenBelowTheFloorOfEachSeries(_ minor: Int, _ floor: Int) {
        #expect(PgpoolVersion(4, minor, 0).hasAuthenticationBypass)
        #expect(PgpoolVersion(4, minor, floor - 1).hasAuthenticationBypass)
        #expect(!PgpoolVersion(4, minor, floor).hasAuthenticationBypass)
        #expect(!PgpoolVersion(4, minor, floor + 1).hasAuthenticationBypass)
        #expect(!PgpoolVersion(4, minor).hasAuthenticationBypass)
    }

    @Test func theNewestSeriesNeverHadTheBypass() {
        #expect(!PgpoolVersion(4, 7, 0).hasAuthenticationBypass)
    }

    @Test func knowsEverySeriesFromTheOldestToTheNewest() {
        #expect(PgpoolVersion.knownSeries.map(\.series) == ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7"])
        #expect(PgpoolVersion.newest == PgpoolVersion.knownSeries.last)
    }
}
