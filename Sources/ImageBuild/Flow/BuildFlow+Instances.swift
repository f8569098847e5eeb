import AWSClient
import Diagnostics

extension BuildFlow {
    /// Makes what instances need, unless it is there.
    private func prepare() async throws(BuildFailure) {
        let missing = host.scaffolding.filter { journal.state.id(of: $0) == nil }
        guard !missing.isEmpty else { return }
        try await phase(.prepare) { () async throws(BuildFailure) in
            for resource in missing {
                _ = try await make(resource) { [host] () throws(HostError) in try await host.make(resource) }
            }
        }
    }

    /// Brings an instance to the point where it has said that it is ready, and stops it. Returns its id.
    func install() async throws(BuildFailure) -> String {
        let id = try await instance(.install, of: plan.baseImage, in: .launch)
        if !journal.state.hasReached(.installed) {
            try await phase(.install) { () async throws(BuildFailure) in
                try await awaitVerdict(of: id, .install)
                try write(.reached(milestone: .installed))
            }
        }
        if !journal.state.hasReached(.stopped) {
            try await phase(.stop) { () async throws(BuildFailure) in
                try await stop(id)
                try write(.reached(milestone: .stopped))
            }
        }
        return id
    }

    private func stop(_ id: String) async throws(BuildFailure) {
        try await change("the instance \(id) to take the stop") { [host] () throws(HostError) in
            try await host.stop(id)
        }
        try await calls.wait("the instance \(id) to stop") { () throws(HostError) in
            let instance = try await host.instance(id)
            return switch instance.state {
            case .stopped: .done(())
            case .gone: .failed("it is gone\(reason(instance))")
            case .starting, .running, .stopping: .pending
            }
        }
    }

    /// Boots the image, and waits for what it says of itself.
    func test(_ imageID: String) async throws(BuildFailure) {
        guard !journal.state.hasReached(.tested) else { return }
        try await phase(.test) { () async throws(BuildFailure) in
            let id = try await instance(.test, of: imageID, in: nil)
            try await awaitVerdict(of: id, .test)
            try await calls.wait("the examination of \(id)") { [host] () throws(HostError) in
                .done(try await host.examine(id))
            }
            try write(.reached(milestone: .tested))
            try await retire(id)
        }
    }

    /// Ends an instance that has done its work. What becomes of it is looked at when all is cleaned up.
    func retire(_ id: String) async throws(BuildFailure) {
        guard let resource = journal.state.resources.first(where: { journal.state.standing($0) == .made(id) }) else {
            return
        }
        try write(.removing(resource: resource, id: id))
        _ = try await change("the instance \(id) to go") { [host] () throws(HostError) in
            try await host.remove(resource, id)
        }
        try write(.leaving(resource: resource, id: id))
    }

    // MARK: - Launching

    /// The instance of a role, launched in the first place that has room for it.
    private func instance(
        _ role: GuestRole, of imageID: String, in phase: BuildPhase?
    ) async throws(BuildFailure) -> String {
        // One that was stopped, or is about to go, has done its work.
        if role == .install, journal.state.hasReached(.installed),
            let id = journal.state.resources.lazy.filter({ $0.role == role }).compactMap(journal.state.id).first
        {
            return id
        }
        try await prepare()
        guard let phase else { return try await launch(role, of: imageID) }
        return try await self.phase(phase) { () async throws(BuildFailure) in try await launch(role, of: imageID) }
    }

    private func launch(_ role: GuestRole, of imageID: String) async throws(BuildFailure) -> String {
        for place in 0..<host.placeCount {
            let resource = Resource(.instance, "\(plan.buildID)-\(role.rawValue)-\(place)", role: role, place: place)
            guard journal.state.standing(resource) != .gone else { continue }
            let isKnown = journal.state.id(of: resource) != nil
            guard let id = try await launch(resource, of: imageID) else { continue }
            guard try await isRunning(id, resource, isKnown: isKnown) else { continue }
            // One that tests the image is only ended, which was found out with the first.
            guard role == .install else { return id }
            try await change("leave to stop \(id), to make an image of it and to end it") {
                [host] () throws(HostError) in try await host.rehearse(on: id)
            }
            return id
        }
        throw BuildFailure(
            .failed, "no place has room for an instance; tried were \(host.placeCount)",
            notes: [
                "name more of image.instance_types or image.subnets, or try again later; what was tried is above"
            ])
    }

    /// Launches an instance unless it is there already; nil if there is no room.
    private func launch(_ resource: Resource, of imageID: String) async throws(BuildFailure) -> String? {
        if let id = journal.state.id(of: resource) { return id }
        let state = journal.state
        let scaffolding = host.scaffolding.compactMap { part in state.id(of: part).map { (part, $0) } }
        let launch = InstanceLaunch(
            resource, imageID: imageID, userData: try await userData(resource.role ?? .install),
            scaffolding: Dictionary(scaffolding, uniquingKeysWith: { first, _ in first }))
        let made = try await make(resource) { [host] () throws(HostError) in try await host.launch(launch) }
        guard let id = made else { return nil }
        note("launched \(id), \(host.name(ofPlace: resource.place ?? 0))")
        return id
    }

    /// Waits until it runs; false if there was no room for it after all. One of an earlier run may have ended long since,
    /// which its console tells more of.
    private func isRunning(
        _ id: String, _ resource: Resource, isKnown: Bool
    ) async throws(BuildFailure) -> Bool {
        let instance = try await calls.wait("the instance \(id) to run") { () throws(HostError) in
            let instance = try await host.instance(id)
            return switch instance.state {
            case .starting: Waiter.Answer<HostedInstance>.pending
            case .running, .stopping, .stopped, .gone: .done(instance)
            }
        }
        guard instance.state == .gone, instance.lacksCapacity || !isKnown else { return true }
        guard instance.lacksCapacity else {
            // What a host keeps of one that has ended goes with the clean-up.
            throw BuildFailure(.failed, "the instance \(id) ended before it ran\(reason(instance))")
        }
        try write(.removed(resource: resource))
        runtime.report(.warning(Diagnostic(.warning, "\(id) ended before it ran\(reason(instance))")))
        return false
    }

    func reason(_ instance: HostedInstance) -> String { instance.reason.isEmpty ? "" : ": \(instance.reason)" }

    /// Made anew for each launch, since an address in it may be signed for a while only.
    private func userData(_ role: GuestRole) async throws(BuildFailure) -> [UInt8] {
        var variables = plan.variables
        if role == .install {
            let addresses = try await calls.wait("the artifacts' addresses") { () throws(HostError) in
                .done(try await host.deliveries())
            }
            variables.merge(addresses) { _, new in new }
        }
        do throws(DiagnosticsError) {
            return try UserData(
                buildID: plan.buildID, role: role, variables: variables, files: plan.guestFiles
            ).compressed()
        } catch {
            throw BuildFailure(.badInput, error.diagnostics)
        }
    }
}
