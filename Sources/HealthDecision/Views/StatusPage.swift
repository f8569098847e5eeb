/// The page for people: one HTML document that asks for nothing else.
///
/// It works under `default-src 'none'; style-src 'unsafe-inline'; img-src data:`.
package enum StatusPage {
    package static let contentType = "text/html; charset=utf-8"

    package static func render(_ snapshot: Snapshot) -> String {
        let state = snapshot.verdict.state
        let now = snapshot.calendarTime(at: snapshot.now)
        let page: Markup = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="robots" content="noindex">
            <meta http-equiv="refresh" content="5">
            <title>\(state.title) \u{2013} pgpool-aurora</title>
            <link rel="icon" href="data:,">
            <style>
            \(StatusPageStyle.css)
            </style>
            </head>
            <body>
            <header>
            <p class="brand">pgpool-aurora <span>doctor</span></p>
            <p class="made">\(now.map { "\(time($0)) \u{B7} " as Markup })renewed every 5 s</p>
            </header>
            <main>
            \(hero(snapshot))
            \(answers(snapshot.verdict))
            <div class="pair">
            \(children(snapshot))
            \(heals(snapshot))
            </div>
            \(nodes(snapshot.nodes))
            \(probes(snapshot))
            \(decisions(snapshot))
            </main>
            \(footer(snapshot))
            </body>
            </html>

            """
        return page.html
    }

    // MARK: State

    private static func hero(_ snapshot: Snapshot) -> Markup {
        let verdict = snapshot.verdict
        let reasons = verdict.reasons.map { "<li>\($0)</li>\n" as Markup }
        return """
            <section class="hero \(verdict.state.outcome.rawValue)" aria-label="State">
            \(icon(verdict.state.outcome))
            <h1>\(verdict.state.title)</h1>
            <div>
            <p>\(verdict.state.words)</p>
            <p class="since">For \(snapshot.age(of: verdict.since).spoken)\
            \(snapshot.calendarTime(at: verdict.since).map { ", since \(time($0))" as Markup })</p>
            \(reasons.isEmpty ? nil : "<ul class=\"reasons\">\n\(reasons)</ul>" as Markup)
            </div>
            </section>
            """
    }

    private static func answers(_ verdict: Verdict) -> Markup {
        let tiles: [Markup] = Question.allCases.compactMap { question in
            guard let answer = verdict.answers[question] else { return nil }
            return """
                <li class="\(answer.isYes ? "good" : "bad")">
                <p class="question"><b>\(question.rawValue)</b> \(question.words)</p>
                <p class="answer">\(icon(answer.isYes ? .good : .bad))\(answer.isYes ? "Yes" : "No")</p>
                <p class="reason">\(answer.reason)</p>
                </li>

                """
        }
        let body: Markup = tiles.isEmpty ? empty("There are no answers yet.") : "<ul class=\"tiles\">\n\(tiles)</ul>"
        return section("answers", "What load balancers are told", body)
    }

    // MARK: Children

    private static func children(_ snapshot: Snapshot) -> Markup {
        var parts: [Markup] = []
        if let children = snapshot.evidence.children {
            let pool = children.poolSize > 0 ? "\(children.pooled.grouped) of \(children.poolSize.grouped)" : nil
            let facts: [(String, String?)] = [
                ("Free", children.free.grouped), ("Reserved", children.reserved > 0 ? children.reserved.grouped : nil),
                ("Pool entries in use", pool),
            ]
            parts.append(
                """
                <p class="big"><b>\(children.busy.grouped)</b> of \(children.total.grouped) in use\
                \(children.isSaturated ? "<span class=\"badge warning\">saturated</span>" as Markup : nil)</p>
                \(list(facts.compactMap { name, value in value.map { (name, "\($0)") } }))
                """)
        } else if snapshot.evidence.pcp != nil {
            parts.append(empty("The administration port does not tell how many children are in use."))
        }
        if let plot = LoadPlot(snapshot.loads, now: snapshot.now) {
            parts.append(plot.figure)
        } else if let load = snapshot.loads.last {
            let ago = snapshot.age(of: load.at).spoken
            parts.append(
                empty("One sample so far: \(load.busy) of \(load.total) in use, \(ago) ago. A plot needs two."))
        } else {
            parts.append(empty("There are no samples to plot yet."))
        }
        return section("children", "pgpool's children", Markup(parts, separator: "\n"))
    }

    // MARK: Healing

    private static func heals(_ snapshot: Snapshot) -> Markup {
        let heals = snapshot.heals
        let state: Markup =
            switch (heals.isActive, heals.isEnabled) {
            case (true, _): "<span class=\"badge warning\">under way</span>"
            case (false, true): "<span class=\"badge good\">enabled</span>"
            case (false, false): "<span class=\"badge unknown\">disabled</span>"
            }
        var facts: [(String, Markup)] = [
            ("State", state), ("Failovers acted upon", "\(heals.count.grouped)"),
            ("Signals sent", "\(heals.signals.grouped)"),
        ]
        if let began = heals.lastBegan {
            let when = snapshot.calendarTime(at: began).map(time)
            let ago = snapshot.age(of: began).spoken
            facts.append(("Last began", "\(when) <small class=\"ago\">\(ago) ago</small>"))
        }
        if let reason = heals.lastReason { facts.append(("Last reason", "\(reason)")) }
        if let took = heals.lastTook { facts.append(("Last took", "\(took.spoken)")) }
        return section("heals", "Healing of stale connections", list(facts))
    }

    // MARK: Tables

    private static func nodes(_ nodes: [Snapshot.Node]) -> Markup {
        let rows = nodes.map { node in
            let outcome: Outcome =
                switch node.role {
                case "writer", "reader": node.role == node.endpoint ? .good : .warning
                default: .unknown
                }
            let addresses =
                node.addresses.isEmpty
                ? "<span class=\"muted\">none</span>" as Markup
                : Markup(node.addresses.map { "<code>\($0)</code>" }, separator: " ")
            return Row(
                "<b>\(node.number)</b> <span class=\"muted\">\(node.endpoint) endpoint</span>",
                [
                    .wide("<code>\(host(node.host)):\(node.port)</code>"),
                    .narrow("<span class=\"badge \(outcome.rawValue)\">\(node.role)</span>"),
                    .narrow("\(node.weight.decimal ?? "?")"), .labelled(addresses),
                ])
        }
        let table = Table("Node", ["Host", "Role", "Weight", "Addresses"], rows)
        return section("nodes", "Database nodes", rows.isEmpty ? empty("No nodes are known.") : table.markup)
    }

    private static func probes(_ snapshot: Snapshot) -> Markup {
        let rows = ProbeName.allCases.compactMap { probe -> Row? in
            let result = snapshot.evidence.result(of: probe)
            let statistics = snapshot.probes[probe]
            guard result != nil || statistics != nil else { return nil }
            let failures = statistics.map { "\($0.failures.grouped) of \($0.count.grouped)" }
            let words: Markup =
                if let result {
                    """
                    <span class="finding \(result.outcome.rawValue)">\(icon(result.outcome, isNamed: true))\
                    <span>\(result.words)</span></span>
                    """
                } else {
                    "<span class=\"muted\">it has not ended yet</span>"
                }
            return Row(
                "<b>\(probe.rawValue)</b> <span class=\"muted\">\(probe.words)</span>",
                [
                    .wide(words), .narrow("\(result?.took.spoken ?? "\u{2013}")"),
                    .narrow("\(result.map { snapshot.age(of: $0.at).spoken } ?? "\u{2013}")"),
                    .narrow("\(failures ?? "\u{2013}")"),
                ])
        }
        let table = Table("Probe", ["Last result", "Took", "Age", "Failed"], rows)
        return section("probes", "Probes", rows.isEmpty ? empty("No probe has ended yet.") : table.markup)
    }

    /// How many decisions the page shows.
    private static let decisionLimit = 20

    private static func decisions(_ snapshot: Snapshot) -> Markup {
        let rows = snapshot.decisions.prefix(decisionLimit).map { decision in
            let when = snapshot.calendarTime(at: decision.at)
            let ago = "\(snapshot.age(of: decision.at).spoken) ago"
            return Row(
                "\(when.map(time)) <span class=\"muted ago\">\(ago)</span>",
                [
                    .wide(
                        """
                        <span class="change">\(decision.from.title) <span aria-hidden="true">\u{2192}</span>\
                        <span class="hidden">to</span> <b class="\(decision.to.outcome.rawValue)">\
                        \(decision.to.title)</b></span>
                        """),
                    .wide("\(decision.reason)"),
                ])
        }
        let table = Table("Time", ["Change", "Reason"], rows)
        let more = snapshot.decisions.count - rows.count
        let rest = more > 0 ? empty("And \(more) older ones.") : nil
        let body: Markup = rows.isEmpty ? empty("The state has not changed yet.") : "\(table.markup)\n\(rest)"
        return section("decisions", "Last decisions", body)
    }

    // MARK: Footer

    private static func footer(_ snapshot: Snapshot) -> Markup {
        let digest = String(snapshot.configDigest.prefix(12))
        var facts: [(String, Markup)] = []
        facts.append(("Version", "\(snapshot.version)"))
        facts.append(("Configuration", digest.isEmpty ? "unknown" : "<code>\(digest)</code>"))
        if let start = snapshot.calendarTime(at: .zero) { facts.append(("Started", time(start))) }
        facts.append(("Up for", "\(snapshot.now.spoken)"))
        return "<footer>\n\(list(facts))\n</footer>"
    }

    // MARK: Pieces

    private static func section(_ id: String, _ title: String, _ body: Markup) -> Markup {
        """
        <section class="card" aria-labelledby="\(id)">
        <h2 id="\(id)">\(title)</h2>
        \(body)
        </section>
        """
    }

    private static func empty(_ text: String) -> Markup { "<p class=\"muted\">\(text)</p>" }

    private static func list(_ facts: [(String, Markup)]) -> Markup {
        "<dl>\n\(facts.map { name, value in "<div><dt>\(name)</dt><dd>\(value)</dd></div>\n" as Markup })</dl>"
    }

    private static func time(_ time: UTCTime) -> Markup {
        "<time datetime=\"\(time.stamp)\">\(time.date) \(time.time) UTC</time>"
    }

    /// A host may break after each dot.
    private static func host(_ name: String) -> Markup {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return Markup(labels.map { "\(String($0))" }, separator: ".<wbr>")
    }

    /// A sign whose form says the outcome too.
    private static func icon(_ outcome: Outcome, isNamed: Bool = false) -> Markup {
        let sign: Markup =
            switch outcome {
            case .good: "<path d=\"M7 12.5l3.5 3.5L17 9\"/>"
            case .warning: "<path d=\"M12 6.5v7M12 17v.1\"/>"
            case .bad: "<path d=\"M8 8l8 8M16 8l-8 8\"/>"
            case .unknown: "<path d=\"M9 9.5a3 3 0 1 1 4.5 2.6c-1 .6-1.5 1-1.5 2.1M12 17.3v.1\"/>"
            }
        let access: Markup = isNamed ? "role=\"img\" aria-label=\"\(outcome.rawValue)\"" : "aria-hidden=\"true\""
        return "<svg class=\"icon\" viewBox=\"0 0 24 24\" \(access)><circle cx=\"12\" cy=\"12\" r=\"11\"/>\(sign)</svg>"
    }
}

/// A table that narrow screens show as a list. Roles are spelled out, as such a list loses them in some browsers.
private struct Table {
    let rowHeading: String
    let headings: [String]
    let rows: [Row]

    init(_ rowHeading: String, _ headings: [String], _ rows: [Row]) {
        self.rowHeading = rowHeading
        self.headings = headings
        self.rows = rows
    }

    var markup: Markup {
        let columns = ([rowHeading] + headings).map { "<th scope=\"col\" role=\"columnheader\">\($0)</th>" as Markup }
        let lines = rows.map { row -> Markup in
            let cells = zip(headings, row.cells).map { heading, cell -> Markup in
                let (form, content) = cell.parts
                return "<td role=\"cell\" class=\"\(form)\" data-label=\"\(heading)\">\(content)</td>\n"
            }
            return """
                <tr role="row">
                <th scope="row" role="rowheader">\(row.heading)</th>
                \(cells)</tr>

                """
        }
        return """
            <table role="table">
            <thead role="rowgroup">
            <tr role="row">\(columns)</tr>
            </thead>
            <tbody role="rowgroup">
            \(lines)</tbody>
            </table>
            """
    }
}

private struct Row {
    /// How a cell stands in the list: on a line of its own, with its heading or without, or beside others with it.
    enum Cell {
        case wide(Markup)
        case labelled(Markup)
        case narrow(Markup)

        /// With the style sheet's name of the form.
        var parts: (form: String, content: Markup) {
            switch self {
            case .wide(let content): ("wide", content)
            case .labelled(let content): ("wide labelled", content)
            case .narrow(let content): ("narrow labelled", content)
            }
        }
    }

    let heading: Markup
    let cells: [Cell]

    init(_ heading: Markup, _ cells: [Cell]) {
        self.heading = heading
        self.cells = cells
    }
}
