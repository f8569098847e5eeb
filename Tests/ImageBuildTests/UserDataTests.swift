import Diagnostics
import FoundationEssentials
import ImageBuild
import Subprocess
import SystemPackage
import TestBasics
import Testing

/// What a guest is told.
struct UserDataTests {
    private func data(
        _ variables: [String: String] = [:], _ files: [String: String] = ["run.sh": "exit 0\n"],
        role: GuestRole = .install
    ) throws -> UserData {
        UserData(buildID: try #require(BuildID("b-1")), role: role, variables: variables, files: files)
    }

    private func shell(_ text: String, isChecked: Bool = false) async throws -> (output: String, isGood: Bool) {
        let folder = try TemporaryFolder()
        let path = try folder.write("script", text)
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: isChecked ? ["-n", path] : [path],
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return (result.standardOutput + result.standardError, result.terminationStatus.isSuccess)
    }

    @Test func theShellUnderstandsIt() async throws {
        for role in GuestRole.allCases {
            let script = try data(["A": "it's", "B": ""], realGuestFiles, role: role).script
            let (output, isGood) = try await shell(script, isChecked: true)
            #expect(isGood && output.isEmpty, "\(output)")
            #expect(
                script.hasPrefix("#!/bin/sh\numask 077\nPGPOOL_AURORA_BUILD_ID=b-1\nexport PGPOOL_AURORA_BUILD_ID\n"))
            #expect(script.contains("\nPGPOOL_AURORA_ROLE='\(role.rawValue)'\n"))
            #expect(script.hasSuffix("\nexec sh /run/pgpool-aurora-build/run.sh\n"))
        }
    }

    @Test func everyCharacterSurvives() async throws {
        let all = String(String.UnicodeScalarView((1...127).compactMap { Unicode.Scalar(UInt32($0)) }))
        let values = [
            "A": all, "B": "''", "C": "'", "D": "\\", "E": "$(false) `false` ${A}", "F": "ü€\u{1F600}", "G": "",
            "H": "\n\n",
        ]
        let script = try data(values).script
        let end = try #require(script.firstRange(of: "\nmkdir -p ")?.lowerBound)
        let names = values.keys.sorted()
        let prints = names.map { "\nprintf '%s\\037' \"$\($0)\"" }.joined()
        let (output, isGood) = try await shell(script[..<end] + prints + "\n")
        #expect(isGood && output == names.map { (values[$0] ?? "") + "\u{1F}" }.joined())
    }

    @Test func filesArriveAsTheyAre() async throws {
        let folder = try TemporaryFolder()
        let texts = [
            "run.sh": "cat \"$0\"\n", "files/a.sh": "EOF0\nEOF1\n$x `y` \\ 'z'\n", "install/b": "\n",
            "units/c": "\t é\n",
        ]
        let script = try data([:], texts).script.replacing("/run/pgpool-aurora-build", with: "\(folder.path)/x")
        let (output, isGood) = try await shell(script)
        #expect(isGood && output == texts["run.sh"])
        for (path, text) in texts { #expect(try folder.read("x/\(path)") == text) }
    }

    @Test func eachRoleGetsItsOwnFiles() throws {
        let files = ["run.sh": "r\n", "install/a": "i\n", "files/b": "f\n", "units/c": "u\n", "test/d": "t\n"]
        let install = try data([:], files).script
        let test = try data([:], files, role: .test).script
        for path in ["run.sh", "install/a", "files/b", "units/c"] { #expect(install.contains("/\(path) <<")) }
        #expect(!install.contains("/test/d"))
        #expect(test.contains("/run.sh <<") && test.contains("/test/d <<"))
        for path in ["install/a", "files/b", "units/c"] { #expect(!test.contains("/\(path)")) }
    }

    @Test func tooMuchIsAnError() throws {
        var generator = SeededGenerator(seed: 1)
        let noise = (0..<40_000).map { _ in String(UInt8.random(in: 0...255, using: &generator), radix: 16) }.joined()
        let large = try data([:], ["run.sh": noise + "\n"])
        do throws(DiagnosticsError) {
            _ = try large.compressed()
            Issue.record("it was taken")
        } catch {
            #expect(error.diagnostics.count == 1)
            #expect(
                error.description.hasSuffix(
                    "the scripts of ami/ need \(large.script.utf8.count) bytes as they are; long addresses add to it"))
            #expect(error.description.contains("bytes, compressed: EC2 takes 16384"))
        }
        // Whatever is taken fits.
        for size in stride(from: 1000, through: 40_000, by: 3000) {
            let bytes = try? data([:], ["run.sh": String(noise.prefix(size))]).compressed()
            #expect((bytes?.count ?? 0) <= UserData.limit && (bytes != nil || size > 20_000))
        }
    }

    @Test func whatTheRealScriptsNeedIsToldByTheTest() throws {
        // With two addresses as long as signed ones are.
        let address = "https://bucket.s3.eu-west-1.amazonaws.com/" + String(repeating: "k9Xz", count: 350)
        let sizes = try GuestRole.allCases.map {
            try data(["A": address, "B": String(address.reversed())], realGuestFiles, role: $0).compressed().count
        }
        print("user-data: \(sizes) bytes of \(UserData.limit)")
        #expect(sizes.allSatisfy { $0 < UserData.limit * 9 / 10 })
    }

    @Test func gzipGivesItBack() async throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: 3)
        for size in [0, 1, 1000, 70_000] {
            // Text, since it comes back as such.
            let text = String((0..<size).map { _ in "abcdef \n".pick(&generator) })
            let bytes = GZip.compress(Array(text.utf8))
            #expect(bytes == GZip.compress(Array(text.utf8)) && bytes.starts(with: [0x1F, 0x8B, 8]))
            #expect(bytes[3..<8] == [0, 0, 0, 0, 0])
            let path = "\(folder.path)/x.gz"
            try Data(bytes).write(to: URL(filePath: path))
            let result = try await Subprocess.run(
                .name("gunzip"), arguments: ["-c", path], output: .string(limit: 1 << 20), error: .discarded)
            #expect(result.standardOutput == text && result.terminationStatus.isSuccess)
        }
    }
}
