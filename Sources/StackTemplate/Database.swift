import JSONDocument

extension StackShape {
    /// The Aurora cluster; nothing where one is there.
    var databaseResources: [Resource] {
        guard case .made(let aurora) = database else { return [] }
        let user = JSONValue.sub("{{resolve:secretsmanager:${\(LogicalID.secret)}:SecretString:username}}")
        let password = JSONValue.sub("{{resolve:secretsmanager:${\(LogicalID.secret)}:SecretString:password}}")
        var resources = [
            Resource(
                "DatabaseSubnets", "AWS::RDS::DBSubnetGroup",
                [
                    "DBSubnetGroupDescription": "Where Aurora lives", "SubnetIds": databaseSubnets,
                    "Tags": StackTags.of("database"),
                ]),
            // A server that answers 'N' when pgpool asks for TLS gets passwords and data in clear text; this one does not.
            Resource(
                "ClusterParameters", "AWS::RDS::DBClusterParameterGroup",
                [
                    "Description": "Connections by TLS only",
                    "Family": .string("aurora-postgresql\(aurora.engineMajor)"),
                    "Parameters": ["rds.force_ssl": "1"], "Tags": StackTags.of("database"),
                ]),
            Resource(
                LogicalID.cluster, "AWS::RDS::DBCluster",
                JSONValue.object([
                    .init("Engine", "aurora-postgresql"),
                    .init("EngineVersion", TemplateParameter.engineVersion.reference),
                    .init("DatabaseName", .string(aurora.database)),
                    .init("MasterUsername", user), .init("MasterUserPassword", password),
                    .init("Port", .integer(databasePort)),
                    .init("DBSubnetGroupName", .ref("DatabaseSubnets")),
                    .init("DBClusterParameterGroupName", .ref("ClusterParameters")),
                    .init("VpcSecurityGroupIds", [.attribute(LogicalID.databaseGroup, "GroupId")]),
                    .init("StorageEncrypted", true),
                ]).with("KmsKeyId", keyID)
                    .with("BackupRetentionPeriod", 7)
                    .with("PreferredBackupWindow", "03:00-04:00")
                    .with("CopyTagsToSnapshot", true)
                    .with("EnableCloudwatchLogsExports", ["postgresql"])
                    .with("Tags", StackTags.of("database")),
                policies: ["DeletionPolicy": "Snapshot", "UpdateReplacePolicy": "Retain"]),
        ]
        // The first instance of a cluster becomes the writer, so that the readers come after it.
        resources.append(databaseInstance(LogicalID.writer, "writer", tier: 0, after: []))
        for number in 1...max(1, aurora.replicas) where number <= aurora.replicas {
            resources.append(
                databaseInstance(LogicalID.reader(number), "reader-\(number)", tier: 1, after: [LogicalID.writer]))
        }
        return resources
    }

    private func databaseInstance(_ id: String, _ part: String, tier: Int, after: [String]) -> Resource {
        Resource(
            id, "AWS::RDS::DBInstance",
            [
                "Engine": "aurora-postgresql", "DBClusterIdentifier": .ref(LogicalID.cluster),
                "DBInstanceClass": TemplateParameter.databaseClass.reference,
                "DBSubnetGroupName": .ref("DatabaseSubnets"), "PubliclyAccessible": false,
                "PromotionTier": .integer(tier), "Tags": StackTags.of(part),
            ], after: after,
            // The data are the cluster's, which leaves a snapshot.
            policies: ["DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"])
    }
}
