/// Amazon CloudWatch: metrics of one's own.
package struct CloudWatch: Sendable {
    private let client: AWSClient

    package init(_ client: AWSClient) {
        self.client = client
    }

    static let service = AWSService("monitoring", errorFormat: .xml)

    /// What a number counts.
    package enum Unit: String, Sendable {
        case count = "Count"
        case percent = "Percent"
    }

    /// Many samples of one time in four numbers.
    package struct Statistics: Hashable, Sendable {
        package var count: Double
        package var sum: Double
        package var minimum: Double
        package var maximum: Double

        package init(count: Double, sum: Double, minimum: Double, maximum: Double) {
            self.count = count
            self.sum = sum
            self.minimum = minimum
            self.maximum = maximum
        }
    }

    /// One metric at the time of the call.
    package struct Datum: Hashable, Sendable {
        package enum Value: Hashable, Sendable {
            case single(Double)
            case statistics(Statistics)
        }

        package struct Dimension: Hashable, Sendable {
            package var name: String
            package var value: String

            package init(name: String, value: String) {
                self.name = name
                self.value = value
            }
        }

        package var metric: String
        package var dimensions: [Dimension]
        package var unit: Unit
        package var value: Value

        package init(metric: String, dimensions: [Dimension], unit: Unit, value: Value) {
            self.metric = metric
            self.dimensions = dimensions
            self.unit = unit
            self.value = value
        }
    }

    /// Publishes some data, up to a thousand. CloudWatch gives them the time at which it gets them.
    ///
    /// Source: "PutMetricData" in CloudWatch's API reference.
    package func putMetricData(_ data: [Datum], namespace: String, deadline: Duration? = nil) async throws(AWSError) {
        var parameters = QueryParameters([("Namespace", namespace)])
        parameters.add("MetricData.member", list: data.map(\.parameters))
        var call = AWSCall.query(CloudWatch.service, "PutMetricData", version: "2010-08-01", parameters)
        // Asked twice, it counts every sample twice.
        call.isRepeatable = false
        try await client.send(call, deadline: deadline) { _ in }
    }
}

extension CloudWatch.Datum {
    fileprivate var parameters: QueryParameters {
        var parameters = QueryParameters([("MetricName", metric), ("Unit", unit.rawValue)])
        parameters.add(
            "Dimensions.member", list: dimensions.map { QueryParameters([("Name", $0.name), ("Value", $0.value)]) })
        switch value {
        case .single(let value): parameters.add("Value", "\(value)")
        case .statistics(let values):
            parameters.add(
                "StatisticValues",
                QueryParameters([
                    ("SampleCount", "\(values.count)"), ("Sum", "\(values.sum)"), ("Minimum", "\(values.minimum)"),
                    ("Maximum", "\(values.maximum)"),
                ]))
        }
        return parameters
    }
}
