import ClusterSpec
import JSONDocument

extension StackShape {
    /// How long an instance has until it says that it is ready.
    private static let patience = "PT15M"

    /// What an instance needs to get ready.
    private var groupDependencies: [String] {
        var names = wayOut + [LogicalID.listener, "LoadBalancerToPool", "LoadBalancerToHealth"]
        switch database {
        case .made(let aurora):
            names += [LogicalID.writer] + (1...16).prefix(aurora.replicas).map(LogicalID.reader)
            names += [LogicalID.attachment, "InstancesToDatabase"]
        case .existing(_, _, let group):
            if group != nil { names += databasePorts.map(databaseRuleID) }
        }
        return names
    }

    /// The Auto Scaling group, how it grows, and how instances leave it.
    var groupResources: [Resource] {
        // One more than wanted where the maximum allows it, so that none is missing while they are replaced.
        let inService = max(0, min(group.desired, group.maximum - 1))
        var policies: JSONValue = [:]
        if group.desired > 0 {
            policies = policies.with(
                "CreationPolicy",
                [
                    "ResourceSignal": [
                        "Count": TemplateParameter.desiredCapacity.reference, "Timeout": .string(StackShape.patience),
                    ]
                ])
        }
        policies = policies.with(
            "UpdatePolicy",
            [
                "AutoScalingRollingUpdate": [
                    "MinInstancesInService": .integer(inService),
                    "MaxBatchSize": .integer(max(1, (group.desired + 3) / 4)),
                    "WaitOnResourceSignals": true, "PauseTime": .string(StackShape.patience),
                    // What would replace instances while CloudFormation does.
                    "SuspendProcesses": [
                        "HealthCheck", "ReplaceUnhealthy", "AZRebalance", "AlarmNotification", "ScheduledActions",
                    ],
                ]
            ])
        return [
            Resource(
                LogicalID.group, "AWS::AutoScaling::AutoScalingGroup",
                [
                    "MinSize": TemplateParameter.minCapacity.reference,
                    "MaxSize": TemplateParameter.maxCapacity.reference,
                    "DesiredCapacity": TemplateParameter.desiredCapacity.reference,
                    "VPCZoneIdentifier": instanceSubnets,
                    "LaunchTemplate": [
                        "LaunchTemplateId": .ref(LogicalID.launchTemplate),
                        "Version": .attribute(LogicalID.launchTemplate, "LatestVersionNumber"),
                    ],
                    "TargetGroupARNs": [.ref(targetsID)],
                    "HealthCheckType": .string(group.healthCheck), "HealthCheckGracePeriod": 300,
                    "Tags": StackTags.propagated("instance"),
                ], after: groupDependencies, policies: policies),
            Resource(
                "CpuTargetTracking", "AWS::AutoScaling::ScalingPolicy",
                [
                    "AutoScalingGroupName": .ref(LogicalID.group), "PolicyType": "TargetTrackingScaling",
                    "TargetTrackingConfiguration": [
                        "PredefinedMetricSpecification": ["PredefinedMetricType": "ASGAverageCPUUtilization"],
                        "TargetValue": 70,
                    ],
                ]),
            // The doctor ends the wait when the sessions are gone; without its word it ends by itself.
            Resource(
                "DrainHook", "AWS::AutoScaling::LifecycleHook",
                [
                    "AutoScalingGroupName": .ref(LogicalID.group), "LifecycleHookName": .string(StackNames.drainHook),
                    "LifecycleTransition": "autoscaling:EC2_INSTANCE_TERMINATING", "HeartbeatTimeout": 300,
                    "DefaultResult": "CONTINUE",
                ]),
        ]
    }
}
