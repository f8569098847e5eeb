import AWSClient
import Diagnostics
import Foundation
import Testing

/// The same files and environment for boto3 and for us.
struct ComparisonTests {
    @Test func whatBoto3Finds() async throws {
        let boto = try await Boto3.start()
        let folder = FileManager.default.temporaryDirectory.appending(path: "pgpool-aurora.\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (index, setup) in SetupTable.all.enumerated() {
            let home = "\(folder)/\(index)"
            let environment = try prepare(setup, home, boto.ports)
            let (theirs, why) = try await boto.look(
                home: home, environment: environment, profile: setup.profile, service: setup.service)
            #expect(theirs == setup.boto, "\(setup.name): boto3 \(why)")
            let ours = try await look(setup, .real(environment, home: home))
            #expect(ours == setup.ours ?? setup.boto, "\(setup.name): we")
            #expect((setup.ours == nil) == (setup.reason == nil), "\(setup.name): a difference has a reason")
        }
        #expect(SetupTable.all.count >= 100)
        #expect(Set(SetupTable.all.map(\.name)).count == SetupTable.all.count)
    }

    @Test func endpointsAreThoseOfTheRuleSets() async throws {
        // By botocore's names and by ours.
        let services = [
            ("autoscaling", "autoscaling"), ("cloudformation", "cloudformation"), ("cloudwatch", "monitoring"),
            ("ec2", "ec2"), ("elbv2", "elasticloadbalancing"), ("kms", "kms"), ("logs", "logs"), ("rds", "rds"),
            ("s3", "s3"), ("secretsmanager", "secretsmanager"), ("ssm", "ssm"), ("sts", "sts"),
        ]
        let regions = [
            "us-east-1", "eu-central-1", "ap-southeast-7", "mx-central-1", "cn-north-1", "us-gov-west-1",
            "us-gov-east-1",
            "eusc-de-east-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1",
        ]
        var theirs = try await Boto3.start().endpoints(services: services.map(\.0), regions: regions)[...]
        var different: [String] = []
        for (service, region) in services.flatMap({ service in regions.map { (service.1, $0) } }) {
            for (isFIPS, isDualStack) in [(false, false), (true, false), (false, true), (true, true)] {
                let environment = AWSEnvironment.fake([
                    "AWS_USE_FIPS_ENDPOINT": "\(isFIPS)", "AWS_USE_DUALSTACK_ENDPOINT": "\(isDualStack)",
                ])
                let url = try AWSConfiguration(environment).endpoint(for: service, region: region)
                let their = theirs.removeFirst()
                // S3 has no FIPS hosts in China; the request would fail there as it does with botocore.
                if let their, "\(their)/" != url.description { different.append("\(their) and not \(url)") }
            }
        }
        #expect(different == [])
        #expect(theirs.isEmpty)
    }

    @Test func wordsAreThoseOfShlex() async throws {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("ab \t'\"\\$#é")
        let lines = (0..<2000).map { _ in
            String(
                (0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a" })
        }
        for (line, words) in zip(lines, try await Boto3.start().words(of: lines)) {
            #expect((try? CommandWords.split(line)) == words, "\(line.debugDescription)")
            #expect(try CommandWords.split(CommandWords.quote(line)) == [line])
        }
    }

    @Test func settingsAreThoseThatBotocoreReads() async throws {
        var random = SystemRandomNumberGenerator()
        let parts = [
            "[default]\n", "[profile a]\n", "[a]", "key", "Key2", "other", " = ", "=", ":", "value", "AKIA/+=", "\n",
            "\n",
            "\n", "\r\n", "  ", "\t", "# comment", "; comment", " # no comment", "\"quoted\"", "ec2 =\n  url = x\n",
            "é",
        ]
        let files = (0..<3000).map { _ in
            "[first]\n"
                + (0..<Int.random(in: 0...14, using: &random)).map { _ in parts.randomElement(using: &random) ?? "" }
                .joined()
        }
        var read = 0
        for (file, theirs) in zip(files, try await Boto3.start().settings(of: files)) {
            let ours = try? INIFile(parsing: Array(file.utf8), file: "config").sections.mapValues { section in
                section.settings.mapValues { $0.nested.map(SettingText.nested) ?? .plain($0.value) }
            }
            // A section that is there twice is the one thing that we take and botocore does not.
            let headers = file.split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }
                .filter { $0.first == "[" }.map { $0.prefix { $0 != "]" } }
            let isDoubled = Set(headers).count < headers.count
            guard theirs != nil || !isDoubled else { continue }
            read += theirs == nil ? 0 : 1
            #expect(ours == theirs, "\(file.debugDescription)")
        }
        #expect(read > 300)
    }

    /// Writes the files, and returns the variables.
    private func prepare(
        _ setup: Setup, _ home: String, _ ports: Boto3.Ports
    ) throws -> [String: String] {
        func fill(_ text: String) -> String {
            text.replacing("{home}", with: home).replacing("{imds}", with: "\(ports.imds)")
                .replacing("{container}", with: "\(ports.container)").replacing("{closed}", with: "\(ports.closed)")
        }
        var files = setup.files
        files[".aws/config"] = setup.config ?? files[".aws/config"]
        files[".aws/credentials"] = setup.credentials
        try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
        for (name, text) in files {
            let path = URL(filePath: "\(home)/\(name)")
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(fill(text).utf8).write(to: path)
        }
        let outside = [
            "HOME": home, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:\(ports.sts)", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(ports.imds)",
        ]
        return outside.merging(setup.environment.mapValues(fill)) { $1 }
    }

    /// What we find.
    private func look(_ setup: Setup, _ environment: AWSEnvironment) async throws -> Finding {
        var finding = Finding(credentials: "error", region: "error", endpoint: "error")
        guard let configuration = try? AWSConfiguration(environment, profile: setup.profile) else { return finding }
        let clock = TestClock()
        do throws(CredentialError) {
            let run: CredentialProcess = { words, limit throws(CredentialProcessFailure) in
                try await runProcess(["HOME=\(environment.homeFolder ?? "")"] + words, limit)
            }
            guard let chain = try? CredentialChain.fake(environment, profile: setup.profile, run: run, clock: clock)
            else { return finding }
            let found = try await chain.credentials()
            finding.credentials = found?.accessKeyID ?? "nil"
            finding.hasToken = found?.sessionToken != nil
        } catch {
            finding.credentials = error.code == .none ? "none" : "error"
        }
        let metadata = InstanceMetadata(
            try configuration.instanceMetadata(), transport: LoopbackTransport(), now: { clock.now },
            sleep: clock.sleep)
        do throws(DiagnosticsError) {
            finding.region = try await RegionChoice().resolve(configuration, metadata: metadata)
        } catch {
            // A region that is none has the place or the variable that it comes from.
            let first = error.diagnostics[0]
            finding.region = first.key == "region" && first.location == nil ? nil : "error"
        }
        finding.endpoint = nil
        if let service = setup.service {
            do throws(DiagnosticsError) {
                let url = try configuration.endpoint(for: service, region: finding.region ?? "")
                finding.endpoint = String(url.description.dropLast(url.path == "/" ? 1 : 0))
            } catch {
                finding.endpoint = "error"
            }
        }
        return finding
    }
}
