/// One line of the journal: what is about to be done, or has been.
package enum JournalEvent: Codable, Hashable, Sendable {
    case plan(BuildPlan)
    /// The next call makes it. Without a line that follows it may or may not be there.
    case making(resource: Resource)
    case made(resource: Resource, id: String)
    /// It was refused, and is not there.
    case refused(resource: Resource, reason: String)
    /// The next call begins to remove it.
    case removing(resource: Resource, id: String)
    /// It is on its way, and gone in a while.
    case leaving(resource: Resource, id: String)
    case removed(resource: Resource)
    case reached(milestone: Milestone)
    case package(name: String, version: String)
    case phase(name: BuildPhase, seconds: Double)
    /// Another run goes on with it.
    case resumed
    case ended(status: BuildStatus, image: String?)
}

/// What need not be done again.
package enum Milestone: String, Codable, Hashable, Sendable {
    /// The guest has said that it is ready.
    case installed
    case stopped
    case imageAvailable = "image-available"
    /// The image demands version 2 of the metadata service.
    case sealed
    case tested
    /// The next call tags the image as published.
    case marking
    /// The image is tagged as published; it stays, whatever becomes of the build.
    case marked
    case announced
    case parameterWritten = "parameter-written"
    case manifestWritten = "manifest-written"
}

/// A part of a build, as a person sees it.
package enum BuildPhase: String, Codable, Hashable, Sendable, CaseIterable {
    case preflight
    case prepare
    case launch
    case install
    case stop
    case image
    case test
    case publish
    case cleanUp = "clean-up"
}

/// How a build ended.
package enum BuildStatus: String, Codable, Hashable, Sendable {
    case published
    case reused
    case failed
    case cancelled
    case resumable
    /// Only its plan was asked for, or only what would be removed.
    case planned
    /// What dead builds have left was removed.
    case reaped
}
