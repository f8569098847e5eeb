extension StackParameter {
    /// What the values of a parameter look like.
    package enum Kind: Hashable, Sendable {
        /// An id of AWS's with this prefix.
        case resource(String)
        /// Several of them, separated by commas.
        case resources(String)
        case number(ClosedRange<Int>)
        /// One of these.
        case word([String])
        /// Such as `t3.medium`.
        case instanceType
        /// Such as `db.t3.medium`.
        case databaseClass
        /// Such as `10.0.0.0/8`, several.
        case networks
        /// Such as `/dev/xvda`.
        case device
        /// Such as `16` or `16.8`.
        case engineVersion
        case databaseName
        /// Such as `report=arn:aws:secretsmanager:…`, several.
        case userSecrets
        /// A key of KMS, by its ARN or its id.
        case key
        /// Such as `1,10`: writer and reader.
        case weights
        /// Such as `log_min_messages=info`, several.
        case settings
        case email
    }

    /// Whether the values are numbers.
    package var isNumber: Bool {
        guard case .number = kind else { return false }
        return true
    }

    /// Whether the values may be lists.
    package var isList: Bool {
        switch kind {
        case .resources, .networks, .userSecrets, .weights, .settings: true
        case .resource, .number, .word, .instanceType, .databaseClass, .device, .engineVersion, .databaseName, .key,
            .email:
            false
        }
    }

    /// What a value would have to be, if it plainly is not; nil when it may be right.
    package func objection(to text: String) -> String? {
        isRight(text) ? nil : "expected \(expectation)"
    }

    /// What a value is, for messages.
    private var expectation: String {
        switch kind {
        case .resource(let prefix): "\(prefix)- and 8 or 17 hexadecimal digits"
        case .resources(let prefix): "a list, separated by commas, of \(prefix)- and 8 or 17 hexadecimal digits each"
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .word(let words): "\(words.dropLast().joined(separator: ", ")) or \(words.last ?? "")"
        case .instanceType: "an instance type such as t3.medium"
        case .databaseClass: "a class of database instances such as db.t3.medium"
        case .networks: "a list, separated by commas, of networks such as 10.0.0.0/8"
        case .device: "a device such as /dev/xvda"
        case .engineVersion: "a series of PostgreSQL such as 16, or a release such as 16.8"
        case .databaseName: "a letter, and then at most 62 letters, digits and underscores"
        case .userSecrets:
            "a list, separated by commas, of users and their secrets such as report=arn:aws:secretsmanager:…"
        case .key: "the ARN or the id of a KMS key, not an alias"
        case .weights: "two numbers, the writer's and the reader's, such as 1,10"
        case .settings: "a list, separated by commas, of parameters such as log_min_messages=info"
        case .email: "an e-mail address"
        }
    }

    private func isRight(_ text: String) -> Bool {
        let items = Self.items(of: text)
        switch kind {
        case .resource(let prefix): return Self.isID(text, prefix)
        case .resources(let prefix): return items.allSatisfy { Self.isID($0, prefix) }
        case .number(let range): return Int(text).map { range.contains($0) && "\($0)" == text } == true
        case .word(let words): return words.contains { $0.utf8.elementsEqual(text.utf8) }
        case .instanceType: return Self.isInstanceType(text[...])
        case .databaseClass:
            return text.hasPrefix("db.") && (text == "db.serverless" || Self.isInstanceType(text.dropFirst(3)))
        case .networks: return items.allSatisfy(Self.isNetwork)
        case .device:
            return text.hasPrefix("/dev/") && text.utf8.count > 5 && text.utf8.dropFirst(5).allSatisfy(Self.isWordByte)
        case .engineVersion: return Self.isEngineVersion(text)
        case .databaseName:
            return text.utf8.count <= 63 && text.utf8.first.map(Self.isLetter) == true
                && text.utf8.allSatisfy(Self.isWordByte)
        case .userSecrets: return items.allSatisfy { Self.pair($0) != nil }
        case .key: return Self.isKey(text)
        case .weights: return items.count == 2 && items.allSatisfy(Self.isDecimal)
        case .settings:
            return items.allSatisfy { item in Self.pair(item)?.name.utf8.allSatisfy(Self.isWordByte) == true }
        case .email:
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && !parts[0].isEmpty && parts[1].contains(".")
                && !text.contains { " ,".contains($0) }
        }
    }

    // MARK: - Lists

    /// The items of a list that is written with commas, without the spaces around them.
    package static func items(of text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The two sides of `name=value`; nil when one is missing.
    package static func pair(_ item: String) -> (name: String, value: String)? {
        guard let equals = item.firstIndex(of: "="), equals != item.startIndex else { return nil }
        let value = String(item[item.index(after: equals)...])
        return value.isEmpty ? nil : (String(item[..<equals]), value)
    }

    // MARK: - Forms

    private static func isID(_ text: String, _ prefix: String) -> Bool {
        let digits = text.utf8.dropFirst(prefix.utf8.count + 1)
        return text.hasPrefix(prefix + "-") && [8, 17].contains(digits.count) && digits.allSatisfy(isHexDigit)
    }

    private static func isInstanceType(_ text: Substring) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                !part.isEmpty
                    && part.allSatisfy {
                        isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
                    }
            }
    }

    /// As far as it plainly is none; what uses it looks closer.
    private static func isNetwork(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && (Int(parts[1]).map { (0...128).contains($0) } ?? false)
            && parts[0].utf8.allSatisfy { isHexDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") }
    }

    private static func isEngineVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count) && parts.allSatisfy { $0.utf8.allSatisfy(isDigit) && Int($0) != nil }
            && parts[0].utf8.count == 2 && !parts[0].hasPrefix("0")
    }

    /// `1234abcd-…` or `mrk-…`, alone or at the end of an ARN.
    private static func isKey(_ text: String) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let id: Substring
        if parts.count == 6, parts[0] == "arn", parts[2] == "kms", parts[5].hasPrefix("key/") {
            guard !parts[1].isEmpty, !parts[3].isEmpty, parts[4].utf8.count == 12, parts[4].utf8.allSatisfy(isDigit)
            else {
                return false
            }
            id = parts[5].dropFirst(4)
        } else {
            id = text[...]
        }
        if id.hasPrefix("mrk-") { return id.utf8.count == 36 && id.utf8.dropFirst(4).allSatisfy(isHexDigit) }
        let groups = id.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.utf8.allSatisfy(isHexDigit) }
    }

    private static func isDecimal(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_")
    }
}
