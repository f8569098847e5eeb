import JSONDocument
import Testing

/// What keeps a stack healthy, as the golden templates have it.
@Suite struct HealthTests {
    private static func attribute(_ list: JSONNode?, _ key: String) -> String? {
        list?.items?.first { $0["Key"]?.text == key }?["Value"]?.text
    }

    @Test func `a failing check cuts no session, and the group does not act on it`() throws {
        for (name, root) in try Shapes.golden() where name != "alarms" {
            let attributes = (root.properties("Targets") ?? root.properties("PublicTargets"))?[
                "TargetGroupAttributes"]
            #expect(
                HealthTests.attribute(attributes, "target_health_state.unhealthy.connection_termination.enabled")
                    == "false", "\(name)")
            #expect(
                HealthTests.attribute(attributes, "target_health_state.unhealthy.draining_interval_seconds") == "300")
            #expect(HealthTests.attribute(attributes, "deregistration_delay.timeout_seconds") == "60")
            let listener = root.properties("Listener")?["ListenerAttributes"]
            #expect(HealthTests.attribute(listener, "tcp.idle_timeout.seconds") == "6000")
            #expect(root.at("Resources.Group.Properties.HealthCheckType")?.text == "EC2", "\(name)")
            #expect(root.at("Resources.Group.Properties.HealthCheckGracePeriod")?.scalarText == "300")
        }
    }

    @Test func `instances signal, and go only when their sessions may have`() throws {
        for (name, root) in try Shapes.golden() {
            let update = root.at("Resources.Group.UpdatePolicy.AutoScalingRollingUpdate")
            #expect(update?["WaitOnResourceSignals"]?.scalarText == "true", "\(name)")
            #expect(update?["PauseTime"]?.text == "PT15M")
            let count = root.at("Resources.Group.CreationPolicy.ResourceSignal.Count.Ref")?.text
            #expect(count == (name == "nobody-yet" ? nil : "DesiredCapacity"), "\(name)")
            let hook = root.properties("DrainHook")
            #expect(hook?["LifecycleTransition"]?.text == "autoscaling:EC2_INSTANCE_TERMINATING")
            #expect(hook?["HeartbeatTimeout"]?.scalarText == "300")
            #expect(hook?["DefaultResult"]?.text == "CONTINUE")
            #expect(
                root.at("Resources.Group.Properties.LaunchTemplate.Version.Fn::GetAtt.1")?.text == "LatestVersionNumber"
            )
            #expect(root.properties("LaunchTemplate")?["LaunchTemplateName"] == nil)
        }
    }

    /// A group that is not at its maximum stays as large as it is while instances are replaced.
    @Test(arguments: [("2", "4", "2"), ("2", "2", "1"), ("1", "1", "0"), ("8", "8", "7")])
    func `as many instances serve during an update as can`(desired: String, maximum: String, inService: String) throws {
        let tree = try Shapes.tree([
            ("min_capacity", "1"), ("desired_capacity", desired), ("max_capacity", maximum),
            ("db_instance_class", "db.r6g.4xlarge"),
        ])
        let update = tree.at("Resources.Group.UpdatePolicy.AutoScalingRollingUpdate")
        #expect(update?["MinInstancesInService"]?.scalarText == inService)
    }

    @Test func `the database is encrypted, backed up, asks for TLS and leaves a snapshot`() throws {
        let tree = try Shapes.tree()
        let cluster = tree.properties("Cluster")
        #expect(cluster?["StorageEncrypted"]?.scalarText == "true")
        #expect(cluster?["BackupRetentionPeriod"]?.scalarText == "7")
        #expect(cluster?["PreferredBackupWindow"]?.text == "03:00-04:00")
        #expect(cluster?.at("EnableCloudwatchLogsExports.0")?.text == "postgresql")
        #expect(tree.at("Resources.Cluster.DeletionPolicy")?.text == "Snapshot")
        #expect(tree.properties("ClusterParameters")?["Parameters"]?["rds.force_ssl"]?.text == "1")
    }

    @Test func `a generated password is one that every file carries`() throws {
        let generator = try Shapes.tree().properties("DatabaseSecret")?["GenerateSecretString"]
        #expect(generator?["ExcludePunctuation"]?.scalarText == "true")
        #expect(generator?["IncludeSpace"]?.scalarText == "false")
        #expect(generator?["PasswordLength"]?.scalarText == "32")
        #expect(generator?["SecretStringTemplate"]?.text == "{\"username\":\"postgres\"}")
    }

    @Test func `a cluster that is there is taken as it is`() throws {
        let golden = try Shapes.golden().filter { $0.name.hasPrefix("existing") }
        #expect(golden.count == 2)
        for (name, root) in golden {
            let types = (root["Resources"]?.members ?? []).compactMap { $0.value["Type"]?.text }
            #expect(!types.contains { $0.hasPrefix("AWS::RDS") || $0.hasPrefix("AWS::SecretsManager") }, "\(name)")
            #expect(root.at("Outputs.AuroraClusterEndpoint.Value")?.text != nil)
        }
    }

    @Test func `the outputs have the names of the ported stack`() throws {
        let names = try Shapes.tree()["Outputs"]?.members?.map(\.key)
        #expect(
            names?.prefix(4) == ["NLBEndpoint", "AuroraClusterEndpoint", "AuroraReaderEndpoint", "DatabaseSecretArn"])
    }
}
