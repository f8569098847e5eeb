import Foundation
import HealthDecision
import Testing

@Suite struct StatusPageTests {
    /// What the page says, without its tags.
    private func text(_ snapshot: Snapshot) throws -> String {
        let page = StatusPage.render(snapshot)
        let body = String(try #require(page.split(separator: "<body>", maxSplits: 1).last))
        return body.replacing(/<\/(?:td|th|p|li|h\d|dd|small|span|b)>/, with: " ").replacing(/<[^>]*>/, with: "")
            .replacing(/\s+/, with: " ")
    }

    @Test(arguments: SampleSnapshot.names)
    func asksForNothingElse(_ name: String) throws {
        let page = StatusPage.render(try #require(SampleSnapshot.all[name]))
        #expect(!page.contains("<script"))
        #expect(!page.contains("src="))
        #expect(!page.contains("url("))
        #expect(!page.contains("@import"))
        #expect(!page.contains("http:"))
        #expect(!page.contains("https:"))
        #expect(page.ranges(of: "href=").count == 1)
        #expect(page.contains("<link rel=\"icon\" href=\"data:,\">"))
        #expect(page.contains("<meta http-equiv=\"refresh\" content=\"5\">"))
        #expect(page.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"))
    }

    @Test(arguments: SampleSnapshot.names)
    func closesEveryTag(_ name: String) throws {
        let page = StatusPage.render(try #require(SampleSnapshot.all[name]))
        let noEnd: Set<Substring> = ["meta", "link", "wbr", "!DOCTYPE"]
        var open: [Substring] = []
        for match in page.matches(of: /<(\/?)([!A-Za-z0-9]+)[^>]*?(\/?)>/) {
            let (_, slash, name, selfClosing) = match.output
            if noEnd.contains(name) || !selfClosing.isEmpty { continue }
            if slash.isEmpty { open.append(name) } else { #expect(open.popLast() == name) }
        }
        #expect(open == [])
    }

    @Test func isTheSameForTheSameSnapshot() {
        #expect(StatusPage.render(SampleSnapshot.rich) == StatusPage.render(SampleSnapshot.rich))
    }

    @Test func tellsTheStateAndWhy() throws {
        let page = try text(SampleSnapshot.saturated)
        #expect(page.contains("Saturated pgpool takes queries, and every child has one."))
        #expect(page.contains("For 1 min 11 s, since 2026-07-24 13:11:23 UTC"))
        #expect(page.contains("96 of 96 children have a session, and 2 are reserved: the next client is refused."))
        #expect(StatusPage.render(SampleSnapshot.saturated).contains("<title>Saturated – pgpool-aurora</title>"))
    }

    @Test func tellsTheAnswers() throws {
        let page = try text(SampleSnapshot.small)
        #expect(page.contains("live Is pgpool alive? Yes pgpool runs"))
        #expect(page.contains("replica Do reads reach a reader? No there is no reader"))
    }

    @Test func tellsTheNodes() throws {
        let page = try text(SampleSnapshot.small)
        #expect(page.contains("0 writer endpoint db.example:5432 writer 0 10.0.0.1"))
        #expect(page.contains("1 reader endpoint ro.example:5433 unknown 0.5 none"))
    }

    @Test func warnsOfANodeOfAnotherRoleThanItsEndpoint() {
        var snapshot = SampleSnapshot.rich
        snapshot.nodes[0].role = "reader"
        #expect(StatusPage.render(snapshot).contains("<span class=\"badge warning\">reader</span>"))
    }

    @Test func tellsTheProbes() throws {
        let page = try text(SampleSnapshot.small)
        #expect(page.contains("process pgpool&#39;s main process pgpool runs as process 42 150 µs 1.0 s 1 of 3"))
        #expect(page.contains("reader where reads go unknown: no session 1.0 s 2.5 s –"))
        #expect(!page.contains("your own checks"))
    }

    @Test func tellsTheHealsAndTheFooter() throws {
        let page = try text(SampleSnapshot.small)
        #expect(page.contains("Failovers acted upon2 "))
        #expect(page.contains("Last began2026-07-24 10:00:50 UTC 50 s ago"))
        #expect(page.contains("Last reasonthe writer moved"))
        #expect(page.contains("Version1.2.3"))
        #expect(page.contains("Configuration0123456789ab"))
        #expect(page.contains("Started2026-07-24 10:00:00 UTC"))
    }

    @Test func tellsTheDecisions() throws {
        let page = try text(SampleSnapshot.small)
        #expect(page.contains("2026-07-24 10:01:00 UTC 39 s ago Starting → to Ready it answers"))
    }

    @Test func tellsHowManyDecisionsItLeavesOut() throws {
        let page = StatusPage.render(SampleSnapshot.crowded)
        #expect(page.ranges(of: "class=\"change\"").count == 20)
        #expect(page.contains("And 37 older ones."))
    }

    @Test func saysWhatIsMissingOnAFreshStart() throws {
        let page = try text(SampleSnapshot.fresh)
        #expect(page.contains("There are no samples to plot yet."))
        #expect(page.contains("No nodes are known."))
        #expect(page.contains("Probes No probe has ended yet."))
        #expect(page.contains("The state has not changed yet."))
        #expect(page.contains("Configurationunknown"))
    }

    @Test func leavesOutTimesOutsideTheCalendar() throws {
        var snapshot = SampleSnapshot.small
        snapshot.startedAt = .nan
        #expect(!StatusPage.render(snapshot).contains("<time"))
    }

    // MARK: Escaping

    @Test func escapesWhatComesFromOutside() {
        let page = StatusPage.render(SampleSnapshot.hostile)
        let escaped = "a&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;b&#39; \\ c\nd\u{FFFD}e"
        #expect(page.contains("<li>\(escaped)</li>"))
        #expect(page.contains("<code>\(escaped):5432</code>"))
        // 4 answers, 1 reason, 8 findings, 4 texts of 2 nodes, 3 decisions, 1 heal, 1 version.
        #expect(page.ranges(of: escaped).count == 26)
        #expect(!page.contains("alert(\"1\")"))
    }

    @Test func escapesATagUnderACombiningMark() {
        var snapshot = SampleSnapshot.fresh
        snapshot.verdict.reasons = ["<\u{301}b>\u{202E}"]
        #expect(StatusPage.render(snapshot).unicodeScalars.contains("<li>&lt;\u{301}b&gt;\u{FFFD}</li>".unicodeScalars))
    }

    // MARK: The plot

    @Test func drawsStepsAndTheLimit() {
        var snapshot = SampleSnapshot.fresh
        snapshot.now = .seconds(30)
        snapshot.loads = [
            Snapshot.Load(at: .seconds(0), busy: 0, total: 10), Snapshot.Load(at: .seconds(10), busy: 5, total: 10),
            Snapshot.Load(at: .seconds(20), busy: 5, total: 10),
        ]
        let page = StatusPage.render(snapshot)
        #expect(page.contains("<path class=\"line\" d=\"M0 1000H333V569H1000\"/>"))
        #expect(page.contains("<path class=\"fill\" d=\"M0 1000V1000H333V569H1000V1000Z\"/>"))
        #expect(page.contains("<path class=\"limit\" d=\"M0 138H1000\"/>"))
        #expect(page.contains("<span style=\"bottom:86.2%\">10</span>"))
        #expect(page.contains("<span style=\"right:33.3%\">−10 s</span>"))
        #expect(page.contains("Children in use over the last 30 s: at least 0, at most 5."))
    }

    @Test func drawsNothingOverAGap() {
        var snapshot = SampleSnapshot.fresh
        snapshot.now = .seconds(100)
        snapshot.loads = [0, 10, 20, 80, 90, 100].map { Snapshot.Load(at: .seconds($0), busy: 0, total: 1) }
        #expect(StatusPage.render(snapshot).contains("<path class=\"line\" d=\"M0 1000H300M800 1000H1000\"/>"))
    }

    @Test func aSingleSampleIsToldInWords() throws {
        var snapshot = SampleSnapshot.fresh
        snapshot.now = .seconds(3)
        snapshot.loads = [Snapshot.Load(at: .seconds(1), busy: 3, total: 8)]
        #expect(try text(snapshot).contains("One sample so far: 3 of 8 in use, 2.0 s ago. A plot needs two."))
    }

    @Test(arguments: [0, 1, 3, 10, 32, 96, 400, 1000, 6000, 999_999_999])
    func labelsTheUprightAxisWithAFewRoundNumbers(_ total: Int) {
        var snapshot = SampleSnapshot.fresh
        snapshot.loads = [0, 1].map { Snapshot.Load(at: .seconds($0), busy: 0, total: total) }
        let labels = StatusPage.render(snapshot).matches(of: /<span style="bottom:[0-9.]+%">([0-9,]+)</)
        #expect((1...6).contains(labels.count))
        #expect(labels.count >= min(total, 2))
    }

    @Test(arguments: [1, 2, 7, 59, 60, 61, 300, 600, 900, 3600, 86400, 10_000_000])
    func labelsTheTimeAxisWithAFewRoundTimes(_ seconds: Int) {
        var snapshot = SampleSnapshot.fresh
        snapshot.loads = [0, seconds].map { Snapshot.Load(at: .seconds($0), busy: 0, total: 1) }
        let labels = StatusPage.render(snapshot).matches(of: /<span style="right:[0-9.]+%">/)
        #expect((1...4).contains(labels.count))
    }

    @Test func oddSamplesDoNoHarm() {
        var snapshot = SampleSnapshot.fresh
        snapshot.loads = [(5, -3, -1), (2, Int.min, 4), (5, 7, 2), (6, 0, 0)].map {
            Snapshot.Load(at: .seconds($0), busy: $1, total: $2)
        }
        #expect(StatusPage.render(snapshot).contains("<svg viewBox=\"0 0 1000 1000\""))
        snapshot.loads.append(Snapshot.Load(at: .seconds(9), busy: Int.max, total: 1))
        #expect(!StatusPage.render(snapshot).contains("<svg viewBox=\"0 0 1000 1000\""))
    }
}
