package import ClusterSpec
import JSONDocument

/// One thing that instances may do.
struct PolicyStatement {
    var id: String
    var actions: [String]
    var resources: [String]
    var conditions: [JSONValue.Member] = []

    var value: JSONValue {
        var statement: JSONValue = [
            "Sid": .string(id), "Effect": "Allow", "Action": .strings(actions),
            "Resource": .array(resources.map(JSONValue.sub)),
        ]
        if !conditions.isEmpty { statement = statement.with("Condition", .object(conditions)) }
        return statement
    }
}

extension StackNames {
    /// The resource that instances signal to.
    package static let group = LogicalID.group
}

extension StackShape {
    /// What instances may do: no more than what they do.
    var statements: [PolicyStatement] {
        var statements: [PolicyStatement] = []
        var secrets: [String] = []
        if makesDatabase { secrets.append("${\(LogicalID.secret)}") }
        for secret in userSecrets {
            for pattern in SecretResource(secret.secret)?.patterns ?? [] where !secrets.contains(pattern) {
                secrets.append(pattern)
            }
        }
        if !secrets.isEmpty {
            statements.append(
                PolicyStatement(id: "ReadPasswords", actions: ["secretsmanager:GetSecretValue"], resources: secrets))
        }
        if let key {
            let arn =
                key.hasPrefix("arn:") ? key : "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/\(key)"
            statements.append(
                PolicyStatement(
                    id: "DecryptPasswords", actions: ["kms:Decrypt"], resources: [arn],
                    conditions: [
                        .init(
                            "StringEquals",
                            ["kms:ViaService": .sub("secretsmanager.${AWS::Region}.${AWS::URLSuffix}")])
                    ]))
        }
        statements += [
            PolicyStatement(
                id: "SignalReadiness", actions: ["cloudformation:SignalResource"], resources: ["${AWS::StackId}"]),
            // CloudFormation makes the group's name of the stack's and the group's own; the group itself comes later.
            PolicyStatement(
                id: "SpeakOfOwnHealth",
                actions: ["autoscaling:CompleteLifecycleAction", "autoscaling:SetInstanceHealth"],
                resources: [
                    "arn:${AWS::Partition}:autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*:"
                        + "autoScalingGroupName/${AWS::StackName}-\(LogicalID.group)-*"
                ]),
            // CloudWatch has no resources for metrics; the namespace that the doctor writes to is what can be named. The agent's
            // own policy allows others.
            PolicyStatement(
                id: "PublishMetrics", actions: ["cloudwatch:PutMetricData"], resources: ["*"],
                conditions: [.init("StringEquals", ["cloudwatch:namespace": .string(StackNames.metrics)])]),
        ]
        return statements
    }

    var roleResources: [Resource] {
        [
            Resource(
                LogicalID.role, "AWS::IAM::Role",
                [
                    "Description": "What the Pgpool-II instances may do",
                    "AssumeRolePolicyDocument": [
                        "Version": "2012-10-17",
                        "Statement": [
                            [
                                "Effect": "Allow", "Principal": ["Service": .sub("ec2.${AWS::URLSuffix}")],
                                "Action": "sts:AssumeRole",
                            ]
                        ],
                    ],
                    "ManagedPolicyArns": .array(
                        ["AmazonSSMManagedInstanceCore", "CloudWatchAgentServerPolicy"].map {
                            .sub("arn:${AWS::Partition}:iam::aws:policy/\($0)")
                        }),
                    "Policies": [
                        [
                            "PolicyName": "pgpool-aurora",
                            "PolicyDocument": [
                                "Version": "2012-10-17", "Statement": .array(statements.map(\.value)),
                            ],
                        ]
                    ],
                    "Tags": StackTags.of("instances"),
                ]),
            Resource(LogicalID.profile, "AWS::IAM::InstanceProfile", ["Roles": [.ref(LogicalID.role)]]),
        ]
    }
}
