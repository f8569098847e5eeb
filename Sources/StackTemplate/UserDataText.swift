package import Diagnostics
import JSONDocument
import YAMLDocument

/// What an instance of the stack does at its first start: it lays down cluster.yaml, renders it, and says when it is ready.
package struct UserDataText: Sendable {
    /// EC2 takes no more, before base64. Source: "Instance user data" in EC2's user guide.
    package static let limit = 16_384
    /// Where the spec stands on an instance. The doctor reads it as another user, and no password is in it.
    static let specPath = "/etc/pgpool-aurora/cluster.yaml"

    /// Names that the script has for what only CloudFormation knows.
    private enum Word: String, CaseIterable {
        case stack = "${AWS::StackId}"
        case region = "${AWS::Region}"

        var token: String { "stack-reference/\(self == .stack ? "stack" : "region")/4f1c" }
    }

    /// A part of the script.
    private enum Piece: Sendable {
        case text(Substring)
        case word(Word)
        case reference(Reference)
    }

    private let pieces: [Piece]

    init(spec: YAMLNode) {
        pieces = UserDataText.pieces(of: UserDataText.script(spec: spec.text))
    }

    /// Takes a draft apart, in which tokens hold the places of references.
    private static func pieces(of draft: String) -> [Piece] {
        let mark = Array("stack-reference/".utf8)
        let words = Word.allCases.map { ($0.token, Piece.word($0)) }
        let known = words + Reference.allCases.map { ($0.token, Piece.reference($0)) }
        var pieces: [Piece] = []
        var rest = draft[...]
        var index = rest.startIndex
        while index < rest.endIndex {
            let tail = rest.utf8[index...]
            if tail.first == mark[0], tail.starts(with: mark),
                let (token, piece) = known.first(where: { tail.starts(with: $0.0.utf8) })
            {
                pieces += [.text(rest[..<index]), piece]
                rest = rest[rest.utf8.index(index, offsetBy: token.utf8.count)...]
                index = rest.startIndex
            } else {
                index = rest.utf8.index(after: index)
            }
        }
        return pieces + [.text(rest)]
    }

    private static func script(spec: String) -> String {
        let lines = Set(spec.split(separator: "\n"))
        var number = 0
        while lines.contains("SPEC\(number)") { number += 1 }
        let mark = "SPEC\(number)"
        return """
            #!/bin/sh
            # By pgpool-aurora stack. From here on the image's own units keep it running.
            set -u
            umask 022
            PATH=/usr/sbin:/usr/bin:/sbin:/bin
            export PATH
            tell() {
                pgpool-aurora signal "$@" --stack '\(Word.stack.token)' --resource \(LogicalID.group) --region '\(Word.region.token)'
            }
            fail() {
                echo "pgpool-aurora: $1" >&2
                tell --failure "$1"
                exit 1
            }
            # Shows what a command says, and keeps it to give as a reason.
            work=$(mktemp -d) || fail 'there is no room for a temporary folder'
            trap 'rm -rf "$work"' EXIT
            try() {
                { "$@" 2>&1; echo $? >"$work/status"; } | tee "$work/output"
                status=$(cat "$work/status" 2>/dev/null || echo nothing)
                [ "$status" = 0 ] || fail "$1 $2 ended with $status: $(tail -c 600 "$work/output")"
            }
            folder=/etc/pgpool-aurora
            mkdir -p "$folder" || fail "cannot make $folder"
            cat >"$folder/cluster.yaml" <<'\(mark)' || fail "cannot write $folder/cluster.yaml"
            \(spec)\(mark)
            chmod 0644 "$folder/cluster.yaml" || fail "cannot change $folder/cluster.yaml"
            try pgpool-aurora render-config --config "$folder/cluster.yaml" --apply
            # Rendered is not ready: it waits until /ready answers, and says SUCCESS, or FAILURE with the reason.
            tell --when-ready

            """
    }

    /// The script as CloudFormation fills it in. What the user wrote may have `${` too, with or without its `}`, for which
    /// `${!` would not do: such a dollar sign is filled in itself.
    var expression: JSONValue {
        let dollar = "Dollar"
        var text = ""
        var isFilledIn = false
        for piece in pieces {
            switch piece {
            case .word(let word): text += word.rawValue
            case .reference(let reference): text += reference.expression
            case .text(let part):
                let parts = part.split(separator: "$", omittingEmptySubsequences: false)
                for (index, part) in parts.enumerated() {
                    let isBefore = index > 0 && part.utf8.first == UInt8(ascii: "{")
                    if index > 0 { text += isBefore ? "${\(dollar)}" : "$" }
                    text += part
                    isFilledIn = isFilledIn || isBefore
                }
            }
        }
        return ["Fn::Sub": isFilledIn ? [.string(text), .object([.init(dollar, "$")])] : .string(text)]
    }

    /// What is to be put in the places of the references.
    package struct Values: Sendable {
        package var stack: String
        package var region: String
        package var references: [Reference: String]

        package init(stack: String, region: String, references: [Reference: String]) {
            self.stack = stack
            self.region = region
            self.references = references
        }

        /// As long as they ever are.
        static let longest = Values(
            stack: "arn:aws-us-gov:cloudformation:us-gov-west-1:123456789012:stack/"
                + String(repeating: "s", count: 128) + "/01234567-89ab-cdef-0123-456789abcdef",
            region: "ap-southeast-99",
            references: [
                .writerEndpoint: String(repeating: "w", count: Endpoint.longest),
                .readerEndpoint: String(repeating: "r", count: Endpoint.longest),
                .instanceClass: "db.x2iedn.metal-32xl", .maxCapacity: "10000",
                .databaseSecret: String(repeating: "s", count: 160),
            ])

        private enum Endpoint { static let longest = 127 }
    }

    /// The script as an instance gets it.
    package func filled(_ values: Values) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): String(text)
            case .word(.stack): values.stack
            case .word(.region): values.region
            case .reference(let reference): values.references[reference] ?? reference.token
            }
        }.joined()
    }

    /// Why EC2 would not take it; nil when it does, however long the names become.
    package func refusal() -> Diagnostic? {
        let text = filled(.longest)
        // CloudFormation would put what this names there, wherever it stands.
        guard !text.contains("{{resolve:") else {
            return Diagnostic(
                .error, key: "cluster.yaml", "has a dynamic reference of CloudFormation, {{resolve:…}}",
                notes: ["secrets are named below auth.users and read by the instance itself"])
        }
        let size = text.utf8.count
        guard size > UserDataText.limit else { return nil }
        return Diagnostic(
            .error, key: "cluster.yaml",
            "user-data of up to \(size) bytes: EC2 takes \(UserDataText.limit)",
            notes: ["shorten auth.users, pgpool.allow or pgpool.parameters: all of it travels to the instances"])
    }
}
