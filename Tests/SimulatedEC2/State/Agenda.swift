/// What will happen, and when.
struct Agenda: Sendable {
    /// What happens to an instance is void when its state has changed since.
    enum Event: Sendable {
        case instanceRuns(String, age: Int)
        case instanceStops(String, age: Int)
        case instanceGoes(String, age: Int)
        case instanceShutsDown(String, age: Int, reason: SimulatedReason, isTerminated: Bool?)
        case instanceIsForgotten(String)
        case imageEnds(String, ImageFate)
    }

    private var entries: [(at: Duration, event: Event)] = []

    mutating func add(_ event: Event, at moment: Duration) {
        let place = entries.firstIndex { $0.at > moment } ?? entries.endIndex
        entries.insert((moment, event), at: place)
    }

    /// Takes out the next one that is due.
    mutating func popNext(until now: Duration) -> (at: Duration, event: Event)? {
        guard let first = entries.first, first.at <= now else { return nil }
        return entries.removeFirst()
    }
}

extension State {
    /// Lets everything happen that is due by a moment, in its order.
    mutating func settle(at moment: Duration) {
        while let (at, event) = agenda.popNext(until: moment) {
            now = at
            switch event {
            case .instanceRuns(let id, let age): if isUnchanged(id, age) { run(id) }
            case .instanceStops(let id, let age): if isUnchanged(id, age) { change(id, to: "stopped") }
            case .instanceGoes(let id, let age): if isUnchanged(id, age) { finish(id) }
            case .instanceShutsDown(let id, let age, let reason, let isTerminated):
                if isUnchanged(id, age) { shutDown(id, reason, isTerminated: isTerminated) }
            case .instanceIsForgotten(let id): instances.update(id) { $0.history.gone = at }
            case .imageEnds(let id, let fate): endImage(id, fate)
            }
        }
        now = max(now, moment)
    }

    private func isUnchanged(_ id: String, _ age: Int) -> Bool { instances[id]?.age == age }
}
