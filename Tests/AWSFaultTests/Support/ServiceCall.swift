import AWSClient
import Testing

/// A call of the matrix: how it is made, and what comes of it when nothing is in its way.
struct ServiceCall: Sendable, CustomTestStringConvertible {
    /// How a service writes its errors.
    enum Dialect: Hashable, Sendable {
        case ec2
        case sts
        case s3
        /// An answer to `HEAD` has no body, so its errors have no code.
        case s3Head
        case json
    }

    var service: AWSService
    var operation: String
    var dialect: Dialect
    var isRepeatable = true
    /// What the service has done after so many requests have reached it whole.
    var effects: @Sendable (_ requests: Int) -> [String]
    /// What the caller is told after so many.
    var outcome: @Sendable (_ requests: Int) -> String
    var run: @Sendable (AWSClient) async throws(AWSError) -> String

    var testDescription: String { "\(service.name) \(operation)" }

    init(
        _ service: AWSService, _ operation: String, _ dialect: Dialect, isRepeatable: Bool = true, does effect: String,
        outcome: String, _ run: @escaping @Sendable (AWSClient) async throws(AWSError) -> String
    ) {
        self.service = service
        self.operation = operation
        self.dialect = dialect
        self.isRepeatable = isRepeatable
        self.run = run
        effects = { Array(repeating: effect, count: $0) }
        self.outcome = { _ in outcome }
    }
}

extension ServiceCall {
    static let all: [ServiceCall] = [
        ServiceCall(EC2.service, "DescribeInstances", .ec2, does: "read instances", outcome: "i-1") {
            client throws(AWSError) in
            try await EC2(client).describeInstances(.ids(["i-1"])).map(\.id).joined()
        },
        runInstances,
        ServiceCall(EC2.service, "CreateImage", .ec2, isRepeatable: false, does: "image web", outcome: "ami-1") {
            client throws(AWSError) in
            try await EC2(client).createImage(EC2.ImageCreation(instanceID: "i-1", name: "web"))
        },
        ServiceCall(
            EC2.service, "CreateSecurityGroup", .ec2, isRepeatable: false, does: "group build", outcome: "sg-1"
        ) { client throws(AWSError) in
            try await EC2(client).createSecurityGroup(
                EC2.SecurityGroupCreation(name: "build", description: "for a build"))
        },
        ServiceCall(SSM.service, "GetParameter", .json, does: "read parameter", outcome: "ami-1") {
            client throws(AWSError) in
            try await SSM(client).getParameter("/ami").value
        },
        putParameter,
        ServiceCall(S3.service, "PutObject", .s3, does: "object /bucket/new", outcome: "") { client throws(AWSError) in
            try await S3(client).putObject(S3.Location(bucket: "bucket", key: "new"), Array("new bytes".utf8))
            return ""
        },
        ServiceCall(S3.service, "GetObject", .s3, does: "read /bucket/stored", outcome: "stored bytes") {
            client throws(AWSError) in
            let bytes = try await S3(client).getObject(S3.Location(bucket: "bucket", key: "stored"), limit: 1000)
            return String(decoding: bytes, as: UTF8.self)
        },
        ServiceCall(S3.service, "HeadObject", .s3Head, does: "head /bucket/stored", outcome: "12 bytes") {
            client throws(AWSError) in
            "\(try await S3(client).headObject(S3.Location(bucket: "bucket", key: "stored")).size) bytes"
        },
        ServiceCall(SecretsManager.service, "GetSecretValue", .json, does: "read secret", outcome: "arn:secret v1") {
            client throws(AWSError) in
            let value = try await SecretsManager(client).getSecretValue("db")
            guard value.text == PlayedServices.secret else { return "another secret" }
            return "\(value.arn) \(value.versionID)"
        },
        ServiceCall(STS.service, "GetCallerIdentity", .sts, does: "read identity", outcome: "arn:caller") {
            client throws(AWSError) in
            try await STS(client).getCallerIdentity().arn
        },
        ServiceCall(STS.service, "AssumeRole", .sts, does: "session build", outcome: "ASIA-build") {
            client throws(AWSError) in
            try await STS(client).assumeRole(AssumedRole(arn: "arn:aws:iam::123456789012:role/build")).accessKeyID
        },
    ]

    /// Asked again with the same token, it launches nothing more.
    private static let runInstances: ServiceCall = {
        var call = ServiceCall(EC2.service, "RunInstances", .ec2, does: "", outcome: "i-1") {
            client throws(AWSError) in
            let launch = EC2.Launch(clientToken: "token-1", imageID: "ami-1", instanceType: "t3.micro")
            return try await EC2(client).runInstance(launch).id
        }
        call.effects = { $0 == 0 ? [] : ["instance token-1"] }
        return call
    }()

    /// Each writing makes a version, of the same value.
    private static let putParameter: ServiceCall = {
        var call = ServiceCall(SSM.service, "PutParameter", .json, does: "parameter /ami", outcome: "") {
            client throws(AWSError) in
            let writing = SSM.Writing(name: "/ami", value: "ami-1", overwrites: true)
            return "version \(try await SSM(client).putParameter(writing))"
        }
        call.outcome = { "version \($0)" }
        return call
    }()
}
