@testable import AWSClient
import JSONDocument

extension AnswerCase {
    static let networks = [
        AnswerCase("ec2", "CreateSecurityGroup", ["GroupName": "n", "Description": "d"]) {
            try await EC2($0).createSecurityGroup(EC2.SecurityGroupCreation(name: "n", description: "d"))
        } theirs: {
            $0.id("GroupId")
        },
        AnswerCase("ec2", "DescribeSecurityGroups") {
            try await EC2($0).describeSecurityGroups(everything)
        } theirs: {
            $0["SecurityGroups"].list.map(\.securityGroup)
        },
        AnswerCase("ec2", "DescribeVpcs") {
            try await EC2($0).describeVPCs(everything)
        } theirs: {
            $0["Vpcs"].list.map(\.vpc)
        },
        AnswerCase("ec2", "DescribeSubnets") {
            try await EC2($0).describeSubnets(everything)
        } theirs: {
            $0["Subnets"].list.map(\.subnet)
        },
        AnswerCase("ec2", "DescribeRouteTables") {
            try await EC2($0).describeRouteTables(everything)
        } theirs: {
            $0["RouteTables"].list.map(\.routeTable)
        },
        AnswerCase("ec2", "DescribeInstanceTypes") {
            try await EC2($0).describeInstanceTypes(["t3.medium"])
        } theirs: {
            $0["InstanceTypes"].list.map(\.instanceType)
        },
        AnswerCase("ec2", "DescribeInstanceTypeOfferings") {
            try await EC2($0).describeOfferings(ofTypes: ["t3.medium"])
        } theirs: {
            $0["InstanceTypeOfferings"].list.map(\.offering)
        },
    ]

    static let others = [
        AnswerCase("sts", "GetCallerIdentity") {
            try await STS($0).getCallerIdentity()
        } theirs: {
            STS.Identity(account: $0.id("Account"), arn: $0.id("Arn"), userID: $0.id("UserId"))
        },
        AnswerCase(
            "sts", "AssumeRole", ["RoleArn": "arn:aws:iam::1:role/build", "RoleSessionName": "ci"]
        ) {
            try await STS($0).assumeRole(AssumedRole(arn: ""))
        } theirs: {
            $0["Credentials"].credentials
        },
        AnswerCase(
            "sts", "AssumeRoleWithWebIdentity",
            ["RoleArn": "arn:aws:iam::1:role/build", "RoleSessionName": "ci", "WebIdentityToken": "token"]
        ) {
            try await STS($0).assumeRole(AssumedRole(arn: ""), webIdentityToken: "")
        } theirs: {
            $0["Credentials"].credentials
        },
        AnswerCase("sts", "DecodeAuthorizationMessage", ["EncodedMessage": "m"]) {
            try await STS($0).decodeAuthorizationMessage("m")
        } theirs: {
            $0.id("DecodedMessage")
        },
        AnswerCase("ssm", "GetParameter", ["Name": "/a"]) {
            try await SSM($0).getParameter("/a")
        } theirs: { answer in
            let it = answer["Parameter"]
            return SSM.Parameter(
                name: it.id("Name"), value: it.id("Value"), version: it["Version"].integer ?? 0,
                dataType: it["DataType"].text ?? "text")
        },
        AnswerCase("ssm", "PutParameter", ["Name": "/a", "Value": "v"]) {
            try await SSM($0).putParameter(SSM.Writing(name: "/a", value: "v"))
        } theirs: {
            $0["Version"].integer ?? 0
        },
        AnswerCase("secretsmanager", "GetSecretValue", ["SecretId": "a"]) {
            let secret = try await SecretsManager($0).getSecretValue("a")
            return [secret.arn, secret.versionID, secret.text]
        } theirs: {
            [$0["ARN"].text, $0["VersionId"].text, $0["SecretString"].text]
        },
    ]
}
