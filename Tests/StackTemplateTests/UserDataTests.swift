import ClusterSpec
import Diagnostics
import Foundation
import JSONDocument
import StackTemplate
import Subprocess
import SystemPackage
import Testing

/// What an instance is told, run for real by a shell, with recorders in the places of programs.
@Suite struct UserDataTests {
    /// A folder that the script takes for the machine.
    private struct Machine {
        let folder = FileManager.default.temporaryDirectory.appending(path: "user-data-\(UUID().uuidString)")

        /// `tool` is what `pgpool-aurora` does; its words are in `calls`, a line each.
        init(tool: String) throws {
            try FileManager.default.createDirectory(
                at: folder.appending(path: "bin"), withIntermediateDirectories: true)
            let script = """
                #!/bin/sh
                printf '%s\\n' "$(printf '%s|' "$@" | tr '\\n' '~')" >>'\(folder.path)/calls'
                \(tool)
                """
            let file = folder.appending(path: "bin/pgpool-aurora")
            try script.write(to: file, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }

        func run(_ script: String) async throws -> TerminationStatus {
            let text = script.replacing("/etc/pgpool-aurora", with: folder.appending(path: "etc").path)
                .replacing("PATH=/usr/sbin", with: "PATH=\(folder.appending(path: "bin").path):/usr/sbin")
            let file = folder.appending(path: "user-data")
            try text.write(to: file, atomically: false, encoding: .utf8)
            let process = try await Subprocess.run(
                .path("/bin/sh"), arguments: [file.path], output: .string(limit: 1 << 20),
                error: .string(limit: 1 << 20))
            try process.standardOutput.write(
                to: folder.appending(path: "output"), atomically: false, encoding: .utf8)
            return process.terminationStatus
        }

        func read(_ name: String) -> String {
            (try? String(contentsOf: folder.appending(path: name), encoding: .utf8)) ?? ""
        }

        var calls: [String] { read("calls").split(separator: "\n").map(String.init) }

        func remove() { try? FileManager.default.removeItem(at: folder) }
    }

    private static let spec = """
        auth: {users: [{name: app, secret: app}]}
        pgpool:
          parameters: {log_line_prefix: '%t ${x} $HOME `id` $(id) "q" ${!y}', client_idle_limit: 60}
        image: {region: us-east-1}
        """

    private static func script(_ spec: String = UserDataTests.spec) throws -> String {
        try Shapes.template(spec: spec).userData.filled(.sample())
    }

    private static let place =
        "--stack|arn:aws:cloudformation:us-east-1:123456789012:stack/s/01234567|--resource|Group|--region|us-east-1|"

