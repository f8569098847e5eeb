extension EC2 {
    package enum Hypervisor: EC2Word {
        /// The console can be read at any time.
        case nitro
        case xen
        case other(String)

        package static let words: [Self: String] = [.nitro: "nitro", .xen: "xen"]
        package var otherWord: String? { if case .other(let word) = self { word } else { nil } }
    }

    package struct InstanceType: Hashable, Sendable {
        package var name: String
        package var architectures: [Architecture]
        /// Nil for bare metal.
        package var hypervisor: Hypervisor?
        package var isBareMetal: Bool
        package var bootModes: [BootMode]
        package var cpus: Int?
        /// MiB.
        package var memory: Int?
    }

    /// Where a type can be had.
    package struct Offering: Hashable, Sendable {
        package var instanceType: String
        /// A zone.
        package var zone: String
    }

    /// Describes at most 100 types. One that the region does not have is an error.
    package func describeInstanceTypes(_ names: [String]) async throws(AWSError) -> [InstanceType] {
        guard !names.isEmpty else { return [] }
        var parameters = QueryParameters()
        parameters.add("InstanceType", list: names)
        return try await list(
            "DescribeInstanceTypes", parameters, set: "instanceTypeSet", largestPage: nil, InstanceType.init)
    }

    /// The zones in which some types can be had.
    package func describeOfferings(ofTypes names: [String]) async throws(AWSError) -> [Offering] {
        guard !names.isEmpty else { return [] }
        var parameters = QueryParameters([("LocationType", "availability-zone")])
        parameters.add([Filter("instance-type", names)])
        return try await list(
            "DescribeInstanceTypeOfferings", parameters, set: "instanceTypeOfferingSet", largestPage: 1000
        ) { fields throws(AWSError) in
            Offering(instanceType: try fields.required("instanceType"), zone: try fields.required("location"))
        }
    }
}

extension EC2.InstanceType {
    fileprivate init(_ fields: EC2Fields) throws(AWSError) {
        name = try fields.required("instanceType")
        let processor = fields.fields("processorInfo")
        architectures = processor?.texts("supportedArchitectures").map { EC2.Architecture($0) } ?? []
        hypervisor = fields.word("hypervisor")
        isBareMetal = try fields.flag("bareMetal") ?? false
        bootModes = fields.texts("supportedBootModes").map { EC2.BootMode($0) }
        cpus = try fields.fields("vCpuInfo")?.integer("defaultVCpus")
        memory = try fields.fields("memoryInfo")?.integer("sizeInMiB")
    }
}
