/// A stack as it is, and what will become of it.
struct CloudStack: Sendable {
    struct Resource: Sendable {
        var type: String
        var physicalID: String
        var word: String
        var reason: String?
    }

    struct Event: Sendable {
        var id: String
        var at: Duration
        /// When it can be read.
        var shows: Duration
        var logicalID: String
        var physicalID: String
        var type: String
        var word: String
        var reason: String?
        var token: String?
    }

    /// Something that will happen.
    struct Step: Sendable {
        enum Effect: Sendable {
            case none
            /// What is deployed is in force.
            case commit
            case forget(String)
            /// It is not the stack's any more, and stays.
            case keep(String)
            /// It goes, and a snapshot of it stays.
            case snapshot(String)
        }

        var at: Duration
        /// Nil for the stack itself.
        var logicalID: String?
        var word: String
        var reason: String?
        var effect = Effect.none
    }

    let id: String
    let name: String
    let creation: Duration
    var updated: Duration?
    /// What it was in, and since when.
    var history: [(at: Duration, word: String, reason: String?)] = []
    var changeSetID: String?
    var current = CloudTemplate()
    /// What is being deployed.
    var next: CloudTemplate?
    var tags: [String: String] = [:]
    var isProtected = false
    var resources: [String: Resource] = [:]
    var events: [Event] = []
    var plan: [Step] = []
    var token: String?
    var changeSets: [CloudChangeSet] = []
    var kept: [CloudKept] = []

    var word: String { history.last?.word ?? "" }
    var isInProgress: Bool { word.hasSuffix("_IN_PROGRESS") && word != "REVIEW_IN_PROGRESS" }

    func state(at moment: Duration) -> (word: String, reason: String?) {
        let entry = history.last { $0.at <= moment } ?? history.first
        return (entry?.word ?? "", entry?.reason)
    }

    mutating func enter(_ word: String, at moment: Duration, reason: String? = nil, lag: Duration = .zero) {
        history.append((moment, word, reason))
        addEvent(nil, word, at: moment, reason: reason, lag: lag)
    }

    mutating func addEvent(
        _ logicalID: String?, _ word: String, at moment: Duration, reason: String?, lag: Duration
    ) {
        let resource = logicalID.flatMap { resources[$0] }
        let number = events.count
        // Another part of the lag for each, but the same in each run.
        let part = Double((number * 7) % 11) / 11
        events.append(
            Event(
                id: "\(logicalID ?? name)-\(word)-\(number)", at: moment, shows: moment + lag * part,
                logicalID: logicalID ?? name, physicalID: resource?.physicalID ?? (logicalID == nil ? id : ""),
                type: resource?.type ?? (logicalID == nil ? "AWS::CloudFormation::Stack" : ""), word: word,
                reason: reason, token: token))
    }

    /// Lets everything happen that is due.
    mutating func settle(at now: Duration, lag: Duration) {
        while let step = plan.first, step.at <= now {
            plan.removeFirst()
            guard let id = step.logicalID else {
                if case .commit = step.effect, let template = next {
                    current = template
                    next = nil
                }
                enter(step.word, at: step.at, reason: step.reason, lag: lag)
                continue
            }
            let type = next?.resources[id]?.type ?? current.resources[id]?.type ?? ""
            var resource = resources[id] ?? Resource(type: type, physicalID: "\(name)-\(id)-1", word: step.word)
            resource.word = step.word
            resource.reason = step.reason
            resources[id] = resource
            addEvent(id, step.word, at: step.at, reason: step.reason, lag: lag)
            switch step.effect {
            case .none, .commit: break
            case .forget: resources[id] = nil
            case .keep: leave(id, asSnapshot: false, at: step.at)
            case .snapshot: leave(id, asSnapshot: true, at: step.at)
            }
        }
    }

    private mutating func leave(_ id: String, asSnapshot: Bool, at moment: Duration) {
        guard let resource = resources.removeValue(forKey: id) else { return }
        kept.append(
            CloudKept(
                stack: name, logicalID: id, type: resource.type, physicalID: resource.physicalID,
                // As CloudFormation names them, in small letters as RDS does.
                snapshotID: asSnapshot
                    ? "\(name)-snapshot-\(id)-\(String(0xAB00 + events.count, radix: 36))\(self.id.suffix(8))"
                        .lowercased()
                    : nil, at: moment))
    }
}

/// A change set.
struct CloudChangeSet: Sendable {
    var id: String
    var name: String
    var token: String?
    var kind: String
    var readyAt: Duration
    var template: CloudTemplate
    var tags: [String: String]
    var changes: [CloudChange]
    /// Why it cannot be executed.
    var trouble: String?
    var execution: String?

    func status(at now: Duration) -> String {
        now < readyAt ? "CREATE_IN_PROGRESS" : trouble == nil ? "CREATE_COMPLETE" : "FAILED"
    }

    func executionStatus(at now: Duration) -> String {
        execution ?? (status(at: now) == "CREATE_COMPLETE" ? "AVAILABLE" : "UNAVAILABLE")
    }
}
