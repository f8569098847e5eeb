import FoundationEssentials

/// A part of a list.
struct Page<Item: Sendable>: Sendable {
    var items: [Item]
    /// What asks for the next part; nil after the last one.
    var next: String?
}

extension Parameters {
    /// How many items a page may have; nil for all. EC2 refuses to divide lists of ids.
    func pageSize(hasIDs: Bool, largest: Int) throws(SimulatedError) -> Int? {
        guard let size = try integer("MaxResults") else { return nil }
        guard !hasIDs else {
            throw SimulatedError(
                "InvalidParameterCombination", "A list of ids cannot be used with the parameter maxResults")
        }
        guard (5...largest).contains(size) else {
            throw SimulatedError(
                "InvalidParameterValue",
                "Value ( \(size) ) for parameter maxResults is invalid. Expecting a value between 5 and \(largest).")
        }
        return size
    }

    /// The page that the token asks for: it names the last item before.
    func page<Item>(of items: [Item], size: Int?, id: (Item) -> String) throws(SimulatedError) -> Page<Item> {
        var rest = items[...]
        if let token = self["NextToken"] {
            guard let last = Data(base64Encoded: token).map({ String(decoding: $0, as: UTF8.self) }),
                let place = items.firstIndex(where: { id($0) == last })
            else { throw SimulatedError("InvalidPaginationToken", "The token is invalid") }
            rest = items[(place + 1)...]
        }
        guard let size, rest.count > size else { return Page(items: Array(rest)) }
        let page = rest.prefix(size)
        return Page(items: Array(page), next: page.last.map { Data(id($0).utf8).base64EncodedString() })
    }
}
