import AWSClient
package import Diagnostics

/// Removes what only its tags tell of.
package struct TaggedRemoval: Sendable {
    private let tagged: EC2Leftovers
    private let runtime: BuildRuntime
    private let pace: BuildPace

    package init(tagged: EC2Leftovers, runtime: BuildRuntime, pace: BuildPace) {
        self.tagged = tagged
        self.runtime = runtime
        self.pace = pace
    }

    /// For all of it.
    private static let limit = Duration.seconds(600)

    /// Removes all of it, in the order in which it can go; returns what is left and why.
    package func remove(_ leftovers: [EC2Leftovers.Leftover]) async -> [Diagnostic] {
        let calls = HostCalls(
            runtime: runtime, pace: pace, deadline: runtime.timer.elapsed() + TaggedRemoval.limit)
        var left: [Diagnostic] = []
        for leftover in leftovers.sorted(by: { $0.kind.rawValue < $1.kind.rawValue }) {
            do throws(WaitFailure<HostError>) {
                // A group cannot go before the instances that use it are gone, which takes a while.
                try await calls.change("\(leftover.id) to go") { [tagged] () throws(HostError) in
                    try await tagged.remove(leftover)
                }
                runtime.report(.note("deleted \(leftover.id)"))
            } catch {
                var diagnostic = calls.failure(error).diagnostics[0]
                diagnostic.severity = .warning
                diagnostic.message = "\(leftover.id) is left: \(diagnostic.message)"
                left.append(diagnostic)
            }
        }
        return left
    }
}
