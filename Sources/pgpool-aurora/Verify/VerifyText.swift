import Doctor

/// What `verify` prints for people: a line for each thing that was looked at, and what to do below it.
enum VerifyText {
    static func table(_ findings: [VerifyFinding]) -> String {
        let width = findings.map(\.name.count).max() ?? 0
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        let lines = findings.flatMap { finding -> [String] in
            let head = "\(padded(finding.name, width))  \(padded(finding.verdict.rawValue, 7))  "
            let mend = finding.mend.isEmpty ? [] : [String(repeating: " ", count: head.count) + finding.mend]
            return [head + finding.text] + mend
        }
        let wrong = findings.count { $0.verdict == .wrong }
        let warnings = findings.count { $0.verdict == .warning }
        let end = "\(wrong == 0 ? "nothing is wrong" : "\(wrong) wrong")\(warnings == 0 ? "" : ", \(warnings) to mend")"
        return (lines + [end, ""]).joined(separator: "\n")
    }
}

/// The same for programs.
struct VerifyJSON: Encodable {
    struct Finding: Encodable {
        var name: String
        var verdict: String
        var text: String
        var mend: String
    }

    var host: String
    var wrong: Int
    var findings: [Finding]

    init(host: String, _ findings: [VerifyFinding]) {
        self.host = host
        wrong = findings.count { $0.verdict == .wrong }
        self.findings = findings.map {
            Finding(name: $0.name, verdict: $0.verdict.rawValue, text: $0.text, mend: $0.mend)
        }
    }
}
