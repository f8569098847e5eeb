import Glibc
import ScriptedServer
import SimulatedCloudFormation
import Synchronization
import ToolRuns

/// Where a tool is killed: at one of its calls that change something.
struct KillPoint: Hashable, Sendable, CustomStringConvertible {
    enum Moment: String, CaseIterable, Hashable, Sendable {
        /// The call never reaches AWS.
        case unsent
        /// The call has its effect a while after the tool is dead.
        case late
        /// The call has had its effect, and the answer never comes.
        case done
    }

    /// Counts from 1.
    var call: Int
    var moment: Moment

    var description: String { "call \(call), \(moment)" }
}

/// Kills the tool at one point, once.
final class Killer: Sendable {
    let point: KillPoint
    let target = SignalTarget()
    private let unsent = Mutex(0)

    init(_ point: KillPoint) {
        self.point = point
    }

    /// For `onMutation`.
    func mutation(_ mutation: SimulatedCloud.Point) async {
        guard mutation.number == point.call else { return }
        switch (point.moment, mutation.isAfter) {
        case (.late, false):
            target.send(SIGKILL)
            // Longer than it takes to begin anew, and less than a change set takes.
            try? await Task.sleep(for: .milliseconds(150))
        case (.done, true): target.send(SIGKILL)
        default: break
        }
    }

    /// For `intercepting`.
    func request(_ request: ReceivedRequest) -> Action? {
        guard point.moment == .unsent, Killer.isMutating(request) else { return nil }
        let number = unsent.withLock { number in
            number += 1
            return number
        }
        guard number == point.call else { return nil }
        target.send(SIGKILL)
        return .close
    }

    private static func isMutating(_ request: ReceivedRequest) -> Bool {
        if ["PUT", "DELETE"].contains(request.method) { return true }
        let text = request.text
        return text.contains("Action=") && !["Describe", "Get", "List"].contains { text.contains("Action=\($0)") }
    }
}
