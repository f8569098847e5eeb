/// The page's style sheet.
enum StatusPageStyle {
    static let css: Markup = """
        :root {
            color-scheme: light dark;
            --page: #f4f5f7; --card: #fff; --text: #1b2028; --muted: #56606d; --line: #dde1e6;
            --good: #11713a; --good-back: #e3f4e9; --warning: #8a4f00; --warning-back: #fff1d9;
            --bad: #b3231b; --bad-back: #fdebea; --unknown: #4a5564; --unknown-back: #e9edf2;
            --plot: #2460c4; --plot-back: #2460c433;
        }
        @media (prefers-color-scheme: dark) {
            :root {
                --page: #0e1217; --card: #171d25; --text: #e6eaf0; --muted: #9ba6b5; --line: #2c3542;
                --good: #62d38d; --good-back: #10301e; --warning: #f3ba60; --warning-back: #38290e;
                --bad: #ff938b; --bad-back: #411917; --unknown: #b1bccb; --unknown-back: #252d38;
                --plot: #82b3ff; --plot-back: #82b3ff33;
            }
        }
        * { box-sizing: border-box; }
        body {
            margin: 0 auto; max-width: 72rem; padding: 1rem; background: var(--page); color: var(--text);
            font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
            overflow-wrap: anywhere; -webkit-text-size-adjust: 100%;
        }
        h1, h2, p, ul, dl, dd, figure { margin: 0; padding: 0; }
        ul { list-style: none; }
        code { font: .9em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
        time { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .ago { white-space: nowrap; font-size: .8125rem; }
        .muted, small, dt, figcaption { color: var(--muted); }
        .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
        header { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; margin-bottom: .75rem; }
        .brand { font-weight: 650; }
        .brand span, .made { color: var(--muted); font-weight: 400; }
        .made { font-size: .875rem; }
        main, .pair { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; }
        h2 { font-size: 1rem; font-weight: 650; margin-bottom: .625rem; }
        .good { --tone: var(--good); --back: var(--good-back); }
        .warning { --tone: var(--warning); --back: var(--warning-back); }
        .bad { --tone: var(--bad); --back: var(--bad-back); }
        .unknown { --tone: var(--unknown); --back: var(--unknown-back); }
        .icon { flex: none; width: 1.25em; height: 1.25em; }
        .icon circle { fill: var(--tone); }
        .icon path {
            fill: none; stroke: var(--card); stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round;
        }
        .hero {
            display: grid; grid-template-columns: auto minmax(0, 1fr); align-items: center; gap: .5rem 1rem;
            padding: 1rem; border-radius: .75rem; background: var(--back); border: 1px solid var(--tone);
        }
        .hero > .icon { width: 3rem; height: 3rem; }
        .hero .icon path { stroke: var(--back); }
        .hero > div { grid-column: 1 / -1; }
        h1 { font-size: 2rem; line-height: 1.2; font-weight: 700; color: var(--tone); letter-spacing: -.01em; }
        .since { font-size: .875rem; color: var(--muted); }
        .reasons { margin-top: .75rem; padding-top: .75rem; border-top: 1px solid var(--tone); }
        .reasons li { padding-left: 1rem; position: relative; }
        .reasons li + li { margin-top: .25rem; }
        .reasons li::before {
            content: ""; position: absolute; left: 0; top: .6em; width: .375rem; height: .375rem;
            border-radius: 50%; background: var(--tone);
        }
        .tiles { display: grid; gap: .5rem 1rem; grid-template-columns: minmax(0, 1fr); }
        .tiles li { display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; }
        .tiles li + li { border-top: 1px solid var(--line); padding-top: .5rem; }
        .question { color: var(--muted); }
        .question b { color: var(--text); margin-right: .375rem; }
        .answer { display: flex; align-items: center; gap: .375rem; font-weight: 650; color: var(--tone); }
        .reason { grid-column: 1 / -1; font-size: .875rem; color: var(--muted); }
        .badge {
            display: inline-block; padding: 0 .625rem; border-radius: 1rem; font-size: .875rem; font-weight: 600;
            line-height: 1.625; color: var(--tone); background: var(--back);
        }
        .big { font-size: 1.125rem; display: flex; flex-wrap: wrap; align-items: baseline; gap: .375rem; }
        .big b { font-size: 1.75rem; line-height: 1.2; }
        .big .badge { margin-left: .25rem; }
        dl { display: flex; flex-wrap: wrap; gap: .125rem 1.25rem; font-size: .875rem; }
        dl div { display: flex; gap: .5rem; align-items: baseline; }
        dt { flex: none; }
        .plot { margin-top: 1rem; font-size: .75rem; }
        .plot figcaption { margin-top: .5rem; font-size: .875rem; }
        .frame { display: grid; grid-template-columns: auto minmax(0, 1fr); grid-template-rows: 11rem 1.5rem; }
        .y { position: relative; width: 2.25rem; }
        .y span { position: absolute; right: .5rem; transform: translateY(50%); line-height: 1; }
        .x { grid-column: 2; position: relative; }
        .x span { position: absolute; top: .5rem; transform: translateX(50%); white-space: nowrap; line-height: 1; }
        .x .now { right: 0; transform: none; }
        .x, .y { color: var(--muted); font-variant-numeric: tabular-nums; }
        .area { position: relative; }
        .area svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
        .area path { fill: none; stroke-width: 1; vector-effect: non-scaling-stroke; }
        .area .grid { stroke: var(--line); }
        .area .fill { fill: var(--plot-back); }
        .area .line { stroke: var(--plot); stroke-width: 2; stroke-linejoin: round; }
        .area .limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 6 4; }
        .limit-label {
            position: absolute; right: 0; padding: 0 0 .25rem .25rem; line-height: 1; color: var(--bad);
            font-weight: 600;
        }
        table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
        th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; font-weight: 400; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { font-size: .8125rem; color: var(--muted); padding-top: 0; padding-bottom: .375rem; }
        tbody tr { border-top: 1px solid var(--line); }
        table + p { margin-top: .5rem; }
        .finding { display: flex; gap: .5rem; }
        .finding .icon { margin-top: .125em; }
        .change b { color: var(--tone); }
        footer { margin: 1rem 0 0; padding: 0 1rem; }
        @media (max-width: 54.99rem) {
            thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
            table, tbody { display: block; }
            tbody tr { display: flex; flex-wrap: wrap; gap: .125rem 1rem; padding: .625rem 0; }
            tbody tr:first-child { border-top: 0; padding-top: 0; }
            tbody tr:last-child { padding-bottom: 0; }
            tbody th { flex: 0 0 100%; padding: 0; }
            td { padding: 0; }
            .wide { flex: 0 0 100%; }
            .labelled { display: flex; gap: .5rem; align-items: baseline; font-size: .875rem; }
            .labelled::before { flex: none; content: attr(data-label); color: var(--muted); }
        }
        @media (max-width: 43.99rem) {
            #heals + dl { display: grid; grid-template-columns: minmax(0, 1fr); }
            .question { font-size: .9375rem; }
        }
        @media (min-width: 44rem) {
            body { padding: 1.5rem; }
            .card, .hero { padding: 1.25rem 1.5rem; }
            footer { padding: 0 1.5rem; }
            .hero { gap: .25rem 1.25rem; }
            .hero > div { grid-column: 2; }
            h1 { font-size: 2.25rem; }
            .tiles { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 1.5rem; }
            .tiles li { grid-template-columns: minmax(0, 1fr); align-content: start; }
            .tiles li + li { border-top: 0; padding-top: 0; }
            .question b { display: block; }
            .tiles .answer { font-size: 1.25rem; }
        }
        @media (min-width: 55rem) {
            .narrow, .change, thead th { white-space: nowrap; }
            .narrow { font-variant-numeric: tabular-nums; }
            .wide.labelled { min-width: 10rem; }
            tbody th { min-width: 9.5rem; }
            tbody tr:last-child > * { padding-bottom: 0; }
            tbody th .muted { display: block; font-size: .8125rem; }
        }
        @media (min-width: 60rem) {
            .pair { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); }
            #heals + dl { display: grid; grid-template-columns: minmax(0, 1fr); gap: .625rem; }
            #heals + dl div { display: grid; justify-items: start; gap: 0; }
        }
        """
}
