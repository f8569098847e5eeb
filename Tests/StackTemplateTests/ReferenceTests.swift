import JSONDocument
import Testing

/// Whatever a template names is in it, and can be made in some order.
@Suite struct ReferenceTests {
    /// What a node names: Ref, Fn::GetAtt, Fn::Sub and DependsOn.
    private static func names(_ node: JSONNode) -> [String] {
        var names: [String] = []
        for node in node.everything {
            if let name = node["Ref"]?.text { names.append(name) }
            if let name = node.at("Fn::GetAtt.0")?.text { names.append(name) }
            if let expression = node["Fn::Sub"], let text = expression.text ?? expression[0]?.text {
                names += expressions(text).filter { expression[1]?[$0] == nil }
            }
            names += (node["DependsOn"]?.items ?? []).compactMap(\.text)
        }
        return names
    }

    /// The names in `${…}`, without what stands for itself.
    private static func expressions(_ text: String) -> [String] {
        text.split(separator: "${", omittingEmptySubsequences: false).dropFirst().compactMap { rest in
            guard !rest.hasPrefix("!"), let end = rest.firstIndex(of: "}") else { return nil }
            let name = rest[..<end]
            return name.hasPrefix("AWS::") ? String(name) : String(name.prefix { $0 != "." })
        }
    }

    private static let pseudo: Set<String> = [
        "AWS::StackName", "AWS::StackId", "AWS::Region", "AWS::Partition", "AWS::AccountId", "AWS::URLSuffix",
    ]

    @Test func `every reference names something that is there, and every parameter is used`() throws {
        for (name, root) in try Shapes.golden() {
            let parameters = Set((root["Parameters"]?.members ?? []).map(\.key))
            let resources = Set((root["Resources"]?.members ?? []).map(\.key))
            let known = parameters.union(resources).union(ReferenceTests.pseudo)
            let used = Set(ReferenceTests.names(root))
            #expect(used.subtracting(known).isEmpty, "\(name): \(used.subtracting(known))")
            #expect(parameters.subtracting(used).isEmpty, "\(name): \(parameters.subtracting(used))")
        }
    }

    @Test func `nothing waits for itself`() throws {
        for (name, root) in try Shapes.golden() {
            let resources = root["Resources"]?.members ?? []
            let known = Set(resources.map(\.key))
            var waits = Dictionary(
                uniqueKeysWithValues: resources.map { ($0.key, known.intersection(ReferenceTests.names($0.value))) })
            while let free = waits.first(where: { $0.value.isEmpty })?.key {
                waits[free] = nil
                for key in waits.keys { waits[key]?.remove(free) }
            }
            #expect(waits.isEmpty, "\(name): \(waits.keys.sorted())")
        }
    }

    @Test func `the group comes behind what its instances need`() throws {
        let golden = Dictionary(uniqueKeysWithValues: try Shapes.golden().map { ($0.name, $0.root) })
        func needs(_ name: String) -> Set<String> {
            Set((golden[name]?.at("Resources.Group.DependsOn")?.items ?? []).compactMap(\.text))
        }
        #expect(
            needs("default").isSuperset(of: ["Writer", "Reader1", "DatabaseSecretAttachment", "PrivateDefaultRoute3"]))
        #expect(needs("fifteen-replicas").isSuperset(of: (1...15).map { "Reader\($0)" }))
        #expect(
            needs("no-nat").isSuperset(of: [
                "SecretsManagerEndpoint", "CloudFormationEndpoint", "AutoScalingEndpoint", "MonitoringEndpoint",
                "LogsEndpoint", "SsmEndpoint", "SsmMessagesEndpoint", "Ec2MessagesEndpoint", "S3Endpoint",
            ]))
        #expect(needs("existing-cluster").contains("DatabaseFromInstances"))
    }
}
