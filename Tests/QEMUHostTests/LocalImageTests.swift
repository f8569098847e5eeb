import FoundationEssentials
import ImageBuild
import LocalFiles
import QEMUHost
import TestBasics
import Testing

struct LocalImageTests {
    private let scene: TemporaryFolder

    init() throws {
        scene = try TemporaryFolder()
    }

    /// Puts an image there as a build leaves it.
    private func image(_ id: String, digest: String, created: Double, published: Bool) throws {
        let image = LocalImage(id, in: scene.path)
        let record = LocalImage.Record(
            imageID: id, imageName: "n", buildID: "b", digest: digest, base: "debian-12", baseImage: "bookworm:1",
            architecture: "x86_64", toolVersion: "0", created: Date(timeIntervalSince1970: created),
            published: published ? Date(timeIntervalSince1970: created + 1) : nil, commandLine: nil, inputs: [],
            artifacts: [:])
        try FileSystem.makeFolder(image.path, mode: 0o755)
        try FileSystem.replace(image.disk, "")
        try FileSystem.replace("\(image.path)/manifest.json", LocalImage.text(of: record))
        #expect(image.record == record)
    }

    @Test func anIdIsTheSameForTheSameBuildAndName() throws {
        let id = try #require(BuildID("20261122-200312-5f2c9b0d1e7a4c38"))
        let other = try #require(BuildID("20261122-200312-5f2c9b0d1e7a4c39"))
        #expect(LocalImage.id("name", of: id) == LocalImage.id("name", of: id))
        #expect(LocalImage.id("name", of: id) != LocalImage.id("name2", of: id))
        #expect(LocalImage.id("name", of: id) != LocalImage.id("name", of: other))
        #expect(LocalImage.id("name", of: id).wholeMatch(of: /local-[0-9a-f]{16}/) != nil)
    }

    @Test func theNewestPublishedImageOfADigestIsFound() throws {
        #expect(LocalImage.find(digest: "d", in: scene.path) == nil)
        try image("local-1", digest: "d", created: 10, published: true)
        try image("local-2", digest: "d", created: 30, published: true)
        try image("local-3", digest: "d", created: 20, published: true)
        try image("local-4", digest: "d", created: 40, published: false)
        try image("local-5", digest: "e", created: 50, published: true)
        try image("local-6.new", digest: "d", created: 60, published: true)
        #expect(LocalImage.find(digest: "d", in: scene.path)?.id == "local-2")
        #expect(LocalImage.find(digest: "x", in: scene.path) == nil)
    }
}
