extension State {
    func describeInstanceTypes(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let names = parameters.list("InstanceType")
        let types = settings.instanceTypes
        let missing = names.filter { name in !types.contains { $0.name == name } }
        guard missing.isEmpty else {
            throw SimulatedError(
                "InvalidInstanceType",
                "The following supplied instance types do not exist: [\(missing.joined(separator: ", "))]")
        }
        guard try parameters.filters().isEmpty else {
            throw SimulatedError("InvalidParameterValue", "The simulation filters no instance types")
        }
        let size = try parameters.pageSize(hasIDs: !names.isEmpty, largest: 100)
        let page = try parameters.page(
            of: types.filter { names.isEmpty || names.contains($0.name) }, size: size, id: \.name)
        return [XML("instanceTypeSet", items: page.items.map(fields)), XML("nextToken", optional: page.next)]
            .compactMap(\.self)
    }

    private func fields(of type: SimulatedInstanceType) -> [XML] {
        [
            XML("instanceType", type.name), XML("currentGeneration", !type.name.hasPrefix("t2.")),
            XML("bareMetal", false), XML("hypervisor", type.hypervisor),
            XML(
                "processorInfo",
                [XML("supportedArchitectures", texts: [type.architecture]), XML("sustainedClockSpeedInGhz", "2.5")]),
            XML("vCpuInfo", [XML("defaultVCpus", type.cpus)]), XML("memoryInfo", [XML("sizeInMiB", type.memory)]),
            XML("supportedBootModes", texts: type.bootModes),
        ]
    }

    /// The zones of the region: those of its subnets.
    var zones: [String] { Set(subnets.items.filter { $0.region == call.region }.map(\.zone)).sorted() }

    func describeInstanceTypeOfferings(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let kind = parameters["LocationType"] ?? "region"
        guard ["region", "availability-zone"].contains(kind) else { throw parameters.invalid("LocationType", kind) }
        var offers: [(type: String, location: String)] = []
        for type in settings.instanceTypes {
            let offered = zones.filter { type.isOffered(inZone: $0) }
            offers += (kind == "region" ? [call.region] : offered).map { (type.name, $0) }
        }
        for filter in try parameters.filters() {
            switch filter.name {
            case "instance-type": offers = offers.filter { filter.holds(for: [$0.type]) }
            case "location": offers = offers.filter { filter.holds(for: [$0.location]) }
            default: throw filter.invalid
            }
        }
        let size = try parameters.pageSize(hasIDs: false, largest: 1000)
        let page = try parameters.page(of: offers, size: size) { "\($0.type) \($0.location)" }
        let items = page.items.map {
            [XML("instanceType", $0.type), XML("locationType", kind), XML("location", $0.location)]
        }
        return [XML("instanceTypeOfferingSet", items: items), XML("nextToken", optional: page.next)]
            .compactMap(\.self)
    }

    // MARK: - Base images

    /// Makes a region's public images, with the parameters that hold their ids.
    mutating func addBaseImages(in region: String) {
        for base in settings.baseImages {
            let (id, snapshot) = (newID("ami"), newID("snap"))
            snapshots.add(
                SimulatedSnapshot(
                    id: snapshot, region: region, tags: TagSet(), history: History("completed", at: .longAgo),
                    description: base.name, volumeID: "vol-ffffffff", size: base.size, isEncrypted: false,
                    owner: base.owner, duration: .seconds(1)))
            var image = SimulatedImage(
                id: id, region: region, tags: TagSet(), history: History("available", at: .longAgo),
                name: base.name, description: base.name, owner: base.owner, ownerAlias: "amazon",
                architecture: base.architecture, bootMode: base.bootMode, rootDevice: base.rootDevice,
                size: base.size, isEncrypted: false, requiresIMDSv2: base.requiresIMDSv2, isPublic: true,
                snapshotID: snapshot, sourceInstanceID: nil, sourceImageID: nil)
            image.deprecation = base.deprecation
            images.add(image)
            parameters["\(region) \(base.parameter)"] = SimulatedParameter(
                name: base.parameter, region: region, value: id, version: 1, dataType: "aws:ec2:image", since: .longAgo)
        }
    }
}
