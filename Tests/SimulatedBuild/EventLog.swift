import Diagnostics
package import ImageBuild
import Synchronization

/// What builds have told.
package final class EventLog: Sendable {
    package typealias Hook = @Sendable (BuildEvent) -> Void

    private let kept = Mutex<(events: [BuildEvent], notices: [String], hook: Hook?)>(([], [], nil))

    package func add(_ event: BuildEvent) {
        let hook = kept.withLock { kept in
            kept.events.append(event)
            return kept.hook
        }
        hook?(event)
    }

    package func add(notice: String) { kept.withLock { $0.notices.append(notice) } }

    /// Is told of each event from now on.
    package func listen(_ hook: @escaping Hook) { kept.withLock { $0.hook = hook } }

    package var events: [BuildEvent] { kept.withLock(\.events) }
    /// What the client has tried again.
    package var notices: [String] { kept.withLock(\.notices) }

    package var phases: [BuildPhase] {
        events.compactMap { if case .phaseBegins(let phase) = $0 { phase } else { nil } }
    }

    package var notes: [String] { events.compactMap { if case .note(let text) = $0 { text } else { nil } } }

    package var warnings: [String] {
        events.compactMap { if case .warning(let diagnostic) = $0 { diagnostic.description } else { nil } }
    }

    package var steps: [String] {
        events.compactMap { if case .guest(.step(_, _, let name)) = $0 { name } else { nil } }
    }
}
