import StackParameters
import TestBasics

/// A file made by chance, and what is in it.
struct RandomParameters {
    /// The kinds of files.
    enum Kind: String, CaseIterable, Sendable {
        case yaml = "stack.yaml"
        case flowYAML = "stack.yml"
        case cloudFormation = "params.json"
        case cdk = "cdk.json"
        case cdkContext = "cdk.context.json"
        case terraform = "prod.tfvars.json"
    }

    /// A parameter as it was written.
    struct Written {
        var name: String
        var spelling: String
        /// nil for null.
        var value: String?
        /// The value's text in the file.
        var source: String
    }

    let kind: Kind
    var generator: SeededGenerator
    /// What an entry list must hold, in the order of the file.
    var written: [Written] = []
    var lineBreak = "\n"
    private static let words = [
        "plain", "two words", "é", "日本", "😀", "it's", "say \"x\"", "back\\slash", "a: b", "a #b", "{x}", "[y", "z]",
        "-",
        "7", "007", "1.5", "true", "null", "", "ami-0a1b2c3d", "a,b", "%", "@x", "&a", "*", "e\u{301}", " lead",
        "tail ",
    ]

    init(_ kind: Kind, seed: UInt64) {
        self.kind = kind
        generator = SeededGenerator(seed: seed)
    }

    /// The next file's bytes.
    mutating func next() -> [UInt8] {
        written = []
        lineBreak = chance(3) ? "\r\n" : "\n"
        var text =
            switch kind {
            case .yaml: yaml()
            case .flowYAML: flowYAML()
            case .cloudFormation, .cdk, .cdkContext, .terraform: json() + (chance(2) ? lineBreak : "")
            }
        if chance(4), text.hasSuffix(lineBreak) { text.removeLast() }
        return (chance(4) ? [0xEF, 0xBB, 0xBF] : []) + Array(text.utf8)
    }

    mutating func chance(_ n: Int) -> Bool { Int.random(in: 0..<n, using: &generator) == 0 }

    mutating func pick(_ choices: [String]) -> String { choices.pick(&generator) }

    /// A value without control characters.
    mutating func value() -> String {
        (0..<Int.random(in: 1...3, using: &generator)).map { _ in Self.words.pick(&generator) }.joined()
    }

    /// Some names of ours and of others.
    mutating func names() -> [String] {
        let ours = StackParameter.all.map(\.name).shuffled(using: &generator)
        let others = ["mine", "Other", "é 日", "😀", "with \"quotes\"", "a/b:c"].shuffled(using: &generator)
        let some = ours.prefix(Int.random(in: 0...6, using: &generator))
        return (some + others.prefix(Int.random(in: 0...3, using: &generator))).shuffled(using: &generator)
    }

    // MARK: - YAML

    private mutating func comments(_ indentation: String) -> String {
        var text = ""
        while chance(4) { text += pick(["", "# é: 'x", indentation + "# ami_id: no", "  "]) + lineBreak }
        return text
    }

    private mutating func yaml() -> String {
        let indentation = pick(["", "", "  "])
        let separator = pick([": ", ": ", ":  ", " : "])
        var text = comments("")
        if chance(4) { text += "---" + lineBreak }
        for name in names() {
            let key = name.contains("\"") ? "'\(name)'" : pick([name, name, "\"\(name)\"", "'\(name)'"])
            let list = name == "subnet_ids" && chance(2)
            let (value, source) = list ? yamlList(indentation) : yamlScalar(isInFlow: false)
            let gap = source.hasPrefix(lineBreak) || source.isEmpty ? ":" : separator
            let comment = source.contains(lineBreak) ? "" : pick(["", "", "  # c: d", " #"])
            text += comments(indentation) + indentation + key + gap + source + comment + lineBreak
            written.append(Written(name: name, spelling: name, value: value, source: source))
        }
        return text + comments("")
    }

    private mutating func yamlList(_ indentation: String) -> (String, String) {
        let items = (0..<Int.random(in: 1...3, using: &generator)).map { "subnet-\($0)" }
        let quote = pick(["", "'", "\""])
        let spelled = items.map { quote + $0 + quote }
        let source: String =
            if chance(2) {
                pick(["[", "[ "]) + spelled.joined(separator: pick([",", ", ", " , "])) + pick(["]", " ]"])
            } else {
                lineBreak + spelled.map { "\(indentation)  - \($0)" }.joined(separator: lineBreak)
            }
        return (items.joined(separator: ","), source)
    }

    private mutating func yamlScalar(isInFlow: Bool) -> (String?, String) {
        let text = value()
        switch Int.random(in: 0..<(isInFlow ? 3 : 5), using: &generator) {
        case 0: return (text, "'\(text.replacing("'", with: "''"))'")
        case 1: return (text, "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\"")
        case 2:
            let word = pick(["word", "t3.medium", "20", "ami-0a1b2c3d"])
            return (word, word)
        case 3: return ("é\u{263A}", "\"\\xe9\\u263A\"")
        default: return (nil, pick(["", "~", "null"]))
        }
    }

    private mutating func flowYAML() -> String {
        let (open, joint, close) = [
            ("{", ", ", "}"), ("{ ", ",  ", " }"), ("{", ",", "}"),
            ("{\(lineBreak)  ", ",\(lineBreak)  ", lineBreak + "}"),
        ].pick(&generator)
        let isJSON = chance(2)
        var parts: [String] = []
        for name in names() where !name.contains("\"") {
            let key = isJSON || chance(3) ? "\"\(name)\"" : name
            let (value, source) = yamlScalar(isInFlow: true)
            parts.append(key + ": " + source)
            written.append(Written(name: name, spelling: name, value: value, source: source))
        }
        return comments("") + (parts.isEmpty ? "{}" : open + parts.joined(separator: joint) + close) + lineBreak
    }
}
