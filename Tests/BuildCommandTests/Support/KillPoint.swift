import Glibc
import ScriptedServer
import SimulatedEC2
import Synchronization
import ToolRuns

/// Where in a build the tool is killed: at one of its calls that change something.
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

    static func all(ofCalls count: Int) -> [KillPoint] {
        (1...count).flatMap { call in Moment.allCases.map { KillPoint(call: call, moment: $0) } }
    }
}

/// Kills the tool at one point of a build, once.
final class Killer: Sendable {
    let point: KillPoint
    let target = SignalTarget()
    private let unsent = Mutex(0)

    init(_ point: KillPoint) {
        self.point = point
    }

    /// For `onMutation`.
    func mutation(_ mutation: MutationPoint) async {
        guard mutation.number == point.call else { return }
        switch (point.moment, mutation.moment) {
        case (.late, .before):
            target.send(SIGKILL)
            // Longer than it takes to begin anew, and less than an effect is waited for.
            try? await Task.sleep(for: .milliseconds(250))
        case (.done, .after): target.send(SIGKILL)
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

    /// Whether a request asks for a change.
    static func isMutating(_ request: ReceivedRequest) -> Bool {
        if ["PUT", "DELETE"].contains(request.method) { return true }
        if let target = request["x-amz-target"] { return target.hasSuffix(".PutParameter") }
        let text = request.text
        guard !text.contains("DryRun=true") else { return false }
        return text.contains("Action=") && !["Describe", "Get", "Decode"].contains { text.contains("Action=\($0)") }
    }
}
