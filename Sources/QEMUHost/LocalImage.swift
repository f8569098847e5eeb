package import FoundationEssentials
package import ImageBuild
import LocalFiles

/// An image on this machine: a folder with a disk, for a machine without a loader kernel and initrd too, and what is known
/// of it.
package struct LocalImage: Sendable {
    /// What is known of an image.
    package struct Record: Codable, Hashable, Sendable {
        package var imageID: String
        package var imageName: String
        package var buildID: String
        package var digest: String
        package var base: String
        package var baseImage: String
        package var architecture: String
        package var toolVersion: String
        package var created: Date
        /// When it was found to be good; nil before.
        package var published: Date?
        /// Whether a cluster was read and written through its pgpool before that; nil for no.
        package var tried: Bool?
        /// For a machine without a loader: what its kernel is told.
        package var commandLine: String?
        package var inputs: [BuildInput]
        package var artifacts: [String: String]

        package init(
            imageID: String, imageName: String, buildID: String, digest: String, base: String, baseImage: String,
            architecture: String, toolVersion: String, created: Date, published: Date?, commandLine: String?,
            inputs: [BuildInput], artifacts: [String: String]
        ) {
            self.imageID = imageID
            self.imageName = imageName
            self.buildID = buildID
            self.digest = digest
            self.base = base
            self.baseImage = baseImage
            self.architecture = architecture
            self.toolVersion = toolVersion
            self.created = created
            self.published = published
            self.commandLine = commandLine
            self.inputs = inputs
            self.artifacts = artifacts
        }

        private enum CodingKeys: String, CodingKey {
            case imageID = "image_id"
            case imageName = "image_name"
            case buildID = "build_id"
            case digest, base
            case baseImage = "base_image"
            case architecture
            case toolVersion = "tool_version"
            case created, published, tried
            case commandLine = "command_line"
            case inputs, artifacts
        }
    }

    /// The files in it.
    enum Name {
        static let disk = "disk.qcow2"
        static let kernel = "kernel"
        static let initrd = "initrd"
        static let manifest = "manifest.json"
    }

    package let id: String
    package let path: String

    package init(_ id: String, in dataFolder: String) {
        self.id = id
        path = "\(LocalImage.all(in: dataFolder))/\(id)"
    }

    package static func all(in dataFolder: String) -> String { "\(dataFolder)/images" }

    /// The id that the image of a build has under a name: asking again makes no second one.
    package static func id(_ name: String, of buildID: BuildID) -> String {
        "local-\(sha256Text(of: Array("\(buildID) \(name)".utf8)).prefix(16))"
    }

    /// While it is being made.
    var partialPath: String { "\(path).new" }

    package var isThere: Bool { FileSystem.isFolder(path) }
    package var disk: String { "\(path)/\(Name.disk)" }
    package var hasKernel: Bool { FileSystem.exists("\(path)/\(Name.kernel)") }

    /// What is known of it; nil when it is not there or nobody understands it.
    package var record: Record? {
        guard let bytes = try? FileSystem.read("\(path)/\(Name.manifest)") else { return nil }
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try? decoder.decode(Record.self, from: Data(bytes))
    }

    /// As a file has it, for people too.
    package static func text(of record: Record) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        // A struct of texts, times and lists, which cannot fail to encode.
        guard let data = try? encoder.encode(record) else { preconditionFailure("cannot encode a manifest") }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Writes down that it is good.
    func publish(at time: Date, wasTried: Bool) throws(HostError) {
        guard var record else { throw HostError(.rejected, "there is no image \(id) in \(path) any more") }
        record.published = record.published ?? time
        if wasTried { record.tried = true }
        let text = LocalImage.text(of: record)
        try files { () throws(FileError) in
            try FileSystem.replace("\(path)/\(Name.manifest)", text, mode: 0o644)
        }
    }

    /// Removes it, also one that is half made.
    func remove() {
        for folder in [path, partialPath] { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// The newest image that was published for the same inputs, and perhaps tried on a cluster; nil if there is none.
    package static func find(digest: String, in dataFolder: String, wasTried: Bool = false) -> LocalImage? {
        var found: (image: LocalImage, time: Date)?
        for name in FileSystem.names(in: all(in: dataFolder)) where !name.hasSuffix(".new") {
            let image = LocalImage(name, in: dataFolder)
            guard let record = image.record, record.digest == digest, record.published != nil,
                !wasTried || record.tried == true, FileSystem.exists(image.disk)
            else { continue }
            if found.map({ $0.time < record.created }) ?? true { found = (image, record.created) }
        }
        return found?.image
    }
}
