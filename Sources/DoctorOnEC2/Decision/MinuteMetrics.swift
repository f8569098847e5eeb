package import AWSClient
import ClusterSpec
package import HealthDecision

extension Snapshot {
    /// The metrics of the time between two publications. What is not known is left out: a zero would be a claim.
    package func metrics(
        after begin: Duration, until end: Duration, group: String, countsAreGoodFor: Duration
    ) -> [CloudWatch.Datum] {
        let dimensions = [CloudWatch.Datum.Dimension(name: StackNames.dimension, value: group)]
        let loads = loads.filter { $0.at > begin && $0.at <= end && $0.total > 0 }
        var data: [CloudWatch.Datum] = []
        let metrics: [(String, CloudWatch.Unit, [Double])] = [
            (StackNames.childrenInUse, .count, loads.map { Double($0.busy) }),
            (StackNames.saturation, .percent, loads.compactMap(\.saturation)),
        ]
        for (name, unit, values) in metrics {
            guard let statistics = CloudWatch.Statistics(of: values) else { continue }
            data.append(.init(metric: name, dimensions: dimensions, unit: unit, value: .statistics(statistics)))
        }
        if let counted = evidence.connections, end - counted.at <= countsAreGoodFor,
            let highest = evidence.servers.compactMap(\.percent).max()
        {
            data.append(
                .init(
                    metric: StackNames.connections, dimensions: dimensions, unit: .percent, value: .single(highest)))
        }
        return data
    }
}

extension Snapshot.Load {
    /// The busy children, in percent of those that take clients; nil where there is none. One that is kept back may be
    /// busy, too.
    fileprivate var saturation: Double? {
        let open = total - reserved
        return open > 0 ? min(100, 100 * Double(busy) / Double(open)) : nil
    }
}

extension CloudWatch.Statistics {
    /// Nil without any value.
    init?(of values: [Double]) {
        guard let minimum = values.min(), let maximum = values.max() else { return nil }
        self.init(count: Double(values.count), sum: values.reduce(0, +), minimum: minimum, maximum: maximum)
    }
}
