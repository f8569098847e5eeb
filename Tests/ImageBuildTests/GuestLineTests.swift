import ImageBuild
import TestBasics
import Testing

/// What counts as a word of the guest.
struct GuestLineTests {
    private static let id = "20260921-141320-5f2c9b0d1e7a4c38"

    private func read(_ line: String) throws -> GuestLine? {
        GuestLine(line, buildID: try #require(BuildID(GuestLineTests.id)))
    }

    @Test(arguments: [
        ("ok", GuestLine.ok), ("step 1/3 tool", .step(1, of: 3, name: "tool")),
        ("step 3/3 10-packages.sh", .step(3, of: 3, name: "10-packages.sh")),
        ("failed tool 7 no such file", .failed(step: "tool", exit: 7, message: "no such file")),
        ("failed tool 7", .failed(step: "tool", exit: 7, message: "")),
        ("failed tool 7 ", .failed(step: "tool", exit: 7, message: "")),
        ("failed tool -1 a  b", .failed(step: "tool", exit: -1, message: "a  b")),
        ("package openssl 3.2.2-1.amzn2023", .package(name: "openssl", version: "3.2.2-1.amzn2023")),
        ("package libstdc++6 12.2.0-14+deb12u1", .package(name: "libstdc++6", version: "12.2.0-14+deb12u1")),
    ])
    func eachFormIsRead(_ text: String, _ expected: GuestLine) throws {
        for prefix in ["", "[   31.415926] cloud-init[812]: ", "<14>Sep 21 ip-10-0-0-1 ec2: ", "\t", " "] {
            #expect(try read("\(prefix)PGPOOL-AURORA \(GuestLineTests.id) \(text)") == expected)
        }
    }

    @Test(arguments: [
        "", "okay", "ok ", "ok'", "ok 1", "OK", " ok", "step", "step 1/3", "step 0/3 tool", "step 4/3 tool",
        "step 1/3 tool x", "step 1/3 t'", "step a/b tool", "step 1 tool", "step 1/2/3 tool", "step -1/3 tool",
        "step 1/3 $name", "failed", "failed tool", "failed tool x", "failed  7", "failed $step 7", "package",
        "package a",
        "package a b c", "package  b", "done", "ok\"",
    ])
    func nothingElseIs(_ text: String) throws {
        #expect(try read("PGPOOL-AURORA \(GuestLineTests.id) \(text)") == nil)
    }

    @Test(arguments: [
        "+ echo 'PGPOOL-AURORA ID ok'", "'PGPOOL-AURORA ID ok", "xPGPOOL-AURORA ID ok", "PGPOOL-AURORA ID2 ok",
        "PGPOOL-AURORA other ok", "PGPOOL-AURORA  ID ok", "PGPOOL-AURORA ID", "pgpool-aurora ID ok",
        "+ say \"PGPOOL-AURORA ID step 1/3 tool\"", "PGPOOL_AURORA ID ok",
    ])
    func aQuotationIsNone(_ text: String) throws {
        #expect(try read(text.replacing("ID", with: GuestLineTests.id)) == nil)
    }

    /// The last of them that is whole counts.
    @Test func marksMayBeNested() throws {
        let mark = "PGPOOL-AURORA \(GuestLineTests.id) "
        #expect(try read("\(mark)\(mark)ok") == .ok)
        #expect(try read("+ echo '\(mark)ok' \(mark)step 2/3 tool") == .step(2, of: 3, name: "tool"))
        #expect(
            try read("\(mark)failed tool 1 it said \(mark)ok")
                == .failed(step: "tool", exit: 1, message: "it said \(mark)ok"))
        #expect(try read(String(repeating: mark, count: 500)) == nil)
    }

    @Test func noTextCrashesIt() throws {
        var generator = SeededGenerator(seed: 4)
        let parts = [
            "PGPOOL-AURORA ", GuestLineTests.id, " ", "step", "1/3", "ok", "failed", "\t", "ü", "'", "9", "\u{301}",
        ]
        for _ in 0..<2000 * longFactor {
            let text = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in parts.pick(&generator) }.joined()
            if case .step(let number, let count, _) = try read(text) { #expect(number == 1 && count == 3) }
        }
    }
}
