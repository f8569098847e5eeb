/// A parameter of the stack: one row of the table.
package struct StackParameter: Sendable {
    /// The name in our own files and on the command line.
    package let name: String
    /// What counts where nothing is set; nil when there is no such value.
    package let defaultText: String?
    /// The name where only letters and digits may stand in it, as in CloudFormation: `AmiId`.
    package let upperCamelName: String
    /// What it is, in a few words.
    package let summary: String
    package let kind: Kind

    private init(_ name: String, _ kind: Kind, default defaultText: String? = nil, _ summary: String) {
        self.name = name
        upperCamelName = name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        self.kind = kind
        self.defaultText = defaultText
        self.summary = summary
    }

    /// All of them, in the order in which they are explained.
    package static let all = [
        StackParameter("ami_id", .resource("ami"), "the image that the instances start from; required"),
        StackParameter("vpc_id", .resource("vpc"), "the VPC to use; without it one is made"),
        StackParameter("subnet_ids", .resources("subnet"), "the subnets to use, separated by commas"),
        StackParameter("instance_type", .instanceType, default: "t3.medium", "the type of the Pgpool-II instances"),
        StackParameter("disk_size", .number(1...65_536), default: "20", "the size of an instance's disk in GB"),
        StackParameter("min_capacity", .number(0...10_000), default: "2", "the fewest instances in the group"),
        StackParameter("max_capacity", .number(0...10_000), default: "4", "the most instances in the group"),
        StackParameter("desired_capacity", .number(0...10_000), default: "2", "how many instances there should be"),
        StackParameter("db_instance_class", .databaseClass, default: "db.t3.medium", "the class of Aurora's instances"),
        StackParameter("db_replica_count", .number(0...15), default: "1", "how many readers the Aurora cluster has"),
    ]

    /// The parameter of a name, or nil when there is none.
    package static func named(_ name: String) -> StackParameter? {
        all.first { $0.name.utf8.elementsEqual(name.utf8) }
    }
}

extension StackParameter {
    /// What the values of a parameter look like.
    package enum Kind: Hashable, Sendable {
        /// An id of AWS's with this prefix.
        case resource(String)
        /// Several of them, separated by commas.
        case resources(String)
        case number(ClosedRange<Int>)
        /// Such as `t3.medium`.
        case instanceType
        /// Such as `db.t3.medium`.
        case databaseClass
    }

    /// Whether the values are numbers.
    package var isNumber: Bool {
        guard case .number = kind else { return false }
        return true
    }

    /// Whether the values may be lists.
    package var isList: Bool {
        guard case .resources = kind else { return false }
        return true
    }

    /// What a value would have to be, if it plainly is not; nil when it may be right.
    package func objection(to text: String) -> String? {
        switch kind {
        case .resource(let prefix):
            Self.isID(text, prefix) ? nil : "expected \(prefix)- and 8 or 17 hexadecimal digits"
        case .resources(let prefix):
            Self.items(of: text).allSatisfy { Self.isID($0, prefix) }
                ? nil : "expected a list, separated by commas, of \(prefix)- and 8 or 17 hexadecimal digits each"
        case .number(let range):
            Int(text).map { range.contains($0) && "\($0)" == text } == true
                ? nil : "expected a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .instanceType:
            Self.isInstanceType(text[...]) ? nil : "expected an instance type such as t3.medium"
        case .databaseClass:
            text.hasPrefix("db.") && (text == "db.serverless" || Self.isInstanceType(text.dropFirst(3)))
                ? nil : "expected a class of database instances such as db.t3.medium"
        }
    }

    /// The items of a list that is written with commas, without the spaces around them.
    static func items(of text: String) -> [String] {
        guard !text.isEmpty else { return [] }
        return text.split(separator: ",", omittingEmptySubsequences: false).map { item in
            String(item.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func isID(_ text: String, _ prefix: String) -> Bool {
        let digits = text.utf8.dropFirst(prefix.utf8.count + 1)
        return text.hasPrefix(prefix + "-") && [8, 17].contains(digits.count)
            && digits.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
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

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
