package import AWSClient
import FoundationEssentials

/// One creation, update, rollback or deletion of a stack, as its events tell of it.
///
/// Events come late and in any order. Each is taken once, by its id.
package struct Operation: Sendable {
    /// The token of the call that began it; nil for whatever is under way.
    let token: String?
    /// All that was read, of other operations too.
    private var known: Set<String> = []
    private(set) var events: [CloudFormation.StackEvent] = []

    package init(token: String? = nil) {
        self.token = token
    }

    /// Takes pages that were read, and returns what is new of this operation, the oldest first.
    package mutating func take(_ read: [CloudFormation.StackEvent]) -> [CloudFormation.StackEvent] {
        let fresh = read.filter { known.insert($0.id).inserted && isOwn($0) }
            .enumerated().sorted { ($0.element.time, -$0.offset) < ($1.element.time, -$1.offset) }.map(\.element)
        events += fresh
        return fresh
    }

    /// What was there before the operation began.
    package mutating func skip(_ read: [CloudFormation.StackEvent]) {
        known.formUnion(read.map(\.id))
    }

    private func isOwn(_ event: CloudFormation.StackEvent) -> Bool { token == nil || event.token == token }

    /// The stack's own last word.
    package var lastStackWord: String? {
        events.filter(\.isOfStack).enumerated()
            .max { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }?.element.status.word
    }

    /// Why it failed first, and at what; nil when nothing did.
    ///
    /// What is cancelled because of another failure has no reason of its own, and CloudFormation no code for it, only this word.
    package var firstFailure: CloudFormation.StackEvent? {
        let failures = events.filter { $0.status.isFailed && !$0.isOfStack }.sorted { $0.time < $1.time }
        return failures.first { !Operation.isCancelled($0) } ?? failures.first
            ?? events.last { $0.isOfStack && $0.status.isFailed }
    }

    /// The failures of their own, at most one for each resource, the first one first.
    package var failures: [CloudFormation.StackEvent] {
        var seen: Set<String> = []
        return events.filter { $0.status.isFailed && !$0.isOfStack && !Operation.isCancelled($0) }
            .sorted { $0.time < $1.time }.filter { seen.insert($0.logicalID).inserted }
    }

    /// Whether a state tells of a failure, and no event yet of what it was. What only goes on with a rollback has none.
    func lacksReason(ofStack word: String) -> Bool {
        (word.contains("ROLLBACK") || word.hasSuffix("_FAILED")) && failures.isEmpty
            && events.contains { $0.isOfStack && OperationStart.words.contains($0.status.word) }
    }

    private static func isCancelled(_ event: CloudFormation.StackEvent) -> Bool {
        event.reason?.hasSuffix("cancelled") ?? false
    }
}
