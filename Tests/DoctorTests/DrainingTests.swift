import HealthDecision
import Logging
import Testing

@testable import Doctor

/// Two can say that the instance is drained, and neither may take back what the other has said.
@Suite struct DrainingTests {
    private typealias Source = HealthMonitor.DrainingSource

    @Test func eachSourceTakesBackOnlyItsOwnWord() async {
        let monitor = HealthMonitor(
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, startedAt: 0, version: "1",
            drainingFile: "/nowhere")
        let steps: [(String?, Source, String?)] = [
            (nil, .file, nil), ("the group", .group, "the group"), (nil, .file, "the group"),
            ("the file", .file, "the file"), (nil, .group, "the file"), ("the group", .group, "the file"),
            (nil, .file, "the group"), (nil, .group, nil),
        ]
        for (reason, source, expected) in steps {
            await monitor.set(draining: reason, by: source)
            #expect(await monitor.evidence.draining == expected, "\(source): \(reason ?? "nothing")")
        }
    }
}
