import JSONDocument
import SimulatedCloudFormation
import TestBasics
import Testing
import ToolRuns

extension StackCommands {
    /// Stacks with which nothing goes wrong.
    @Suite(.timeLimit(.minutes(5)))
    struct WholeLifeTests {
        private static let outputs = [
            "AlarmTopicArn", "AuroraClusterEndpoint", "AuroraReaderEndpoint", "AutoScalingGroup", "DatabaseSecretArn",
            "InstanceSecurityGroupId", "NLBEndpoint",
        ]

        /// The names of outputs in their order, of a text with nothing else in it.
        private func keys(_ text: String) throws -> [String] {
            #expect(text.hasSuffix("\n"))
            return try text.split(separator: "\n").map { line in
                String(try #require(line.wholeMatch(of: /([A-Za-z]+) +[^ ]+/)).1)
            }
        }

        @Test func aStackIsComparedMadeChangedAndDeleted() async throws {
            try await withStackScene { scene in
                let before = try await scene.diff()
                #expect(before.status == 1, "\(before.errors)")
                #expect(before.output.contains("+ add         AWS::RDS::DBCluster "))
                #expect(before.errors.hasSuffix(" to add\n"))
                try await scene.until { scene.word == nil }

                let made = try await scene.deploy()
                #expect(made.status == 0, "\(made.errors)")
                #expect(try keys(made.output) == Self.outputs)
                #expect(made.output.contains("\nNLBEndpoint              lb.example.com\n"))
                #expect(made.errors.contains("deploy done in "))
                #expect(scene.word == "CREATE_COMPLETE" && scene.cloud.executions.count == 1)

                let again = try await scene.deploy()
                #expect(again.status == 0 && again.output == made.output)
                #expect(again.errors.contains("the stack orders is up to date; there is nothing to change"))
                let same = try await scene.diff()
                #expect(same.status == 0 && same.output == "", "\(same.words)")
                #expect(scene.cloud.executions.count == 1 && scene.openChangeSets == [])

                try await change(scene)
                try await read(scene)

                let gone = try await scene.destroy()
                #expect(gone.status == 0 && gone.output == "", "\(gone.words)")
                #expect(gone.errors.contains("goes, and a snapshot of it stays: AWS::RDS::DBCluster Cluster"))
                #expect(scene.cloud.leftovers.count == 1 && scene.cloud.leftovers[0].hasPrefix("snapshot of Cluster ("))
                let nothing = try await scene.destroy()
                #expect(nothing.status == 0 && nothing.output == "")
                #expect(nothing.errors == "  there is no stack orders in eu-west-1\n")
            }
        }

        /// A new image is one parameter, and the group rolls.
        private func change(_ scene: StackScene) async throws {
            let difference = try await scene.diff(StackScene.ami)
            #expect(difference.status == 1 && difference.errors.hasSuffix("2 to change\n"), "\(difference.errors)")
            let changed = try await scene.deploy(StackScene.ami)
            #expect(changed.status == 0, "\(changed.errors)")
            #expect(changed.errors.contains(difference.output))
            // From a little before where the long values differ.
            let values = try #require(
                difference.output.firstMatch(of: /LaunchTemplateData: …(.*) → …(.*)  \(by parameter AmiId\)/))
            #expect(
                values.1.contains("ImageId: ami-0123456789abcdef0, ")
                    && values.2.contains("ImageId: ami-0fedcba9876543210, "))
            #expect(difference.output.contains("    ! its instances are replaced, as the update policy says"))
            let fields = try #require(scene.cloud.calls(of: "CreateChangeSet").last).fields
            #expect(fields["UsePreviousTemplate"] == "true")
            let given = fields.filter { $0.key.hasSuffix(".ParameterValue") }
            #expect(Array(given.values) == ["ami-0fedcba9876543210"])
            #expect(scene.image == "ami-0fedcba9876543210" && scene.word == "UPDATE_COMPLETE")
            let worked = changed.errors.split(separator: "\n").filter { $0.contains("UPDATE_COMPLETE ") }
            #expect(worked.count == 3)
            #expect(try await scene.diff(StackScene.ami).status == 0)
            #expect(try await scene.diff().status == 1)
        }

        private func read(_ scene: StackScene) async throws {
            let all = try await scene.outputs()
            #expect(all.status == 0 && all.errors == "")
            #expect(try keys(all.output) == Self.outputs)
            let one = try await scene.outputs(["NLBEndpoint"])
            #expect(one.status == 0 && one.output == "lb.example.com\n" && one.errors == "")
            let json = try await scene.outputs(["--json"])
            let document = try JSONDocument(parsing: Array(json.output.utf8), file: "").root
            #expect(document["stack"]?.text == "orders" && document["region"]?.text == "eu-west-1")
            #expect(document["status"]?.text == "UPDATE_COMPLETE")
            #expect(document["outputs"]?.members?.map(\.key) == Self.outputs)
            let small = try await scene.outputs(["--json", "NLBEndpoint"])
            #expect(small.output == "{\"NLBEndpoint\":\"lb.example.com\"}\n")
            let unknown = try await scene.outputs(["NLBEndpiont"])
            #expect(unknown.status == 1 && unknown.output == "")
            #expect(
                unknown.errors.hasPrefix("error: the stack orders has no output NLBEndpiont\nnote: it has: AlarmTopic"))
        }

        @Test func whatIsNotThereHasNoOutputs() async throws {
            try await withStackScene { scene in
                let run = try await scene.outputs()
                #expect(run.status == 1 && run.output == "")
                #expect(run.errors.hasPrefix("error: there is no stack orders in eu-west-1\n"))
            }
        }

        @Test func aRegionThatIsNamedIsTheOneThatIsAsked() async throws {
            try await withStackScene(variables: ["AWS_REGION": nil]) { scene in
                let none = try await scene.outputs()
                #expect(none.status == 65 && none.errors.contains("no region is set"), "\(none.words)")
                let run = try await scene.outputs(["--region", "eu-central-1"])
                #expect(run.status == 1 && run.errors.contains("in eu-central-1"), "\(run.words)")
            }
        }
    }
}
