extension State {
    mutating func createImage(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let instance = try find(try parameters.required("InstanceId"), in: \.instances)
        try parameters.checkTags(on: ["image", "snapshot"])
        let name = try newImageName(parameters)
        guard ["running", "stopped"].contains(instance.state) else {
            throw SimulatedError(
                settings.wrongStateForImageCode,
                "Invalid value '\(instance.id)' for instanceId. Instance is not in state 'running' or 'stopped'")
        }
        guard let source = images[instance.imageID], let volume = volumes[instance.volumeID] else {
            throw SimulatedError("InternalError", "The instance has no image or no volume", status: 500)
        }
        let id = newID("ami")
        let snapshot = addSnapshot(
            of: volume.id, size: volume.size, isEncrypted: volume.isEncrypted, parameters,
            "Created by CreateImage(\(instance.id)) for \(id)")
        images.add(
            SimulatedImage(
                id: id, region: call.region, tags: TagSet(parameters.tags(on: "image"), at: now),
                history: History("pending", at: now), name: name, description: parameters["Description"] ?? "",
                owner: settings.account, ownerAlias: nil, architecture: source.architecture,
                bootMode: source.bootMode, rootDevice: source.rootDevice, size: volume.size,
                isEncrypted: volume.isEncrypted, requiresIMDSv2: source.requiresIMDSv2, isPublic: false,
                snapshotID: snapshot, sourceInstanceID: instance.id, sourceImageID: source.id))
        beginImage(id, snapshot)
        return [XML("imageId", id)]
    }

    mutating func copyImage(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        if let id = try madeBefore(with: parameters) { return [XML("imageId", id)] }
        try parameters.checkTags(on: ["image", "snapshot"])
        let sourceID = try parameters.required("SourceImageId")
        try SimulatedImage.kind.check(sourceID)
        let region = try parameters.required("SourceRegion")
        guard let source = images[sourceID], source.region == region, source.history.gone == nil,
            source.state == "available"
        else {
            throw SimulatedError(
                "InvalidRequest", "The image \(sourceID) is not available in the region \(region)")
        }
        let name = try newImageName(parameters)
        let wantsEncryption = try parameters.flag("Encrypted")
        let isEncrypted = source.isEncrypted || wantsEncryption
        let id = newID("ami")
        let snapshot = addSnapshot(
            of: "vol-ffffffff", size: source.size, isEncrypted: isEncrypted, parameters,
            "Copied for DestinationAmi \(id) from SourceAmi \(source.id) for SourceSnapshot \(source.snapshotID ?? "")")
        images.add(
            SimulatedImage(
                id: id, region: call.region, tags: TagSet(parameters.tags(on: "image"), at: now),
                history: History("pending", at: now), name: name, description: parameters["Description"] ?? "",
                owner: settings.account, ownerAlias: nil, architecture: source.architecture,
                bootMode: source.bootMode, rootDevice: source.rootDevice, size: source.size, isEncrypted: isEncrypted,
                requiresIMDSv2: source.requiresIMDSv2, isPublic: false, snapshotID: snapshot, sourceInstanceID: nil,
                sourceImageID: source.id))
        beginImage(id, snapshot)
        if parameters["ClientToken"] != nil {
            tokens[tokenKey(parameters)] = IdempotentCall(parameters: identity(parameters), id: id)
        }
        return [XML("imageId", id)]
    }

    /// A legal name that no image of the account and the region has.
    private func newImageName(_ parameters: Parameters) throws(SimulatedError) -> String {
        let name = try parameters.required("Name")
        guard (3...128).contains(name.utf8.count), name.allSatisfy({ $0.isASCII && isOfImageName($0) }) else {
            throw SimulatedError(
                "InvalidAMIName.Malformed",
                "AMI names must be between 3 and 128 characters long, and may contain letters, numbers, '(', ')', '.', "
                    + "'-', '/', '[', ']', ' ', ''', '@' and '_'")
        }
        let owner = images.items.first {
            $0.name == name && $0.region == call.region && $0.owner == settings.account && !$0.isGone
        }
        if let owner {
            throw SimulatedError("InvalidAMIName.Duplicate", "AMI name \(name) is already in use by AMI \(owner.id)")
        }
        return name
    }

    private func isOfImageName(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "()[] ./-'@_".contains(character)
    }

    private mutating func addSnapshot(
        of volumeID: String, size: Int, isEncrypted: Bool, _ parameters: Parameters, _ description: String
    ) -> String {
        let id = newID("snap")
        snapshots.add(
            SimulatedSnapshot(
                id: id, region: call.region, tags: TagSet(parameters.tags(on: "snapshot"), at: now),
                history: History("pending", at: now), description: description, volumeID: volumeID, size: size,
                isEncrypted: isEncrypted, owner: settings.account, duration: settings.durations.image))
        return id
    }

    /// Decides what becomes of an image, and of its snapshot beside it.
    private mutating func beginImage(_ id: String, _ snapshot: String) {
        counts.images += 1
        let fates = settings.imageFates
        let fate =
            fates.isEmpty
            ? .available(after: settings.durations.image) : fates[min(counts.images, fates.count) - 1]
        snapshots.update(snapshot) { $0.duration = fate.after }
        agenda.add(.imageEnds(id, fate), at: now + fate.after)
    }

    mutating func endImage(_ id: String, _ fate: ImageFate) {
        let moment = now
        images.update(id) { image in
            image.history.enter(fate.state, at: moment)
            image.reason = fate.reason
        }
        guard let snapshot = images[id]?.snapshotID else { return }
        snapshots.update(snapshot) {
            $0.history.enter(fate.state == "available" ? "completed" : "error", at: moment)
        }
    }
}
