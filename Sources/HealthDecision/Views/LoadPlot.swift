/// The children in use over the last minutes, as a drawing.
///
/// The drawing stretches with the page, so its labels are HTML beside it and keep their size.
struct LoadPlot {
    private let loads: [Snapshot.Load]
    private let start: Duration
    private let end: Duration
    /// The greatest number that the drawing has to hold.
    private let peak: Int

    /// nil when there are not two samples at two times, or a number is no number of children.
    init?(_ loads: [Snapshot.Load], now: Duration) {
        guard let first = loads.first, let last = loads.last, loads.count > 1, last.at > first.at else { return nil }
        self.loads = loads
        start = first.at
        end = max(now, last.at)
        peak = loads.map { max($0.busy, $0.total) }.max() ?? 0
        guard peak < 1_000_000_000 else { return nil }
    }

    var figure: Markup {
        let busy = loads.map(\.busy)
        let span = (end - start).spoken
        let least = busy.min() ?? 0
        let most = busy.max() ?? 0
        let last = loads.last?.busy ?? 0
        let limit = loads.last?.total ?? 0
        return """
            <figure class="plot">
            <div class="frame">
            <div class="y" aria-hidden="true">\(counts.map(countLabel))</div>
            <div class="area">
            <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" aria-labelledby="plot-title plot-desc">
            <title id="plot-title">Children in use over the last \(span)</title>
            <desc id="plot-desc">At least \(least), at most \(most), last \(last); the limit is \(limit).</desc>
            <path class="grid" d="\(grid)"/>
            <path class="fill" d="\(runs(\.busy).map(\.area).joined())"/>
            <path class="line" d="\(runs(\.busy).map(\.line).joined())"/>
            <path class="limit" d="\(runs(\.total).map(\.line).joined())"/>
            </svg>
            <span class="limit-label" style="bottom:\(percent(limit))%" aria-hidden="true">limit \(limit)</span>
            </div>
            <div class="x" aria-hidden="true">\(times.map(timeLabel))<span class="now">now</span></div>
            </div>
            <figcaption>Children in use over the last \(span): at least \(least), at most \(most). \
            The dashed line is the limit, \(limit).</figcaption>
            </figure>
            """
    }

    // MARK: Labels

    /// Round numbers for the labels of the upright axis, no more than six.
    private var counts: [Int] {
        var scale = 1
        while scale * 50 < peak { scale *= 10 }
        let steps = [1, 2, 5, 10, 20, 25, 50].map { $0 * scale }
        let step = steps.first { peak / $0 <= 5 } ?? scale * 50
        return Array(stride(from: 0, through: peak, by: step))
    }

    private func countLabel(_ count: Int) -> Markup {
        "<span style=\"bottom:\(percent(count))%\">\(count.grouped)</span>"
    }

    /// Round times before the end, in seconds, no more than four.
    private var times: [Int64] {
        let span = (end - start).components.seconds
        let steps: [Int64] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]
        let step = steps.first { span / $0 <= 4 } ?? span / 4
        return Array(stride(from: step, through: span, by: Int64.Stride(step)))
    }

    private func timeLabel(_ seconds: Int64) -> Markup {
        let text =
            switch seconds {
            case ..<60: "\(seconds) s"
            case ..<3600 where seconds.isMultiple(of: 60): "\(seconds / 60) min"
            case ..<3600: "\(seconds / 60):\(seconds % 60 < 10 ? "0" : "")\(seconds % 60)"
            default: "\(seconds / 3600) h"
            }
        let right = (Duration.seconds(seconds) / (end - start) * 1000).rounded() / 10
        return "<span style=\"right:\(right.decimal ?? "0")%\">\u{2212}\(text)</span>"
    }

    // MARK: Lines

    private var grid: String { counts.map { "M0 \(y($0))H1000" }.joined() }

    /// Above the greatest number there is room for the limit's label.
    private var top: Double { Double(max(peak, 1)) * 1.16 }

    private func percent(_ count: Int) -> String { ((Double(count) / top * 1000).rounded() / 10).decimal ?? "0" }

    private func y(_ count: Int) -> Int { 1000 - Int((Double(max(0, count)) / top * 1000).rounded()) }

    private func x(_ time: Duration) -> Int {
        Int(min(1000, max(0, (time - start) / (end - start) * 1000)).rounded())
    }

    /// A part of the drawing without a gap.
    private struct Run {
        var line: String
        var firstX: Int
        var lastX: Int
        var lastY: Int

        var area: String { "M\(firstX) 1000V" + line.drop { $0 != " " }.dropFirst() + "V1000Z" }
    }

    /// Steps: a number holds until the next sample, but not over a time that nothing is known of.
    private func runs(_ number: (Snapshot.Load) -> Int) -> [Run] {
        let distances = zip(loads, loads.dropFirst()).map { $1.at - $0.at }.sorted()
        let longest = distances[distances.count / 2] * 4
        var runs: [Run] = []
        for (index, load) in loads.enumerated() {
            let next = index + 1 < loads.count ? loads[index + 1].at : end
            let hasGap = next - load.at > longest
            let endX = x(hasGap ? load.at + longest / 4 : next)
            let height = y(number(load))
            let followsGap = index > 0 && load.at - loads[index - 1].at > longest
            if var run = runs.last, !followsGap {
                // A number that stays the same needs no new corner.
                if height != run.lastY { run.line += "H\(run.lastX)V\(height)" }
                run.lastX = endX
                run.lastY = height
                runs[runs.count - 1] = run
            } else {
                runs.append(Run(line: "M\(x(load.at)) \(height)", firstX: x(load.at), lastX: endX, lastY: height))
            }
        }
        return runs.map { run in
            var run = run
            run.line += "H\(run.lastX)"
            return run
        }
    }
}
