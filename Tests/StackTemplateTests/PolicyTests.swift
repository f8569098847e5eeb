import JSONDocument
import Testing

/// Least privilege, in every golden template.
@Suite struct PolicyTests {
    /// Actions for which AWS has no resources, each with its reason.
    private static let withoutResources = [
        "cloudwatch:PutMetricData": "CloudWatch has no resources for metrics; the condition names the namespace"
    ]

    private static func statements(_ root: JSONNode) -> [JSONNode] {
        root.everything.flatMap { $0["Statement"]?.items ?? [] }
    }

    private static func texts(_ node: JSONNode?) -> [String] {
        guard let node else { return [] }
        return (node.items ?? [node]).compactMap { $0.text ?? $0["Fn::Sub"]?.text }
    }

    @Test func `no policy has a star as action, and one as resource only where AWS offers nothing else`() throws {
        var seen = 0
        for (name, root) in try Shapes.golden() {
            for statement in PolicyTests.statements(root) where statement["Principal"] == nil {
                seen += 1
                let actions = PolicyTests.texts(statement["Action"])
                let resources = PolicyTests.texts(statement["Resource"])
                #expect(!actions.isEmpty && !resources.isEmpty, "\(name)")
                #expect(statement["Effect"]?.text == "Allow")
                #expect(statement["Sid"]?.text?.isEmpty == false)
                for action in actions { #expect(!action.contains("*") && action.contains(":"), "\(name): \(action)") }
                for resource in resources where resource == "*" {
                    #expect(actions.allSatisfy { PolicyTests.withoutResources[$0] != nil }, "\(name): \(actions)")
                    #expect(statement["Condition"] != nil, "\(name): \(actions)")
                }
                for resource in resources where resource != "*" {
                    // A whole part of an ARN that is a star would be a star in disguise, but for a group's own number.
                    let parts = resource.split(separator: ":")
                    let stars = parts.filter { $0 == "*" }.count
                    #expect(stars == (resource.contains(":autoScalingGroup:*:") ? 1 : 0), "\(name): \(resource)")
                }
            }
        }
        #expect(seen >= 50)
    }

    @Test func `an instance reads the secrets of its users and no others`() throws {
        let secrets = try Shapes.golden().map { golden in
            let reading = PolicyTests.statements(golden.root).first { $0["Sid"]?.text == "ReadPasswords" }
            return (golden.name, PolicyTests.texts(reading?["Resource"]))
        }
        let byName = Dictionary(uniqueKeysWithValues: secrets)
        #expect(byName["default"] == ["${DatabaseSecret}"])
        #expect(byName["existing-cluster-elsewhere"] == [])
        let own = "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:"
        #expect(
            byName["existing-cluster"] == [
                "\(own)app/password-??????", "arn:aws:secretsmanager:us-east-1:123456789012:secret:report-AbC123",
            ])
    }

    @Test func `who assumes the role is EC2 alone`() throws {
        for (name, root) in try Shapes.golden() {
            let principals = PolicyTests.statements(root).compactMap { $0["Principal"] }
            #expect(principals.count == 1, "\(name)")
            #expect(principals.allSatisfy { $0.at("Service.Fn::Sub")?.text == "ec2.${AWS::URLSuffix}" }, "\(name)")
        }
    }

    /// Nobody but clients comes in from a network, and nothing is public that need not be.
    @Test func `what is open is what was asked for`() throws {
        for (name, root) in try Shapes.golden() {
            for resource in root["Resources"]?.members ?? [] {
                let properties = resource.value["Properties"]
                for rule in properties?["SecurityGroupIngress"]?.items ?? [] {
                    let isOfBalancer = resource.key == "LoadBalancerSecurityGroup"
                    #expect(
                        (rule["CidrIp"] != nil || rule["CidrIpv6"] != nil) == isOfBalancer, "\(name): \(resource.key)")
                    // One case asks for it, and is warned.
                    #expect((rule["CidrIp"]?.text == "0.0.0.0/0") == (name == "cdk" && isOfBalancer), "\(name)")
                }
                if resource.value["Type"]?.text == "AWS::EC2::SecurityGroup" {
                    #expect(properties?["SecurityGroupEgress"]?.items?.isEmpty == false, "\(name): \(resource.key)")
                }
                if resource.value["Type"]?.text == "AWS::RDS::DBInstance" {
                    #expect(properties?["PubliclyAccessible"]?.scalarText == "false", "\(name)")
                }
            }
            #expect(
                root.properties("LaunchTemplate")?.at("LaunchTemplateData.MetadataOptions.HttpTokens")?.text
                    == "required")
        }
    }
}
