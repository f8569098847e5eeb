/// What an instance that told CloudFormation of its failure says of it: the signal itself carries no reason.
package enum InstanceWords {
    /// The instance in `Received FAILURE signal with UniqueId i-0123456789abcdef0`; nil when it is about none.
    package static func instance(in reason: String) -> String? {
        guard reason.contains("FAILURE signal"), let place = reason.firstRange(of: "UniqueId ") else { return nil }
        let id = reason[place.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return id.hasPrefix("i-") && id.count > 2 ? String(id) : nil
    }

    /// Whether instances said nothing in time: `Received 0 SUCCESS signal(s) out of 2`, or `Failed to receive 1 resource
    /// signal(s) for the current batch`.
    static func isSilence(_ reasons: [String]) -> Bool {
        reasons.contains { $0.contains("SUCCESS signal") || $0.contains("resource signal") }
    }

    static let silence =
        "an instance did not say in time that it is ready: `aws autoscaling describe-scaling-activities` names it, and "
        + "`aws ec2 get-console-output --latest --output text --instance-id …` shows what it was at, for an hour"

    /// How `signal` begins the reason on the console.
    private static let mark = "pgpool-aurora: not ready: "
    private static let longest = 6

    /// The last reason on a console, a line each; empty when there is none. Whatever a terminal would obey is left out.
    package static func reason(on console: [UInt8]) -> [String] {
        let lines = String(decoding: console, as: UTF8.self).split(whereSeparator: \.isNewline).map(plain)
        guard let start = lines.lastIndex(where: { $0.contains(mark) }),
            let place = lines[start].firstRange(of: mark)
        else { return [] }
        // cloud-init may put its own name and the time before each line.
        let head = lines[start][..<place.lowerBound]
        let rest = lines[(start + 1)...].prefix(longest - 1).prefix { !$0.contains("pgpool-aurora: ") }
        return [String(lines[start][place.upperBound...])]
            + rest.map { $0.hasPrefix(head) ? String($0.dropFirst(head.count)) : $0 }
    }

    private static func plain(_ line: Substring) -> String {
        var text = ""
        var isInSequence = false
        for scalar in line.unicodeScalars {
            if isInSequence {
                // An escape sequence ends with its first letter.
                if scalar.properties.isAlphabetic { isInSequence = false }
            } else if scalar == "\u{1B}" {
                isInSequence = true
            } else if scalar.properties.generalCategory != .control, scalar != "\u{FFFD}" {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
