import AWSClient
import JSONDocument

extension RequestCase {
    /// AWS's addresses, with the bucket's name in front.
    private static let virtual: KeyValuePairs<String, JSONValue> = ["addressing": "virtual"]
    private static let role = AssumedRole(
        arn: "arn:aws:iam::1:role/build", sessionName: "ci", externalID: "x=1", duration: 900)
    private static let key = "a b/ü//c+d&e=~'()*!"

    static let others = [
        RequestCase("ssm", "GetParameter", ["Name": "/aws/service/ami-amazon-linux-latest/x"]) {
            _ = try await SSM($0).getParameter("/aws/service/ami-amazon-linux-latest/x")
        },
        RequestCase(
            "ssm", "PutParameter",
            [
                "Name": "/a", "Value": "ami-1", "Type": "String", "DataType": "aws:ec2:image", "Overwrite": true,
                "Description": .string(awkward),
            ]
        ) {
            _ = try await SSM($0).putParameter(
                SSM.Writing(
                    name: "/a", value: "ami-1", description: awkward, dataType: "aws:ec2:image", overwrites: true))
        },
        RequestCase("ssm", "DeleteParameter", ["Name": "/a"]) { try await SSM($0).deleteParameter("/a") },
        RequestCase("secretsmanager", "GetSecretValue", ["SecretId": "db", "VersionStage": "AWSPENDING"]) {
            _ = try await SecretsManager($0).getSecretValue("db", stage: "AWSPENDING")
        },
        RequestCase("sts", "GetCallerIdentity", [:]) { _ = try await STS($0).getCallerIdentity() },
        RequestCase(
            "sts", "AssumeRole",
            [
                "RoleArn": "arn:aws:iam::1:role/build", "RoleSessionName": "ci", "ExternalId": "x=1",
                "DurationSeconds": 900,
            ]
        ) {
            _ = try await STS($0).assumeRole(role)
        },
        RequestCase(
            "sts", "AssumeRoleWithWebIdentity",
            [
                "RoleArn": "arn:aws:iam::1:role/build", "RoleSessionName": "ci", "WebIdentityToken": "a.b-c_d",
                "DurationSeconds": 900,
            ]
        ) {
            _ = try await STS($0).assumeRole(role, webIdentityToken: "a.b-c_d")
        },
        RequestCase("sts", "DecodeAuthorizationMessage", ["EncodedMessage": .string(awkward)]) {
            _ = try await STS($0).decodeAuthorizationMessage(awkward)
        },
    ]

    static let doctor = [
        RequestCase(
            "cloudwatch", "PutMetricData",
            [
                "Namespace": "PgpoolAurora",
                "MetricData": [
                    [
                        "MetricName": "ChildrenInUse", "Unit": "Count",
                        "Dimensions": [["Name": "AutoScalingGroupName", "Value": .string(awkward)]],
                        "StatisticValues": [
                            "SampleCount": .double(60.0), "Sum": .double(90.5), "Minimum": .double(0.0),
                            "Maximum": .double(3.25),
                        ],
                    ],
                    [
                        "MetricName": "ConnectionsOfBudget", "Unit": "Percent",
                        "Dimensions": [["Name": "a", "Value": "b"], ["Name": "c", "Value": "d"]],
                        "Value": .double(33.333333333333336),
                    ],
                ],
            ]
        ) {
            try await CloudWatch($0).putMetricData(
                [
                    .init(
                        metric: "ChildrenInUse",
                        dimensions: [.init(name: "AutoScalingGroupName", value: awkward)], unit: .count,
                        value: .statistics(.init(count: 60, sum: 90.5, minimum: 0, maximum: 3.25))),
                    .init(
                        metric: "ConnectionsOfBudget",
                        dimensions: [.init(name: "a", value: "b"), .init(name: "c", value: "d")], unit: .percent,
                        value: .single(100.0 / 3)),
                ], namespace: "PgpoolAurora")
        },
        RequestCase(
            "autoscaling", "SetInstanceHealth",
            ["InstanceId": "i-1", "HealthStatus": "Unhealthy", "ShouldRespectGracePeriod": true]
        ) {
            try await AutoScaling($0).markUnhealthy(instanceID: "i-1")
        },
        RequestCase(
            "autoscaling", "CompleteLifecycleAction",
            [
                "LifecycleHookName": "a-hook", "AutoScalingGroupName": .string(awkward),
                "LifecycleActionResult": "CONTINUE", "InstanceId": "i-1",
            ]
        ) {
            _ = try await AutoScaling($0).complete(.init(hook: "a-hook", group: awkward, instanceID: "i-1"))
        },
    ]

    static let objects = [
        RequestCase(
            "s3", "PutObject",
            [
                "Bucket": "my-bucket", "Key": .string(key), "Body": "YWJj", "ContentType": "text/plain",
                "ChecksumAlgorithm": "SHA256",
                "ChecksumSHA256": "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
            ], ["addressing": "virtual", "blobs": ["Body"]]
        ) {
            try await S3($0).putObject(
                S3.Location(bucket: "my-bucket", key: key), Array("abc".utf8), contentType: "text/plain")
        },
        RequestCase(
            "s3", "HeadObject", ["Bucket": "my-bucket", "Key": .string(key), "ChecksumMode": "ENABLED"], virtual
        ) {
            _ = try await S3($0).headObject(S3.Location(bucket: "my-bucket", key: key))
        },
        RequestCase("s3", "GetObject", ["Bucket": "my.bucket", "Key": .string(key), "Range": "bytes=0-99"], virtual) {
            _ = try await S3($0).getObject(S3.Location(bucket: "my.bucket", key: key), limit: 99)
        },
        RequestCase("s3", "DeleteObject", ["Bucket": "my-bucket", "Key": "/a/./b/../c"], virtual) {
            try await S3($0).deleteObject(S3.Location(bucket: "my-bucket", key: "/a/./b/../c"))
        },
        RequestCase("s3", "HeadBucket", ["Bucket": "my-bucket"], virtual) {
            _ = try await S3($0).region(ofBucket: "my-bucket")
        },
    ]
}
