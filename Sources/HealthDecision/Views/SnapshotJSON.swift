/// The answer to a question, and all that stands behind it, as JSON.
package enum SnapshotJSON {
    package static let contentType = "application/json"

    /// One object, with its keys always in the same order. What is not known is null.
    package static func render(_ question: Question?, _ snapshot: Snapshot) -> String {
        let verdict = snapshot.verdict
        var members: [JSONValue.Member] = [
            ("state", .text(verdict.state.rawValue)),
            ("since", .seconds(snapshot.age(of: verdict.since))),
        ]
        if let question {
            let answer = verdict.answers[question]
            members += [
                ("question", .text(question.rawValue)),
                ("answer", .optional(answer?.isYes, JSONValue.bool)),
                ("reason", .optional(answer?.reason, JSONValue.text)),
            ]
        }
        members += [
            ("answers", answers(verdict)),
            ("reasons", .list(verdict.reasons.map(JSONValue.text))),
            ("children", .optional(snapshot.evidence.children, children)),
            ("nodes", .list(snapshot.nodes.map(node))),
            ("connections", .list(snapshot.evidence.servers.map(connections))),
            ("probes", probes(snapshot)),
            ("heals", heals(snapshot)),
            ("decisions", .list(snapshot.decisions.map { decision($0, in: snapshot) })),
            ("config_digest", snapshot.configDigest.isEmpty ? .null : .text(snapshot.configDigest)),
            ("version", .text(snapshot.version)),
            ("uptime", .seconds(snapshot.now)),
        ]
        return JSONValue.object(members).text() + "\n"
    }

    /// One answer and its reason, for who may not see the rest.
    package static func brief(_ question: Question, _ answer: Answer) -> String {
        let members: [JSONValue.Member] = [
            ("question", .text(question.rawValue)), ("answer", .bool(answer.isYes)), ("reason", .text(answer.reason)),
        ]
        return JSONValue.object(members).text() + "\n"
    }

    private static func answers(_ verdict: Verdict) -> JSONValue {
        .object(
            Question.allCases.compactMap { question in
                verdict.answers[question].map { answer in
                    (question.rawValue, .object([("answer", .bool(answer.isYes)), ("reason", .text(answer.reason))]))
                }
            })
    }

    private static func children(_ children: Children) -> JSONValue {
        .object([
            ("busy", .int(children.busy)), ("free", .int(children.free)), ("total", .int(children.total)),
            ("reserved", .int(children.reserved)), ("saturated", .bool(children.isSaturated)),
            ("pool_entries_used", children.poolSize > 0 ? .int(children.pooled) : .null),
            ("pool_entries", children.poolSize > 0 ? .int(children.poolSize) : .null),
        ])
    }

    private static func node(_ node: Snapshot.Node) -> JSONValue {
        .object([
            ("node", .int(node.number)), ("endpoint", .text(node.endpoint)), ("host", .text(node.host)),
            ("port", .int(node.port)), ("role", .text(node.role)),
            ("weight", .optional(node.weight.decimal, JSONValue.number)),
            ("addresses", .list(node.addresses.map(JSONValue.text))),
        ])
    }

    private static func connections(_ server: ServerConnections) -> JSONValue {
        .object([
            ("endpoint", .text(server.endpoint)), ("open", .int(server.open)), ("allowed", .int(server.allowed)),
        ])
    }

    private static func probes(_ snapshot: Snapshot) -> JSONValue {
        .object(
            ProbeName.allCases.compactMap { probe in
                let result = snapshot.evidence.result(of: probe)
                let statistics = snapshot.probes[probe]
                guard result != nil || statistics != nil else { return nil }
                return (
                    probe.rawValue,
                    .object([
                        ("outcome", .optional(result?.outcome.rawValue, JSONValue.text)),
                        ("result", .optional(result?.words, JSONValue.text)),
                        ("seconds", .optional(result?.took, JSONValue.seconds)),
                        ("age", .optional(result.map { snapshot.age(of: $0.at) }, JSONValue.seconds)),
                        ("runs", .optional(statistics?.count, JSONValue.int)),
                        ("failures", .optional(statistics?.failures, JSONValue.int)),
                    ])
                )
            })
    }

    private static func heals(_ snapshot: Snapshot) -> JSONValue {
        let heals = snapshot.heals
        return .object([
            ("enabled", .bool(heals.isEnabled)), ("active", .bool(heals.isActive)), ("count", .int(heals.count)),
            ("signals", .int(heals.signals)),
            ("last_time", .optional(heals.lastBegan.flatMap(snapshot.calendarTime)?.stamp, JSONValue.text)),
            ("last_reason", .optional(heals.lastReason, JSONValue.text)),
            ("last_seconds", .optional(heals.lastTook, JSONValue.seconds)),
        ])
    }

    private static func decision(_ decision: Snapshot.Decision, in snapshot: Snapshot) -> JSONValue {
        .object([
            ("time", .optional(snapshot.calendarTime(at: decision.at)?.stamp, JSONValue.text)),
            ("age", .seconds(snapshot.age(of: decision.at))),
            ("from", .text(decision.from.rawValue)), ("to", .text(decision.to.rawValue)),
            ("reason", .text(decision.reason)),
        ])
    }
}

/// A JSON value that keeps the order of its keys.
private indirect enum JSONValue {
    typealias Member = (key: String, value: JSONValue)

    case null
    case bool(Bool)
    /// A number's text.
    case number(String)
    case text(String)
    case list([JSONValue])
    case object([Member])

    static func int(_ value: Int) -> JSONValue { .number("\(value)") }

    static func seconds(_ value: Duration) -> JSONValue { .number(value.decimalSeconds) }

    static func optional<Value>(_ value: Value?, _ make: (Value) -> JSONValue) -> JSONValue {
        value.map(make) ?? .null
    }

    /// Over several lines, with two spaces for each level.
    func text(indent: String = "") -> String {
        switch self {
        case .null: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .number(let text): return text
        case .text(let text): return Self.quote(text)
        case .list(let values):
            return Self.lines(values.map { $0.text(indent: indent + "  ") }, "[", "]", indent: indent)
        case .object(let members):
            let lines = members.map { "\(Self.quote($0.key)): \($0.value.text(indent: indent + "  "))" }
            return Self.lines(lines, "{", "}", indent: indent)
        }
    }

    private static func lines(_ lines: [String], _ open: String, _ close: String, indent: String) -> String {
        guard !lines.isEmpty else { return open + close }
        return "\(open)\n\(lines.map { "\(indent)  \($0)" }.joined(separator: ",\n"))\n\(indent)\(close)"
    }

    private static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u00\(hex.count == 1 ? "0" : "")\(hex)"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
