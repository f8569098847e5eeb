extension State {
    /// Whether a thing is known by its id, to calls that read or to such that change something.
    func isKnown(_ item: some Resource, toChange: Bool = false) -> Bool {
        guard item.region == call.region, !item.isGone else { return false }
        if toChange, !settings.consistency.hidesFromChanges { return true }
        return now >= item.history.made + settings.consistency.ids
    }

    /// The things with some ids, to change them.
    func find<Item: Resource>(_ ids: [String], in table: KeyPath<State, Table<Item>>) throws(SimulatedError) -> [Item] {
        try find(ids, in: table, toChange: true)
    }

    /// The thing with an id, to change it.
    func find<Item: Resource>(_ id: String, in table: KeyPath<State, Table<Item>>) throws(SimulatedError) -> Item {
        try find([id], in: table, toChange: true)[0]
    }

    private func find<Item: Resource>(
        _ ids: [String], in table: KeyPath<State, Table<Item>>, toChange: Bool
    ) throws(SimulatedError) -> [Item] {
        for id in ids { try Item.kind.check(id) }
        let items = ids.map { id in self[keyPath: table][id].flatMap { isKnown($0, toChange: toChange) ? $0 : nil } }
        let missing = zip(ids, items).filter { $0.1 == nil }.map(\.0)
        guard missing.isEmpty else {
            if Item.self == SimulatedImage.self, let error = unavailable(missing) { throw error }
            throw Item.kind.notFound(missing)
        }
        return items.compactMap(\.self)
    }

    /// EC2 remembers images that were taken back.
    private func unavailable(_ ids: [String]) -> SimulatedError? {
        guard let id = ids.first(where: { images[$0].map { $0.isGone && $0.region == call.region } ?? false }) else {
            return nil
        }
        return SimulatedError("InvalidAMIID.Unavailable", "The image ID '\(id)' is no longer available")
    }

    /// A page of a list: the things with some ids, or those for which the filters hold.
    func list<Item: Resource>(
        _ table: KeyPath<State, Table<Item>>, _ parameters: Parameters, ids name: String, largestPage: Int = 1000,
        where condition: (Item) -> Bool = { _ in true }
    ) throws(SimulatedError) -> Page<Item> {
        let ids = parameters.list(name)
        let filters = try parameters.filters()
        let size = try parameters.pageSize(hasIDs: !ids.isEmpty, largest: largestPage)
        var items =
            ids.isEmpty
            ? self[keyPath: table].items.filter { isKnown($0) } : try find(ids, in: table, toChange: false)
        items = items.filter(condition)
        for filter in filters {
            if filter.isOfTags {
                items = items.filter { filter.holds(forTags: knownTags($0.tags)) }
                continue
            }
            guard let values = Item.filters[filter.name] else { throw filter.invalid }
            items = items.filter { item in
                now >= item.history.made + settings.consistency.filters && filter.holds(for: values(item))
            }
        }
        return try parameters.page(of: items, size: size) { $0.id }
    }
}
