import JSONDocument

extension StackShape {
    /// The network load balancer, its targets and its listener.
    var balancerResources: [Resource] {
        let scheme = balancer.isInternetFacing ? "internet-facing" : "internal"
        let isBehindGateway = balancer.isInternetFacing && vpcIsMade
        return [
            Resource(
                LogicalID.balancer, "AWS::ElasticLoadBalancingV2::LoadBalancer",
                [
                    "Type": "network", "Scheme": .string(scheme), "Subnets": balancerSubnets,
                    "SecurityGroups": [.attribute(LogicalID.balancerGroup, "GroupId")],
                    // With fewer instances than zones an address of the balancer's may have none in its own.
                    "LoadBalancerAttributes": [["Key": "load_balancing.cross_zone.enabled", "Value": "true"]],
                    "Tags": StackTags.of("load-balancer"),
                ], after: isBehindGateway ? ["PublicDefaultRoute"] : []),
            Resource(
                targetsID, "AWS::ElasticLoadBalancingV2::TargetGroup",
                [
                    "VpcId": vpcID, "TargetType": "instance", "Protocol": "TCP", "Port": .integer(poolPort),
                    "HealthCheckProtocol": "HTTP", "HealthCheckPort": .string("\(healthPort)"), "HealthCheckPath": "/",
                    "HealthyThresholdCount": .integer(balancer.healthyThreshold),
                    "UnhealthyThresholdCount": .integer(balancer.unhealthyThreshold),
                    "HealthCheckTimeoutSeconds": .integer(balancer.timeout),
                    "HealthCheckIntervalSeconds": .integer(balancer.interval),
                    "TargetGroupAttributes": [
                        ["Key": "deregistration_delay.timeout_seconds", "Value": "60"],
                        // Sessions that work outlive a failing health check.
                        ["Key": "target_health_state.unhealthy.connection_termination.enabled", "Value": "false"],
                        ["Key": "target_health_state.unhealthy.draining_interval_seconds", "Value": "300"],
                    ],
                    "Tags": StackTags.of("targets"),
                ]),
            Resource(
                LogicalID.listener, "AWS::ElasticLoadBalancingV2::Listener",
                [
                    "LoadBalancerArn": .ref(LogicalID.balancer), "Protocol": "TCP",
                    "Port": .integer(StackShape.listenerPort),
                    "DefaultActions": [["Type": "forward", "TargetGroupArn": .ref(targetsID)]],
                    // Pooled sessions are idle for longer than the usual 350 s; 6,000 is the most.
                    "ListenerAttributes": [["Key": "tcp.idle_timeout.seconds", "Value": "6000"]],
                ]),
        ]
    }

    /// A target group belongs to one load balancer, which another scheme replaces: so it is replaced with it.
    var targetsID: String { balancer.isInternetFacing ? "PublicTargets" : "Targets" }

    private var vpcIsMade: Bool {
        guard case .made = network else { return false }
        return true
    }
}
