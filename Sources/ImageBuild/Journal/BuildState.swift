package import FoundationEssentials

/// What is known of a build from its journal.
package struct BuildState: Sendable {
    package enum Standing: Hashable, Sendable {
        /// It was about to be made at this time, and nobody has said whether it was.
        case asked(Date)
        case made(String)
        case removing(String)
        case leaving(String)
        case gone
    }

    package let plan: BuildPlan
    /// In the order in which they were first asked for.
    package private(set) var resources: [Resource] = []
    private var standings: [Resource: Standing] = [:]
    /// What was made last, and when, as long as nothing has come of it. What was found useful is known everywhere.
    package private(set) var newest: (resource: Resource, time: Date)?
    package private(set) var milestones: Set<Milestone> = []
    package private(set) var packages: [String: String] = [:]
    /// Seconds, over all runs.
    package private(set) var phases: [BuildPhase: Double] = [:]
    package private(set) var end: BuildStatus?
    /// When the last line was written.
    package private(set) var lastTime: Date

    package init(plan: BuildPlan) {
        self.plan = plan
        lastTime = plan.created
    }

    package mutating func apply(_ event: JournalEvent, at time: Date) {
        lastTime = time
        switch event {
        case .plan: break
        case .making(let resource): set(resource, .asked(time))
        case .made(let resource, let id):
            set(resource, .made(id))
            newest = (resource, time)
        case .refused(let resource, _), .removed(let resource): set(resource, .gone)
        case .removing(let resource, let id): set(resource, .removing(id))
        case .leaving(let resource, let id): set(resource, .leaving(id))
        case .reached(let milestone):
            milestones.insert(milestone)
            newest = nil
        case .package(let name, let version): packages[name] = version
        case .phase(let phase, let seconds): phases[phase, default: 0] += seconds
        case .resumed: end = nil
        case .ended(let status, _): end = status
        }
    }

    private mutating func set(_ resource: Resource, _ standing: Standing) {
        if standings[resource] == nil { resources.append(resource) }
        standings[resource] = standing
    }

    /// Nil for what was never asked for.
    package func standing(_ resource: Resource) -> Standing? { standings[resource] }

    package func hasReached(_ milestone: Milestone) -> Bool { milestones.contains(milestone) }

    /// The id of what is there, even if it is about to go.
    package func id(of resource: Resource) -> String? {
        switch standings[resource] {
        case .made(let id), .removing(let id), .leaving(let id): id
        case .asked, .gone, nil: nil
        }
    }

    /// The image's id, once it is known.
    package var imageID: String? { resources.last { $0.kind == .image }.flatMap(id) }

    /// What may still be there, and is not meant to stay.
    package var leftovers: [Resource] {
        resources.filter { resource in
            guard standings[resource] != .gone else { return false }
            return resource.kind != .image || !hasReached(.marked)
        }
    }

    /// Whether nobody needs the journal any more but to look at it.
    package var isOver: Bool { end != nil && end != .resumable && leftovers.isEmpty }
}
