import JSONDocument

extension StackShape {
    /// The key of KMS by its id or ARN, where one is named; nil for AWS's own.
    var keyID: JSONValue? { key.map(JSONValue.string) }

    /// The secret of the user that the cluster is made with, and where it is said which database it is for.
    var secretResources: [Resource] {
        guard makesDatabase else { return [] }
        return [
            Resource(
                LogicalID.secret, "AWS::SecretsManager::Secret",
                JSONValue.object([
                    .init("Description", .sub("The user that ${AWS::StackName} was made with")),
                    .init(
                        "GenerateSecretString",
                        [
                            "SecretStringTemplate": .string(
                                JSONValue.object([.init("username", .string(MasterUser.name))]).text),
                            "GenerateStringKey": "password", "PasswordLength": 32,
                            // Letters and digits are what every file, passfile and connection string carries as they
                            // are; 32 of them hold 190 bits.
                            "ExcludePunctuation": true, "IncludeSpace": false, "RequireEachIncludedType": true,
                        ]),
                ]).with("KmsKeyId", keyID).with("Tags", StackTags.of("database-secret")),
                policies: ["DeletionPolicy": "Delete", "UpdateReplacePolicy": "Retain"]),
            Resource(
                LogicalID.attachment, "AWS::SecretsManager::SecretTargetAttachment",
                [
                    "SecretId": .ref(LogicalID.secret), "TargetType": "AWS::RDS::DBCluster",
                    "TargetId": .ref(LogicalID.cluster),
                ]),
        ]
    }
}
