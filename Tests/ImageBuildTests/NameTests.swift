import Diagnostics
import FoundationEssentials
import ImageBuild
import SimulatedBuild
import Testing

/// Names, ids, digests and tags.
struct NameTests {
    private let time = Date(timeIntervalSince1970: 1_790_000_000.75)

    @Test func aBuildsIDSortsByTime() throws {
        let id = BuildID(at: time, random: 0x5F2C_9B0D_1E7A_4C38)
        #expect(id.text == "20260921-141320-5f2c9b0d1e7a4c38" && id.description == id.text)
        #expect(BuildID(at: time, random: 0).text == "20260921-141320-0000000000000000")
        #expect(BuildID(at: time, random: .max).text.hasSuffix("-ffffffffffffffff"))
        #expect(BuildID(at: time.addingTimeInterval(1), random: 0).text > BuildID(at: time, random: .max).text)
        #expect(BuildID(id.text) == id)
        #expect(try JSONDecoder().decode(BuildID.self, from: JSONEncoder().encode(id)) == id)
    }

    @Test(arguments: [
        "", "-a", "A", "a_b", "a/b", "..", "a b", "ä", "a\n", "a.jsonl", "12345678901234567890123456789012345678901",
    ])
    func aTextThatIsNoID(_ text: String) {
        #expect(BuildID(text) == nil)
        #expect(throws: DecodingError.self) {
            _ = try JSONDecoder().decode([BuildID].self, from: JSONEncoder().encode([text]))
        }
    }

    @Test func anIDMayHaveFortyCharacters() {
        #expect(BuildID("1234567890123456789012345678901234567890") != nil && BuildID("b-1") != nil)
    }

    @Test func aNameIsFilledIn() {
        let name = ImageName(
            pgpool: "4.5.12", time: time, architecture: "arm64", base: "debian-12", digest: "0123456789abcdef")
        #expect(
            name.fill("a/{pgpool} {time} {architecture} ({base}) {digest} {digest}")
                == "a/4.5.12 20260921T141320Z arm64 (debian-12) 0123456789ab 0123456789ab")
        #expect(name.fill("x{other}y:z+ü\n*\u{1F600}") == "x-other-y-z-----")
        #expect(name.fill("()[] ./-'@_") == "()[] ./-'@_")
        #expect(name.fill("") == "")
    }

    @Test func aNameHasALength() {
        #expect(
            ImageName.objection(to: "abc") == nil && ImageName.objection(to: String(repeating: "a", count: 128)) == nil)
        #expect(ImageName.objection(to: "ab") == "'ab' has 2 characters; an AMI's name has 3 to 128")
        #expect(ImageName.objection(to: String(repeating: "a", count: 129))?.contains("has 129 characters") == true)
    }

    @Test func aNameThatIsTooLongIsToldWithItsPlace() async throws {
        let scene = try BuildScene(["name": "'{time}\(String(repeating: "x", count: 120))'"])
        do {
            _ = try await scene.plan()
            Issue.record("it was planned")
        } catch let error as DiagnosticsError {
            #expect(error.description.hasPrefix("cluster.yaml:5:9: error: [image.name] '20260921T141320Z"))
        }
    }

    @Test func theDigestIsOverAllOfIt() {
        let inputs = [BuildInput("a", "1"), BuildInput("b", "2"), BuildInput("c", "")]
        let digest = BuildInput.digest(of: inputs)
        #expect(digest.count == 64 && BuildInput.digest(of: inputs.reversed()) == digest)
        let others = [
            [BuildInput("a", "2"), BuildInput("b", "1"), BuildInput("c", "")], Array(inputs.dropLast()),
            inputs + [BuildInput("d", "")], [BuildInput("a", "1"), BuildInput("b", "2"), BuildInput("C", "")],
            [BuildInput("a", "1"), BuildInput("b", "2 "), BuildInput("c", "")], [],
        ]
        #expect(Set(others.map { BuildInput.digest(of: $0) } + [digest]).count == others.count + 1)
        // By the published vector of SHA-256.
        #expect(sha256Text(of: Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(BuildInput("x", "abc").sha256 == sha256Text(of: Array("abc".utf8)))
    }

    @Test func aTagHoldsATime() {
        #expect(BuildTags.text(time) == "2026-09-21T14:13:20Z")
        #expect(BuildTags.time("2026-09-21T14:13:20Z") == Date(timeIntervalSince1970: 1_790_000_000))
        for text in [nil, "", "soon", "2026-09-21", "1790000000"] { #expect(BuildTags.time(text) == nil) }
    }
}
