/// A secret as a policy names it.
struct SecretResource: Hashable {
    /// The resources that stand for it, for `Fn::Sub`.
    let patterns: [String]

    /// From a name or an ARN; nil for what is neither.
    init?(_ secret: String) {
        let parts = secret.split(separator: ":", omittingEmptySubsequences: false)
        func isName(_ text: some StringProtocol) -> Bool {
            !text.isEmpty && text.utf8.count <= 512
                && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/_+=.@-!".contains($0)) }
        }
        guard secret.hasPrefix("arn:") else {
            guard isName(secret) else { return nil }
            // Secrets Manager adds a hyphen and six characters to the name.
            let own = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"
            patterns = ["\(own)\(secret)-??????"]
            return
        }
        guard parts.count == 7, parts[2] == "secretsmanager", parts[5] == "secret", parts.allSatisfy(isName),
            parts[4].utf8.count == 12
        else { return nil }
        let end = parts[6].split(separator: "-", omittingEmptySubsequences: false).last ?? ""
        switch (end.utf8.count == 6, end.contains { $0.isUppercase || $0.isNumber }) {
        case (true, true): patterns = [secret]
        // Six small letters may be the added ones or the name's own.
        case (true, false): patterns = [secret, "\(secret)-??????"]
        case (false, _): patterns = ["\(secret)-??????"]
        }
    }
}
