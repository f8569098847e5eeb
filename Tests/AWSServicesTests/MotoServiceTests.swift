import AWSClient
import Foundation
import JSONDocument
import Testing

/// Systems Manager, Secrets Manager, STS and S3, against moto.
struct MotoServiceTests {
    @Test func aParameterIsWrittenReadAndDeleted() async throws {
        try await MotoScene.run { scene in
            let ssm = SSM(scene.client())
            var writing = SSM.Writing(
                name: "/pgpool/ami", value: "ami-12c6146b", description: awkward, dataType: "aws:ec2:image")
            #expect(try await ssm.putParameter(writing) == 1)
            let taken = await #expect(throws: AWSError.self) { _ = try await ssm.putParameter(writing) }
            #expect(taken?.isDuplicate == true)
            writing.overwrites = true
            writing.value = "ami-03cf127a"
            #expect(try await ssm.putParameter(writing) == 2)

            let parameter = try await ssm.getParameter("/pgpool/ami")
            let theirs = try await scene.ask("ssm", "GetParameter", ["Name": "/pgpool/ami"])["Parameter"]
            #expect(theirs["Value"].text == parameter.value && parameter.value == "ami-03cf127a")
            #expect(theirs["DataType"].text == parameter.dataType && parameter.dataType == "aws:ec2:image")
            #expect(theirs["Version"].integer == parameter.version)
            #expect(theirs["Type"].text == "String")

            try await ssm.deleteParameter("/pgpool/ami")
            for call in [
                { () async throws in _ = try await ssm.getParameter("/pgpool/ami") },
                { () async throws in try await ssm.deleteParameter("/pgpool/ami") },
            ] {
                let gone = await #expect(throws: AWSError.self) { try await call() }
                #expect(gone?.isNotFound == true)
            }
        }
    }

    @Test func thePublicParameterOfABaseIsRead() async throws {
        try await MotoScene.run { scene in
            let name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
            let parameter = try await SSM(scene.client()).getParameter(name)
            let theirs = try await scene.ask("ssm", "GetParameter", ["Name": .string(name)])["Parameter"]
            #expect(parameter.value == theirs["Value"].text)
            #expect(parameter.value.hasPrefix("ami-"))
        }
    }

    @Test func aSecretIsReadInItsStages() async throws {
        try await MotoScene.run { scene in
            let first = #"{"username":"app","password":"ü\"1"}"#
            _ = try await scene.ask([
                Oracle.Question("secretsmanager", "CreateSecret", ["Name": "db", "SecretString": .string(first)]),
                Oracle.Question("secretsmanager", "PutSecretValue", ["SecretId": "db", "SecretString": "two"]),
                Oracle.Question(
                    "secretsmanager", "CreateSecret", ["Name": "bytes", "SecretBinary": "AAH/"],
                    ["blobs": ["SecretBinary"]]),
            ])
            let secrets = SecretsManager(scene.client())
            let theirs = try await scene.ask("secretsmanager", "GetSecretValue", ["SecretId": "db"])
            let now = try await secrets.getSecretValue("db")
            #expect([now.arn, now.versionID, now.text] == [theirs["ARN"].text, theirs["VersionId"].text, "two"])
            #expect(try await secrets.getSecretValue(now.arn, stage: "AWSPREVIOUS").text == first)
            #expect(try await secrets.getSecretValue("bytes").text == nil)
            let missing = await #expect(throws: AWSError.self) { _ = try await secrets.getSecretValue("none") }
            #expect(missing?.code == "ResourceNotFoundException")
            #expect(missing?.isNotFound == true)
        }
    }

    @Test func theIdentityIsWhatBotoSees() async throws {
        try await MotoScene.run { scene in
            let identity = try await STS(scene.client()).getCallerIdentity()
            let theirs = try await scene.ask("sts", "GetCallerIdentity")
            #expect(identity.account == theirs["Account"].text)
            #expect(identity.arn == theirs["Arn"].text)
            #expect(identity.userID == theirs["UserId"].text)
        }
    }
}
