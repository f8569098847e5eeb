/// What has been said already, so that a trouble that lasts is told once.
struct News {
    /// What is done; each has troubles of its own.
    enum Topic: String, Hashable, CaseIterable {
        case settings = "AWS can be asked again"
        case identity = "the instance's metadata is read again"
        case metrics = "metrics are published again"
        case replacement = "the Auto Scaling group could be told that this instance is dead"
        case state = "the state that the Auto Scaling group wants is read again"
        case end = "the end of the draining could be told"
    }

    private var said: [Topic: Set<String>] = [:]

    /// Troubles beyond this are told again rather than kept.
    private static let limit = 50

    /// Whether a trouble has not been told since things were well last. Its key has nothing that differs each time, as its
    /// text may.
    mutating func isNew(_ key: String, _ topic: Topic) -> Bool {
        if said[topic, default: []].count >= Self.limit { said[topic] = [] }
        return said[topic, default: []].insert(key).inserted
    }

    /// Takes note that it is well; whether there was a trouble.
    mutating func isWell(_ topic: Topic) -> Bool { said.removeValue(forKey: topic) != nil }
}
