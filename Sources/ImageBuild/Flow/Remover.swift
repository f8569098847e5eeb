import AWSClient
package import Diagnostics
import FoundationEssentials

/// Removes what a build has made and nobody is to keep, in the order in which it can go.
///
/// What costs most goes first: who is killed meanwhile leaves the least.
package struct Remover: Sendable {
    let host: any BuildHost
    let journal: Journal
    let runtime: BuildRuntime
    let pace: BuildPace
    private let calls: HostCalls

    package init(host: any BuildHost, journal: Journal, runtime: BuildRuntime, pace: BuildPace) {
        self.host = host
        self.journal = journal
        self.runtime = runtime
        self.pace = pace
        calls = HostCalls(runtime: runtime, pace: pace, deadline: runtime.timer.elapsed() + Remover.limit)
    }

    /// As long as removing may take.
    private static let limit = Duration.seconds(600)
    private static let order: [Resource.Kind] = [.instance, .image, .object, .securityGroup]

    /// Removes all of it; returns what is left and why.
    package func removeAll() async -> [Diagnostic] {
        var left: [Diagnostic] = []
        let leftovers = journal.state.leftovers
        for kind in Remover.order {
            // A group cannot go before the instances that use it are gone.
            if kind == .securityGroup { left += await awaitGone(leftovers.filter { $0.kind == .instance }) }
            for resource in leftovers.filter({ $0.kind == kind }).reversed() {
                if let trouble = await remove(resource) { left.append(trouble) }
            }
        }
        return left
    }

    /// Begins to remove something, and for what goes at once, ends it.
    private func remove(_ resource: Resource) async -> Diagnostic? {
        do throws(BuildFailure) {
            if case .leaving = journal.state.standing(resource) { return nil }
            guard let id = try await id(of: resource) else {
                write(.removed(resource: resource))
                return nil
            }
            if resource.kind == .image, try await isMarked(id) {
                write(.reached(milestone: .marked))
                say("the image \(id) is published, and stays")
                return nil
            }
            write(.removing(resource: resource, id: id))
            do throws(WaitFailure<HostError>) {
                try await calls.change("\(resource) to go") { () throws(HostError) in
                    guard try await !host.remove(resource, id), isYoung(resource) else { return }
                    throw HostError(.notKnownYet, "what was just made is not known yet: \(resource)")
                }
            } catch {
                throw calls.failure(error)
            }
            guard resource.kind != .instance else {
                write(.leaving(resource: resource, id: id))
                return nil
            }
            write(.removed(resource: resource))
            say("deleted \(Remover.words(resource, id))")
            return nil
        } catch {
            return Remover.left(resource, error)
        }
    }

    /// Whether an image that was about to be marked is: somebody else may use it already.
    private func isMarked(_ id: String) async throws(BuildFailure) -> Bool {
        guard let time = journal.state.markingTime else { return false }
        return try await calls.wait("the image \(id) to show its tags") { () throws(HostError) in
            if try await host.isMarked(id) { return .done(true) }
            return isSettled(since: time) ? Waiter.Answer<Bool>.done(false) : .pending
        }
    }

    /// Whether an effect of that time would have shown by now.
    private func isSettled(since time: Date) -> Bool {
        runtime.now().timeIntervalSince(time) >= pace.settle / .seconds(1)
    }

    /// Whether it was made so lately, and nothing was done with it since, that one who does not find it may not know of it
    /// yet.
    private func isYoung(_ resource: Resource) -> Bool {
        guard let newest = journal.state.newest, newest.resource == resource else { return false }
        return !isSettled(since: newest.time)
    }

    /// The id of what is there; what was asked for without an answer is looked for until it would have shown.
    private func id(of resource: Resource) async throws(BuildFailure) -> String? {
        guard case .asked(let time) = journal.state.standing(resource) else { return journal.state.id(of: resource) }
        return try await calls.wait("\(resource) to show, if it is there") { () throws(HostError) in
            if let id = try await host.find(resource) { return .done(id) }
            return isSettled(since: time) ? Waiter.Answer<String?>.done(nil) : .pending
        }
    }

    private func awaitGone(_ instances: [Resource]) async -> [Diagnostic] {
        var left: [Diagnostic] = []
        for resource in instances {
            guard let id = journal.state.id(of: resource) else { continue }
            do throws(BuildFailure) {
                try await calls.wait("the instance \(id) to be gone") { () throws(HostError) in
                    try await host.isGone(resource, id) ? Waiter.Answer<Void>.done(()) : .pending
                }
                write(.removed(resource: resource))
                say("deleted \(Remover.words(resource, id))")
            } catch {
                left.append(Remover.left(resource, error))
            }
        }
        return left
    }

    private func write(_ event: JournalEvent) {
        // What is gone is gone, even if it cannot be written down.
        try? journal.write(event)
    }

    private func say(_ text: String) { runtime.report(.note(text)) }

    private static func words(_ resource: Resource, _ id: String) -> String {
        switch resource.kind {
        case .instance: "the instance \(id)"
        case .image: "the image \(id)\(id.hasPrefix("ami-") ? " and its snapshots" : "")"
        case .securityGroup: "the security group \(id)"
        case .object: id
        }
    }

    private static func left(_ resource: Resource, _ failure: BuildFailure) -> Diagnostic {
        var diagnostic = failure.diagnostics.first ?? Diagnostic(.warning, "it is not known why")
        diagnostic.severity = .warning
        diagnostic.message = "\(resource) is left: \(diagnostic.message)"
        return diagnostic
    }
}
