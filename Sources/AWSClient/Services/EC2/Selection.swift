extension EC2 {
    /// Which items of a list are asked for.
    package enum Selection: Hashable, Sendable {
        /// These. One that is not there is an error. None of them is an empty list, and no call.
        case ids([String])
        /// All for which every filter holds.
        case matching([Filter])

        var isEmpty: Bool { self == .ids([]) }

        /// Lists of ids are answered at once: EC2 refuses to divide them into pages.
        func largestPage(_ items: Int) -> Int? {
            switch self {
            case .ids: nil
            case .matching: items
            }
        }
    }

    /// A condition on the items of a list. It holds if one of the values fits.
    package struct Filter: Hashable, Sendable {
        package var name: String
        package var values: [String]

        /// Values are as EC2 reads them: `*` and `?` stand for other characters, unless a `\` precedes them.
        package init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }

        /// The field has exactly this value.
        package static func exactly(_ name: String, _ value: String) -> Filter {
            var text = ""
            for character in value {
                if "*?\\".contains(character) { text.append("\\") }
                text.append(character)
            }
            return Filter(name, [text])
        }

        /// The tag is there, with exactly this value.
        package static func tag(_ key: String, _ value: String) -> Filter { exactly("tag:\(key)", value) }

        /// The tag is there, whatever its value.
        package static func hasTag(_ key: String) -> Filter { exactly("tag-key", key) }
    }
}

extension QueryParameters {
    /// Adds the filters, or the ids by the name that they have in this call.
    mutating func add(_ selection: EC2.Selection, ids name: String) {
        switch selection {
        case .ids(let ids): add(name, list: ids)
        case .matching(let filters): add(filters)
        }
    }

    mutating func add(_ filters: [EC2.Filter]) {
        let list = filters.map { filter in
            var fields = QueryParameters([("Name", filter.name)])
            fields.add("Value", list: filter.values)
            return fields
        }
        add("Filter", list: list)
    }
}
