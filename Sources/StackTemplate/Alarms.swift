import ClusterSpec
import JSONDocument

/// An alarm: one metric that is too high or too low for some minutes.
struct Alarm {
    var id: String
    var description: String
    var namespace: String
    var metric: String
    var statistic: String
    var dimensions: [JSONValue.Member]
    var threshold: Int
    var isLow = false
    /// Minutes, all of which must be so.
    var minutes: Int
    /// Whether it counts as too low when nobody publishes anything.
    var needsData = false
    /// The length of one of CloudWatch's periods, in seconds.
    var period = 60

    func resource(topic: String) -> Resource {
        Resource(
            id, "AWS::CloudWatch::Alarm",
            [
                "AlarmDescription": .string(description), "Namespace": .string(namespace),
                "MetricName": .string(metric),
                "Dimensions": .array(dimensions.map { ["Name": .string($0.key), "Value": $0.value] }),
                "Statistic": .string(statistic), "Period": .integer(period),
                "EvaluationPeriods": .integer(minutes * 60 / period), "Threshold": .integer(threshold),
                "ComparisonOperator": .string(isLow ? "LessThanThreshold" : "GreaterThanThreshold"),
                // Nobody publishes: a group of no instances, a cluster without readers.
                "TreatMissingData": needsData ? "breaching" : "notBreaching", "AlarmActions": [.ref(topic)],
                "OKActions": [.ref(topic)],
            ])
    }
}

extension StackShape {
    private var alarms: [Alarm] {
        let targets: [JSONValue.Member] = [
            .init("LoadBalancer", .attribute(LogicalID.balancer, "LoadBalancerFullName")),
            .init("TargetGroup", .attribute(targetsID, "TargetGroupFullName")),
        ]
        let group: [JSONValue.Member] = [.init("AutoScalingGroupName", .ref(LogicalID.group))]
        let own: [JSONValue.Member] = [.init(StackNames.dimension, .ref(LogicalID.group))]
        var alarms = [
            Alarm(
                id: "UnhealthyHosts", description: "An instance fails the load balancer's health check",
                namespace: "AWS/NetworkELB", metric: "UnHealthyHostCount", statistic: "Maximum", dimensions: targets,
                threshold: 0, minutes: 3),
            Alarm(
                id: "NoHealthyHosts", description: "No instance passes the load balancer's health check",
                namespace: "AWS/NetworkELB", metric: "HealthyHostCount", statistic: "Maximum", dimensions: targets,
                threshold: 1, isLow: true, minutes: 2,
                // Without any registered target the metric is missing.
                needsData: self.group.minimum > 0),
            Alarm(
                id: "Saturated", description: "Nearly all of pgpool's children are in use, in percent",
                namespace: StackNames.metrics, metric: StackNames.saturation, statistic: "Maximum", dimensions: own,
                threshold: 90, minutes: 5),
            Alarm(
                id: "ConnectionsNearBudget",
                description: "Connections near what the database's budget allows, in percent",
                namespace: StackNames.metrics, metric: StackNames.connections, statistic: "Maximum", dimensions: own,
                threshold: 85, minutes: 5),
            Alarm(
                id: "InstanceCpu", description: "The instances' processors, in percent, beyond what scaling keeps",
                namespace: "AWS/EC2", metric: "CPUUtilization", statistic: "Average", dimensions: group, threshold: 90,
                minutes: 15, period: 300),
        ]
        guard let cluster = clusterIdentifier else { return alarms }
        let database: [JSONValue.Member] = [.init("DBClusterIdentifier", cluster)]
        alarms += [
            Alarm(
                id: "DatabaseCpu", description: "The processor of one of Aurora's instances, in percent",
                namespace: "AWS/RDS",
                metric: "CPUUtilization", statistic: "Maximum", dimensions: database, threshold: 90, minutes: 15,
                period: 300),
            Alarm(
                id: "ReplicaLag", description: "How far a reader is behind the writer, in milliseconds",
                namespace: "AWS/RDS", metric: "AuroraReplicaLagMaximum", statistic: "Maximum", dimensions: database,
                threshold: 2000, minutes: 5),
        ]
        return alarms
    }

    /// The cluster as CloudWatch calls it; nil where its name does not tell.
    private var clusterIdentifier: JSONValue? {
        switch database {
        case .made: return .ref(LogicalID.cluster)
        case .existing(let writer, _, _):
            guard AuroraEndpointKind(host: writer.host) == .writer, let label = writer.host.split(separator: ".").first
            else { return nil }
            return .string(label.lowercased())
        }
    }

    var alarmResources: [Resource] {
        var resources = [Resource(LogicalID.topic, "AWS::SNS::Topic", ["Tags": StackTags.of("alarms")])]
        if let alarmEmail {
            resources.append(
                Resource(
                    "AlarmSubscription", "AWS::SNS::Subscription",
                    ["TopicArn": .ref(LogicalID.topic), "Protocol": "email", "Endpoint": .string(alarmEmail)]))
        }
        return resources + alarms.map { $0.resource(topic: LogicalID.topic) }
    }
}