    @Test func `the spec is laid down, rendered, and readiness is signalled`() async throws {
        let machine = try Machine(tool: "exit 0")
        defer { machine.remove() }
        #expect(try await machine.run(try UserDataTests.script()) == .exited(0))
        #expect(
            machine.calls == [
                "render-config|--config|\(machine.folder.path)/etc/cluster.yaml|--apply|",
                "signal|--when-ready|\(UserDataTests.place)",
            ])
        let file = machine.folder.appending(path: "etc/cluster.yaml").path
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o644)
    }

    @Test func `what the instance reads is the user's spec with the stack's values`() async throws {
        let machine = try Machine(tool: "exit 0")
        defer { machine.remove() }
        _ = try await machine.run(try UserDataTests.script())
        let spec = try ClusterSpec(parsing: Array(machine.read("etc/cluster.yaml").utf8), file: "cluster.yaml")
        #expect(spec.aurora.writer?.value.host == "s.cluster-c1.us-east-1.rds.amazonaws.com")
        #expect(spec.aurora.reader?.value.host == "s.cluster-ro-c1.us-east-1.rds.amazonaws.com")
        #expect(spec.aurora.instanceClass?.value == "db.t3.medium")
        #expect(spec.aurora.readers.value == 1)
        #expect(spec.aurora.database.value == "app")
        #expect(spec.fleet.instances.value == 4)
        #expect(spec.auth.users.map(\.name.value) == ["app", "postgres"])
        #expect(spec.health.user?.value == "postgres")
        #expect(spec.health.ec2 == Health.EC2())
        #expect(spec.pgpool.allow.map(\.value.description) == ["10.0.0.0/16"])
        #expect(spec.image.region == nil)
        let prefix = spec.pgpool.parameters.first { $0.name == "log_line_prefix" }
        #expect(prefix?.value.value == .one("%t ${x} $HOME `id` $(id) \"q\" ${!y}"))
    }

    @Test func `what the user says of the doctor on EC2 stays`() throws {
        let script = try UserDataTests.script("health: {ec2: {replace: false}}")
        #expect(script.contains("\n  ec2:\n    replace: false\n"))
        #expect(!script.contains("ec2: {}"))
    }

    @Test func `a failing rendering is signalled with its reason`() async throws {
        let machine = try Machine(tool: "[ \"$1\" != render-config ] || { echo 'no secret: it is gone' >&2; exit 65; }")
        defer { machine.remove() }
        #expect(try await machine.run(try UserDataTests.script()) == .exited(1))
        #expect(machine.calls.count == 2)
        #expect(
            machine.calls.last
                == "signal|--failure|pgpool-aurora render-config ended with 65: no secret: it is gone|"
                + UserDataTests.place)
        // The console shows it, too.
        #expect(machine.read("output").contains("no secret: it is gone"))
    }

    @Test func `a folder that cannot be made is signalled`() async throws {
        let machine = try Machine(tool: "exit 0")
        defer { machine.remove() }
        try "a file".write(to: machine.folder.appending(path: "etc"), atomically: false, encoding: .utf8)
        #expect(try await machine.run(try UserDataTests.script()) == .exited(1))
        #expect(machine.calls.count == 1)
        #expect(machine.calls.first?.hasPrefix("signal|--failure|cannot make ") == true)
    }

    @Test func `readiness that fails is the script's failure`() async throws {
        let machine = try Machine(tool: "[ \"$1\" != signal ]")
        defer { machine.remove() }
        #expect(try await machine.run(try UserDataTests.script()) == .exited(1))
    }

    /// What CloudFormation makes of the template is what we fill in ourselves.
    @Test(arguments: StackCase.all.filter(\.isTemplate))
    func `the script names nothing but what the stack has`(_ golden: StackCase) throws {
        let root = try #require(try Shapes.golden().first { $0.name == golden.name }?.root)
        var names: Set<String> = []
        let script = try UserDataTests.substituted(root) { name in
            names.insert(name)
            return "-"
        }
        #expect(script.hasPrefix("#!/bin/sh\n"))
        #expect(names.isSuperset(of: ["AWS::StackId", "AWS::Region", "MaxCapacity"]))
        #expect(
            names.isSubset(of: [
                "AWS::StackId", "AWS::Region", "MaxCapacity", "DbInstanceClass", "DatabaseSecret",
                "Cluster.Endpoint.Address", "Cluster.ReadEndpoint.Address",
            ]))
    }

    @Test(arguments: [UserDataTests.spec, "pgpool: {parameters: {log_line_prefix: '%t ${x $y'}}", ""])
    func `CloudFormation fills in what we fill in`(_ spec: String) throws {
        let template = try Shapes.template(spec: spec)
        let values = UserDataText.Values.sample()
        let script = try UserDataTests.substituted(try Shapes.tree(spec: spec)) { name in
            switch name {
            case "AWS::StackId": values.stack
            case "AWS::Region": values.region
            case "Cluster.Endpoint.Address": values.references[.writerEndpoint] ?? ""
            case "Cluster.ReadEndpoint.Address": values.references[.readerEndpoint] ?? ""
            case "DbInstanceClass": values.references[.instanceClass] ?? ""
            case "MaxCapacity": values.references[.maxCapacity] ?? ""
            case "DatabaseSecret": values.references[.databaseSecret] ?? ""
            default: "?"
            }
        }
        #expect(script == template.userData.filled(values))
    }

    /// The user-data of a template as CloudFormation reads `Fn::Sub`, with and without variables.
    private static func substituted(_ root: JSONNode, _ value: (String) -> String) throws -> String {
        let node = try #require(
            root.properties("LaunchTemplate")?.at("LaunchTemplateData.UserData.Fn::Base64.Fn::Sub"))
        let text = try #require(node.text ?? node[0]?.text)
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            let end = try #require(rest.firstIndex(of: "}"))
            let name = String(rest[..<end])
            rest = rest[end...].dropFirst()
            result += node[1]?[name]?.text ?? value(name)
        }
        return result + rest
    }

    @Test func `user data that EC2 would not take is refused at once`() throws {
        let users = (0..<400).map { "{name: user\($0), secret: secret-of-user-\($0)}" }.joined(separator: ", ")
        let shape = try #require(try Shapes.read(spec: "auth: {users: [\(users)]}").shape)
        let error = #expect(throws: DiagnosticsError.self) { try StackTemplate(shape) }
        #expect(error?.diagnostics.first?.message.contains("EC2 takes 16384") == true)
        #expect(error?.diagnostics.first?.notes.isEmpty == false)
    }
}
