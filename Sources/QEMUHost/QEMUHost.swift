package import AWSClient
package import FoundationEssentials
import Glibc
package import ImageBuild
import LocalFiles

/// A build on virtual machines of this machine's.
package struct QEMUHost: Sendable {
    let plan: BuildPlan
    let own: LocalPlan
    let tools: Toolbox
    let timer: WaitTimer
    let now: @Sendable () -> Date
    let bases: BaseStore
    let trial: ImageTrial?

    package init(
        _ plan: BuildPlan, _ own: LocalPlan, tools: Toolbox, timer: WaitTimer, now: @escaping @Sendable () -> Date,
        trial: ImageTrial? = nil, say: @escaping @Sendable (String) -> Void
    ) {
        self.plan = plan
        self.own = own
        self.tools = tools
        self.timer = timer
        self.now = now
        self.trial = trial
        bases = BaseStore(own.cacheFolder, tools, say: say)
    }

    func folder(_ key: String) -> InstanceFolder { InstanceFolder(key, in: own.dataFolder) }
    func localImage(_ id: String) -> LocalImage { LocalImage(id, in: own.dataFolder) }

    /// A guest that does not heed the power button for so long is cut off. A machine without a processor of its own needs
    /// longer for everything.
    var stopLimit: Double { own.accelerator == .kvm ? 90 : 300 }
}

extension QEMUHost: BuildHost {
    package var scaffolding: [Resource] { [] }
    package var placeCount: Int { 1 }

    package func name(ofPlace index: Int) -> String {
        "QEMU with \(own.accelerator == .kvm ? "KVM" : "software emulation"), \(own.processors) processors, \(own.memory) MiB"
    }

    package func make(_ resource: Resource) async throws(HostError) -> String {
        throw HostError(.rejected, "\(resource) is nothing that this machine needs")
    }

    package func deliveries() async throws(HostError) -> [String: String] {
        var variables: [String: String] = [:]
        for artifact in plan.artifacts {
            let name = "PGPOOL_AURORA_\(artifact.name.rawValue.uppercased())"
            variables["\(name)_SHA256"] = artifact.sha256
            variables["\(name)_ADDRESS"] = artifact.address ?? "disk:\(artifact.name.rawValue)"
        }
        return variables
    }

    package func instance(_ id: String) async throws(HostError) -> HostedInstance {
        let folder = folder(id)
        let found = folder.state
        if found.state == .stopping, let time = folder.stopTime, now().timeIntervalSince(time) > stopLimit {
            // What it had not written to its disk is lost, so no image may be made of it.
            try files { () throws(FileError) in
                try FileSystem.replace(folder.path(InstanceFolder.Name.cutOff), "", isSynced: false)
            }
            folder.process?.send(SIGTERM)
        }
        return found
    }

    package func rehearse(on instanceID: String) async throws(HostError) {}

    package func console(_ id: String) async throws(HostError) -> [UInt8] { try folder(id).console() }

    package func examine(_ id: String) async throws(HostError) {
        guard let trial else { return }
        try await trial.examine(try await MachineMonitor(folder(id)).forwards())
    }

    package func stop(_ id: String) async throws(HostError) {
        let folder = folder(id)
        guard folder.process != nil else { return }
        if folder.stopTime == nil {
            // First of all, so that the machine's end is known to be ours.
            let text = "\(now().timeIntervalSince1970)\n"
            try files { () throws(FileError) in try FileSystem.replace(folder.path(InstanceFolder.Name.stopped), text) }
        }
        do throws(HostError) {
            try await MachineMonitor(folder).execute("system_powerdown")
        } catch {
            // It may have ended meanwhile.
            guard folder.process == nil else { throw error }
        }
    }

    package func seal(_ imageID: String) async throws(HostError) {}

    package func mark(_ imageID: String) async throws(HostError) {
        try localImage(imageID).publish(at: now(), wasTried: trial != nil)
    }

    package func isMarked(_ imageID: String) async throws(HostError) -> Bool {
        localImage(imageID).record?.published != nil
    }

    package func announce(_ imageID: String) async throws(HostError) -> Bool { false }

    package func prolong(_ ids: [String]) async throws(HostError) {}

    package func find(_ resource: Resource) async throws(HostError) -> String? {
        switch resource.kind {
        case .instance:
            let folder = folder(resource.key)
            return folder.isThere || folder.isPartial ? resource.key : nil
        case .image:
            let image = localImage(LocalImage.id(resource.key, of: plan.buildID))
            return image.isThere || FileSystem.exists(image.partialPath) ? image.id : nil
        case .object, .securityGroup: return nil
        }
    }

    /// What is not there is gone for certain: nothing shows late here.
    package func remove(_ resource: Resource, _ id: String) async throws(HostError) -> Bool {
        switch resource.kind {
        case .instance: try await folder(id).remove(timer)
        case .image: localImage(id).remove()
        case .object, .securityGroup: break
        }
        return true
    }

    package func isGone(_ resource: Resource, _ id: String) async throws(HostError) -> Bool {
        switch resource.kind {
        case .instance:
            let folder = folder(id)
            return !folder.isThere && !folder.isPartial
        case .image, .object, .securityGroup: return try await find(resource) == nil
        }
    }
}
