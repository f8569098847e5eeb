import AWSClient
import ClusterSpec
import Doctor
import HealthDecision

extension OnEC2 {
    /// Publishes what the last minute was like, each minute.
    func publish(_ view: DoctorView) async {
        while !Task.isCancelled {
            let begin = published ?? view.now()
            published = begin
            do { try await Task.sleep(for: max(.zero, begin + paces.publishing - view.now())) } catch { return }
            let end = view.now()
            // Whatever comes of it: what could not be published then is not published as if it were of later.
            published = end
            guard let group = await groupName(at: end) else { continue }
            let data = view.snapshot().metrics(
                after: max(begin, end - paces.publishing * 2), until: end, group: group,
                countsAreGoodFor: paces.countsAreGoodFor)
            guard !data.isEmpty, let client = await client(at: end) else { continue }
            do throws(AWSError) {
                try await CloudWatch(client).putMetricData(
                    data, namespace: StackNames.metrics, deadline: client.timer.elapsed() + paces.publishing)
                isWell(.metrics)
            } catch {
                guard !Task.isCancelled else { return }
                complain(
                    .metrics, key: OnEC2.key(error),
                    "metrics are not published, trying again each \(paces.publishing): \(OnEC2.text(error))")
            }
        }
    }
}
