import JSONDocument
import StackParameters
import TestBasics

extension RandomParameters {
    /// How a text in JSON is laid out.
    private struct Layout {
        /// nil when everything is on one line.
        var step: String?
        var separator: String
        var lineBreak: String

        func list(_ parts: [String], _ open: String, _ close: String, depth: Int) -> String {
            guard let step else {
                return open + parts.joined(separator: separator.hasSuffix(" ") ? ", " : ",") + close
            }
            guard !parts.isEmpty else { return open + close }
            let inner = lineBreak + String(repeating: step, count: depth + 1)
            let outer = lineBreak + String(repeating: step, count: depth)
            return open + inner + parts.joined(separator: "," + inner) + outer + close
        }
    }

    mutating func json() -> String {
        let layout = Layout(
            step: [nil, "  ", "    ", "\t"].pick(&generator), separator: pick([": ", ":", " : "]), lineBreak: lineBreak)
        switch kind {
        case .cloudFormation: return cloudFormation(layout)
        case .cdk where chance(8):
            return layout.list([member("app", "\"x\"", layout)], "{", "}", depth: 0)
        case .cdk:
            let context = member("context", object(layout, depth: 1), layout)
            let others = [member("app", "\"x\"", layout), member("watch", "{\"ami_id\": [1, {}]}", layout)]
            let parts = [context] + others.prefix(Int.random(in: 0...2, using: &generator))
            return layout.list(parts.shuffled(using: &generator), "{", "}", depth: 0)
        default: return object(layout, depth: 0)
        }
    }

    private func member(_ key: String, _ source: String, _ layout: Layout) -> String {
        JSONText.quoted(key) + layout.separator + source
    }

    private mutating func object(_ layout: Layout, depth: Int) -> String {
        var parts: [String] = []
        for name in names() {
            if chance(6) {
                let source = pick(["{\"vpcId\": \"v\", \"ami_id\": \"no\"}", "[[]]", "[{\"a\": 1}]", "{}"])
                parts.append(member("lookup \(parts.count)", source, layout))
            }
            let key = chance(5) ? escaped(name) : JSONText.quoted(name)
            let (value, source) = name == "subnet_ids" && chance(2) ? list() : scalar()
            parts.append(key + layout.separator + source)
            written.append(Written(name: name, spelling: name, value: value, source: source))
        }
        return layout.list(parts, "{", "}", depth: depth)
    }

    private mutating func cloudFormation(_ layout: Layout) -> String {
        var parts: [String] = []
        let usesCamel = chance(2)
        for name in names() {
            let spelling = usesCamel ? StackParameter.named(name)?.upperCamelName ?? "Mine\(parts.count)" : name
            var members = [member("ParameterKey", chance(5) ? escaped(spelling) : JSONText.quoted(spelling), layout)]
            var value: String?
            var source = ""
            if chance(5) {
                if chance(2) { members.append(member("UsePreviousValue", "true", layout)) }
            } else {
                (value, source) = scalar()
                members.append(member("ParameterValue", source, layout))
                if chance(4) { members.append(member("UsePreviousValue", "false", layout)) }
                if chance(4) { members.append(member("ResolvedValue", "\"é\"", layout)) }
                if chance(3) { members.shuffle(using: &generator) }
            }
            let isOurs = StackParameter.named(name) != nil
            written.append(
                Written(name: isOurs ? name : spelling, spelling: spelling, value: value, source: source))
            parts.append(layout.list(members, "{", "}", depth: 1))
        }
        return layout.list(parts, "[", "]", depth: 0)
    }

    private mutating func scalar() -> (String?, String) {
        let text = value()
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: return ("20", "20")
        case 1: return ("-1.50e3", "-1.50e3")
        case 2: return ("true", "true")
        case 3: return (nil, "null")
        case 4: return (text, escaped(text))
        default: return (text, JSONText.quoted(text))
        }
    }

    private mutating func list() -> (String, String) {
        let items = (0..<Int.random(in: 1...3, using: &generator)).map { "subnet-\($0)" }
        let joint = pick([",", ", ", ",\n      "])
        return (items.joined(separator: ","), "[\(items.map(JSONText.quoted).joined(separator: joint))]")
    }

    /// A text with every character as an escape, as pairs where that takes two.
    private func escaped(_ text: String) -> String {
        let units = text.utf16.map { unit in
            let hex = String(unit, radix: 16, uppercase: unit % 2 == 0)
            return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
        return "\"\(units.joined())\""
    }
}
