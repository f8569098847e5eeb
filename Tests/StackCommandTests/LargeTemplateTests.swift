import SimulatedCloudFormation
import TestBasics
import Testing
import ToolRuns

extension StackCommands {
    /// Templates that are too large for a call.
    @Suite(.timeLimit(.minutes(5)))
    struct LargeTemplateTests {
        @Test func withoutABucketItIsRefusedBeforeAnythingIsAsked() async throws {
            try await withStackScene { scene in
                let run = try await scene.deployLarge([])
                #expect(run.status == 65 && run.output == "")
                #expect(run.errors.contains("bytes; without a bucket CloudFormation takes 51200"), "\(run.errors)")
                #expect(run.errors.contains("name one by --bucket"))
                #expect(scene.cloud.calls == [])
            }
        }

        @Test func itGoesByABucketWhereNothingStays() async throws {
            try await withStackScene { scene in
                let run = try await scene.deployLarge()
                #expect(run.status == 0 && scene.word == "CREATE_COMPLETE", "\(run.errors)")
                #expect(scene.cloud.calls(of: "PUT object").count == 1)
                let fields = try #require(scene.cloud.calls(of: "CreateChangeSet").first).fields
                #expect(fields["TemplateURL"]?.contains("/templates/pgpool-aurora/templates/orders-") == true)
                #expect(fields["TemplateBody"] == nil && scene.cloud.objects == [])
                // The stack has it, so that it need not travel again.
                #expect(try await scene.deployLarge().status == 0)
                #expect(scene.cloud.calls(of: "PUT object").count == 1)
            }
        }

        @Test func aBucketThatMayNotBeWrittenIsNamed() async throws {
            try await withStackScene {
                $0.refused = ["PUT object"]
            } while: { scene in
                let run = try await scene.deployLarge()
                #expect(run.status == 77 && run.errors.contains("its policy needs s3:PutObject"), "\(run.errors)")
                #expect(scene.cloud.calls(of: "CreateChangeSet") == [])
            }
        }
    }
}
