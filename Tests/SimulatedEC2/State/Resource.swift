/// Something that has an id, and tags.
protocol Resource: Sendable {
    /// How EC2 speaks of its kind.
    static var kind: ResourceKind { get }

    var id: String { get }
    var region: String { get }
    var tags: TagSet { get set }
    /// When it was made, and when it came to be in each of its states since.
    var history: History { get set }
    /// What the filters compare, by name.
    static var filters: [String: @Sendable (Self) -> [String]] { get }
}

extension Resource {
    var isGone: Bool { history.gone != nil }
}

/// How EC2 speaks of a kind of things.
struct ResourceKind: Sendable {
    /// Before the `-` of an id.
    var prefix: String
    /// As in `TagSpecification.1.ResourceType`.
    var name: String
    var notFound: String
    var malformed: String

    func notFound(_ ids: [String]) -> SimulatedError {
        let list = ids.joined(separator: ", ")
        return SimulatedError(notFound, "The \(name) ID\(ids.count > 1 ? "s" : "") '\(list)' does not exist")
    }

    /// Eight hexadecimal digits in old ids, seventeen in new ones.
    func check(_ id: String) throws(SimulatedError) {
        let digits = id.dropFirst(prefix.count + 1)
        guard id.hasPrefix("\(prefix)-"), digits.count == 8 || digits.count == 17,
            digits.allSatisfy({ "0123456789abcdef".contains($0) })
        else { throw SimulatedError(malformed, "Invalid id: \"\(id)\" (expecting \"\(prefix)-...\")") }
    }
}

/// When something was made, changed and went.
package struct History: Hashable, Sendable {
    package struct Moment: Hashable, Sendable {
        package var state: String
        package var at: Duration
    }

    package private(set) var moments: [Moment]
    /// When it was no longer to be had.
    package var gone: Duration?

    init(_ state: String, at moment: Duration) {
        moments = [Moment(state: state, at: moment)]
    }

    package var made: Duration { moments[0].at }
    package var state: String { moments[moments.count - 1].state }
    /// When it came into its state.
    package var since: Duration { moments[moments.count - 1].at }

    mutating func enter(_ state: String, at moment: Duration) { moments.append(Moment(state: state, at: moment)) }

    /// When it first came to be in a state.
    package func moment(of state: String) -> Duration? { moments.first { $0.state == state }?.at }
}

/// Tags, with when they came to be.
package struct TagSet: Hashable, Sendable {
    private struct Tag: Hashable, Sendable {
        var value: String
        var since: Duration
        var before: String?
    }

    private var tags: [String: Tag] = [:]

    init(_ values: [String: String] = [:], at moment: Duration = .zero) {
        set(values, at: moment)
    }

    /// All of them, known everywhere or not.
    package var values: [String: String] { tags.mapValues(\.value) }

    /// Those that are known everywhere when it takes so long.
    func values(at now: Duration, delay: Duration) -> [String: String] {
        tags.compactMapValues { now >= $0.since + delay ? $0.value : $0.before }
    }

    mutating func set(_ values: [String: String], at moment: Duration) {
        for (key, value) in values { tags[key] = Tag(value: value, since: moment, before: tags[key]?.value) }
    }
}

/// Things of a kind, in the order in which they were made.
struct Table<Item: Resource>: Sendable {
    private(set) var items: [Item] = []
    private var places: [String: Int] = [:]

    subscript(id: String) -> Item? { places[id].map { items[$0] } }

    mutating func add(_ item: Item) {
        places[item.id] = items.count
        items.append(item)
    }

    mutating func update(_ id: String, _ body: (inout Item) -> Void) {
        if let place = places[id] { body(&items[place]) }
    }
}
