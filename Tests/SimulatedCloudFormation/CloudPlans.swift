/// What will happen after a call, and when.
struct CloudPlanner {
    let settings: CloudSettings
    let now: Duration
    private var steps: [CloudStack.Step] = []

    init(_ settings: CloudSettings, at now: Duration) {
        self.settings = settings
        self.now = now
    }

    private var sorted: [CloudStack.Step] {
        steps.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    // MARK: - Creation and update

    /// All resources at once; the first failure cancels the others and takes all back.
    mutating func deploy(_ stack: CloudStack, _ changes: [CloudChange], isCreation: Bool) -> [CloudStack.Step] {
        let verb = isCreation ? "CREATE" : "UPDATE"
        add(nil, "\(verb)_IN_PROGRESS", now, "User Initiated")
        let begin = now + .seconds(1)
        let worked = changes.filter { $0.action != .remove }
        var ends: [(change: CloudChange, at: Duration?, failure: String?)] = []
        for change in worked {
            add(change.logicalID, "\(word(change))_IN_PROGRESS", begin, nil)
            let (time, failure) = outcome(settings.fates[change.logicalID])
            ends.append((change, time.map { begin + $0 }, failure))
        }
        let failures = ends.filter { $0.failure != nil }.compactMap(\.at)
        guard let failure = failures.min() else {
            for end in ends {
                if let at = end.at { add(end.change.logicalID, "\(word(end.change))_COMPLETE", at, nil) }
            }
            // What hangs has no end.
            guard ends.allSatisfy({ $0.at != nil }) else { return sorted }
            let end = (ends.compactMap(\.at).max() ?? begin) + .seconds(1)
            if isCreation {
                steps.append(CloudStack.Step(at: end, word: "CREATE_COMPLETE", effect: .commit))
            } else {
                cleanUp(changes, at: end)
            }
            return sorted
        }
        var policies: [String: String] = [:]
        for end in ends {
            let name = word(end.change)
            // What was made whole goes as its policy says, as it does at a deletion.
            if let at = end.at, at <= failure, end.failure == nil {
                policies[end.change.logicalID] = stack.next?.resources[end.change.logicalID]?.fate
            }
            if let at = end.at, at <= failure {
                add(end.change.logicalID, end.failure == nil ? "\(name)_COMPLETE" : "\(name)_FAILED", at, end.failure)
            } else {
                let noun = name == "CREATE" ? "creation" : "update"
                add(end.change.logicalID, "\(name)_FAILED", failure, "Resource \(noun) cancelled")
            }
        }
        rollBack(worked, policies, isCreation: isCreation, at: failure + .milliseconds(200))
        return sorted
    }

    private func word(_ change: CloudChange) -> String { change.action == .add ? "CREATE" : "UPDATE" }

    /// After an update what is not needed any more goes.
    private mutating func cleanUp(_ changes: [CloudChange], at begin: Duration) {
        steps.append(
            CloudStack.Step(at: begin, word: "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", effect: .commit))
        var end = begin
        for change in changes where change.action == .remove {
            add(change.logicalID, "DELETE_IN_PROGRESS", begin, nil)
            end = begin + settings.resourceTime
            steps.append(
                CloudPlanner.removal(change.logicalID, change.policy, at: end))
        }
        add(nil, "UPDATE_COMPLETE", end + .seconds(1), nil)
    }

    // MARK: - Rollbacks

    private mutating func rollBack(
        _ changes: [CloudChange], _ policies: [String: String], isCreation: Bool, at begin: Duration
    ) {
        let names = changes.map(\.logicalID).joined(separator: ", ")
        let prefix = isCreation ? "" : "UPDATE_"
        let doing = isCreation ? "create" : "update"
        add(
            nil, "\(prefix)ROLLBACK_IN_PROGRESS", begin,
            "The following resource(s) failed to \(doing): [\(names)]. Rollback requested by user.")
        var end = begin
        var failed: [String] = []
        for change in changes {
            let isDeleted = isCreation
            let (time, failure) = outcome(settings.rollbackFates[change.logicalID])
            let verb = isDeleted ? "DELETE" : "UPDATE"
            if !isDeleted, change.action == .add { continue }
            add(change.logicalID, "\(verb)_IN_PROGRESS", begin, nil)
            guard let time else { return }
            end = max(end, begin + time)
            if let failure {
                failed.append(change.logicalID)
                add(change.logicalID, "\(verb)_FAILED", begin + time, failure)
            } else if isDeleted {
                let policy = policies[change.logicalID]
                steps.append(CloudPlanner.removal(change.logicalID, policy, at: begin + time))
            } else {
                add(change.logicalID, "\(verb)_COMPLETE", begin + time, nil)
            }
        }
        finishRollback(changes, prefix, failed, at: end + .seconds(1))
    }

    private mutating func finishRollback(
        _ changes: [CloudChange], _ prefix: String, _ failed: [String], at end: Duration
    ) {
        guard failed.isEmpty else {
            add(
                nil, "\(prefix)ROLLBACK_FAILED", end,
                "The following resource(s) failed: [\(failed.joined(separator: ", "))].")
            return
        }
        guard !prefix.isEmpty else { return add(nil, "ROLLBACK_COMPLETE", end, nil) }
        add(nil, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", end, nil)
        for change in changes where change.action == .add {
            steps.append(
                CloudStack.Step(
                    at: end, logicalID: change.logicalID, word: "DELETE_COMPLETE", effect: .forget(change.logicalID)))
        }
        add(nil, "UPDATE_ROLLBACK_COMPLETE", end + .seconds(1), nil)
    }

    /// What failed is tried once more.
    mutating func continueRollback(_ stack: CloudStack, skipping: [String]) -> [CloudStack.Step] {
        add(nil, "UPDATE_ROLLBACK_IN_PROGRESS", now, "User Initiated")
        var failed: [String] = []
        var end = now
        for (id, resource) in stack.resources.sorted(by: { $0.key < $1.key }) where resource.word == "UPDATE_FAILED" {
            if skipping.contains(id) {
                add(id, "UPDATE_COMPLETE", now, nil)
                continue
            }
            let (time, failure) = outcome(settings.rollbackFates[id])
            add(id, "UPDATE_IN_PROGRESS", now, nil)
            guard let time else { return sorted }
            end = max(end, now + time)
            if failure != nil { failed.append(id) }
            add(id, failure == nil ? "UPDATE_COMPLETE" : "UPDATE_FAILED", now + time, failure)
        }
        finishRollback([], "UPDATE_", failed, at: end + .seconds(1))
        return sorted
    }

    // MARK: - Deletion

    mutating func delete(_ stack: CloudStack, retaining: [String]) -> [CloudStack.Step] {
        add(nil, "DELETE_IN_PROGRESS", now, "User Initiated")
        var end = now
        var failed: [String] = []
        for (id, _) in stack.resources.sorted(by: { $0.key < $1.key }) {
            let policy = retaining.contains(id) ? "Retain" : stack.current.resources[id]?.fate
            if policy?.hasPrefix("Retain") == true {
                steps.append(CloudPlanner.removal(id, policy, at: now))
                continue
            }
            add(id, "DELETE_IN_PROGRESS", now, nil)
            let (time, failure) = outcome(settings.deleteFates[id])
            guard let time else { return sorted }
            end = max(end, now + time)
            if let failure {
                failed.append(id)
                add(id, "DELETE_FAILED", now + time, failure)
            } else {
                steps.append(CloudPlanner.removal(id, policy, at: now + time))
            }
        }
        if failed.isEmpty {
            add(nil, "DELETE_COMPLETE", end + .seconds(1), nil)
        } else {
            let names = failed.joined(separator: ", ")
            add(nil, "DELETE_FAILED", end + .seconds(1), "The following resource(s) failed to delete: [\(names)].")
        }
        return sorted
    }

    /// How a resource goes, as its policy says.
    private static func removal(_ id: String, _ policy: String?, at moment: Duration) -> CloudStack.Step {
        switch policy {
        case "Retain", "RetainExceptOnCreate":
            CloudStack.Step(at: moment, logicalID: id, word: "DELETE_SKIPPED", effect: .keep(id))
        case "Snapshot": CloudStack.Step(at: moment, logicalID: id, word: "DELETE_COMPLETE", effect: .snapshot(id))
        default: CloudStack.Step(at: moment, logicalID: id, word: "DELETE_COMPLETE", effect: .forget(id))
        }
    }

    // MARK: - Parts

    private mutating func add(_ id: String?, _ word: String, _ at: Duration, _ reason: String?) {
        steps.append(CloudStack.Step(at: at, logicalID: id, word: word, reason: reason))
    }

    /// How long it takes, nil for ever, and why it fails.
    private func outcome(_ fate: Fate?) -> (time: Duration?, failure: String?) {
        switch fate {
        case nil: (settings.resourceTime, nil)
        case .succeeds(let time): (time, nil)
        case .fails(let time, let reason): (time, reason)
        case .hangs: (nil, nil)
        }
    }
}
