import AWSClient
import DoctorOnEC2
import HealthDecision
import Testing

@Suite struct MinuteMetricsTests {
    private func metrics(_ snapshot: Snapshot, after begin: Double = 940, until end: Double = 1000) -> [CloudWatch
        .Datum]
    {
        snapshot.metrics(
            after: .seconds(begin), until: .seconds(end), group: "a-group", countsAreGoodFor: .seconds(90))
    }

    private func statistics(_ count: Double, _ sum: Double, _ low: Double, _ high: Double) -> CloudWatch.Datum.Value {
        .statistics(CloudWatch.Statistics(count: count, sum: sum, minimum: low, maximum: high))
    }

    @Test func aMinuteIsFourNumbersOfEachMetric() {
        let loads = [load(939, 8), load(940, 8), load(941, 2), load(960, 6), load(1000, 4), load(1001, 8)]
        let servers = [
            ServerConnections(endpoint: "writer", open: 30, allowed: 120),
            ServerConnections(endpoint: "reader", open: 45, allowed: 100),
        ]
        let data = metrics(snapshot(loads: loads, servers: servers))
        let group = [CloudWatch.Datum.Dimension(name: "AutoScalingGroupName", value: "a-group")]
        #expect(
            data == [
                .init(metric: "ChildrenInUse", dimensions: group, unit: .count, value: statistics(3, 12, 2, 6)),
                .init(metric: "Saturation", dimensions: group, unit: .percent, value: statistics(3, 150, 25, 75)),
                .init(metric: "ConnectionsOfBudget", dimensions: group, unit: .percent, value: .single(45)),
            ])
    }

    @Test func childrenThatAreKeptBackTakeNoClients() {
        let loads = [load(950, 6, reserved: 2), load(960, 7, reserved: 2), load(970, 3, reserved: 2)]
        let data = metrics(snapshot(loads: loads))
        #expect(data.map(\.metric) == ["ChildrenInUse", "Saturation"])
        #expect(data.map(\.value) == [statistics(3, 16, 3, 7), statistics(3, 250, 50, 100)])
        let none = metrics(snapshot(loads: [load(950, 1, of: 2, reserved: 2)]))
        #expect(none.map(\.metric) == ["ChildrenInUse"])
    }

    @Test func whatIsNotKnownIsNotPublished() {
        #expect(metrics(snapshot()) == [])
        #expect(metrics(snapshot(loads: [load(990, 0, of: 0)])) == [])
        #expect(metrics(snapshot(loads: [load(930, 3)])) == [])
        let full = [ServerConnections(endpoint: "writer", open: 5, allowed: 0)]
        #expect(metrics(snapshot(servers: full)) == [])
        let counted = [ServerConnections(endpoint: "writer", open: 5, allowed: 10)]
        #expect(metrics(snapshot(servers: counted, countedAt: .seconds(910))).map(\.value) == [.single(50)])
        #expect(metrics(snapshot(servers: counted, countedAt: .seconds(909))) == [])
    }

    @Test func noSampleIsPublishedTwiceOrLeftOut() {
        let snapshot = snapshot(at: .seconds(2000), loads: (1...1999).map { load(Double($0), $0 % 9) })
        var begin = 0.0
        var count = 0.0
        for step in [60, 61, 59, 60.5, 180, 60] {
            let data = metrics(snapshot, after: begin, until: begin + step)
            if case .statistics(let values)? = data.first?.value { count += values.count }
            begin += step
        }
        #expect(count == begin.rounded(.down))
    }
}
