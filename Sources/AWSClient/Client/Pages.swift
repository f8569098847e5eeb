/// The pages of a list, read one after the other.
package enum Pages {
    /// Reads all of them: `read` gives the items of a token's page, the first one of nil, and the next token.
    package static func all<Item>(
        of call: AWSCall,
        _ read: (_ token: String?) async throws(AWSError) -> (items: [Item], next: String?)
    ) async throws(AWSError) -> [Item] {
        var items: [Item] = []
        var token: String?
        var seen: Set<String> = []
        repeat {
            let page = try await read(token)
            items += page.items
            token = page.next
            // A service that repeats itself would keep us for ever.
            if let token, !seen.insert(token).inserted {
                throw AWSError(call, .answer, "the service gave the same page of a list twice")
            }
        } while token != nil
        return items
    }
}
