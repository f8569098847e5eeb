import FoundationEssentials

/// What an image was made of, and how: for people and programs that find the image later.
struct Manifest: Encodable {
    var imageID: String
    var imageName: String
    var buildID: String
    var digest: String
    var provider: String
    var region: String?
    var account: String?
    var base: String
    var baseImage: String
    var architecture: String
    var toolVersion: String
    var isTested: Bool
    var begun: Date
    var published: Date
    var inputs: [BuildInput]
    var artifacts: [String: String]
    var packages: [String: String]
    /// Seconds.
    var phases: [String: Double]

    private enum CodingKeys: String, CodingKey {
        case imageID = "image_id"
        case imageName = "image_name"
        case buildID = "build_id"
        case digest, provider, region, account, base
        case baseImage = "base_image"
        case architecture
        case toolVersion = "tool_version"
        case isTested = "tested"
        case begun, published, inputs, artifacts, packages, phases
    }

    init(_ state: BuildState, imageID: String, at time: Date) {
        let plan = state.plan
        self.imageID = imageID
        imageName = plan.imageName
        buildID = plan.buildID.text
        digest = plan.digest
        provider = plan.provider
        region = plan.ec2?.region
        account = plan.ec2?.account
        base = plan.base
        baseImage = plan.baseImage
        architecture = plan.architecture
        toolVersion = plan.toolVersion
        isTested = state.hasReached(.tested)
        begun = plan.created
        published = time
        inputs = plan.inputs.sorted { $0.name < $1.name }
        artifacts = Dictionary(
            plan.artifacts.map { ($0.name.rawValue, $0.sha256) }, uniquingKeysWith: { first, _ in first })
        packages = state.packages
        phases = Dictionary(
            state.phases.map { ($0.key.rawValue, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    /// As JSON for people too.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        // Structs of texts, numbers and lists, which cannot fail to encode.
        guard let data = try? encoder.encode(self) else { preconditionFailure("cannot encode the manifest") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }
}
