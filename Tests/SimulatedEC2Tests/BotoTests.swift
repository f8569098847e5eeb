import FoundationEssentials
import JSONDocument
import SimulatedEC2
import Subprocess
import SystemPackage
import TestBasics
import TestPython
import Testing

/// The simulation as AWS's own library sees it.
struct BotoTests {
    @Test func botocoreReadsEveryAnswer() async throws {
        var settings = SimulationSettings()
        settings.buckets = ["builds": "eu-west-1"]
        // So long that it is still pending when it is looked at, on whatever machine.
        settings.durations.image = .seconds(1000)
        let simulation = Simulation(settings, clock: .real(speed: 200))
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "boto.py").path
        let result = try await withSimulatedServer(simulation) { url in
            try await Subprocess.run(
                .path(FilePath(try TestPython.path())), arguments: ["-I", script, url],
                output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 20))
        }
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        let seen = try JSONDocument(parsing: result.standardOutput, file: "boto.py").root
        let expected = try JSONDocument(parsing: Array(Self.expected.utf8), file: "expected").root
        for member in try #require(expected.members) {
            #expect(seen[member.key].map(text) == text(member.value), "\(member.key)")
        }
        #expect(seen.members?.count == expected.members?.count)
        #expect(simulation.calls.allSatisfy { $0.outcome != .none })
    }

    private func text(_ node: JSONNode) -> String {
        switch node.content {
        case .object(let members): "{\(members.map { "\($0.key): \(text($0.value))" }.joined(separator: ", "))}"
        case .array(let items): "[\(items.map(text).joined(separator: ", "))]"
        default: "\(node.content)"
        }
    }

    private static let tags = #"[{"Key": "pgpool-aurora:build-id", "Value": "b <1>"}]"#

    private static let expected = """
        {
          "account": "123456789012", "fetched": "tool", "head": [4, true], "range": "oo", "region": "eu-west-1",
          "no key": ["NoSuchKey", 404, true],
          "image": ["available", "arm64", "uefi", true, "/dev/xvda", 8, "amazon"],
          "type": ["nitro", ["arm64"], ["uefi"]], "zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
          "subnets": [["eu-west-1a", true, true], ["eu-west-1b", true, true], ["eu-west-1c", true, true]],
          "routes": [["172.31.0.0/16", "loca", "active"], ["0.0.0.0/0", "igw-", "active"]], "main": [true],
          "group": [["build", [], \(tags)]], "dry run": ["DryRunOperation", 412, true],
          "launched": ["pending", "eu-west-1a", \(tags), "arm64"], "volume": ["in-use", 8, true, "gp3"],
          "stopping": ["running", "stopping", 64], "reason": "Client.UserInitiatedShutdown",
          "snapshot": ["completed", "100%", true, true, \(tags)], "attributes": ["v2.0", "2031-01-01T00:00"],
          "parameter": true, "no parameter": ["ParameterNotFound", 400, true], "copied": "pending",
          "tags": [{"Key": "more", "Value": ""}, {"Key": "pgpool-aurora:build-id", "Value": "b <1>"}],
          "missing": ["InvalidInstanceID.NotFound", 400, true], "deleted": ["success"], "pages": [5, 1]
        }
        """
}
