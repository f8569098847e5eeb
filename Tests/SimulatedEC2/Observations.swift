/// A call as the simulation saw it.
package struct CallRecord: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        /// It is under way.
        case none
        case done
        /// It was answered by an error with this code, and nothing was done.
        case refused(String)
        /// It was done, and answered by an error with this code.
        case doneAndRefused(String)
        /// It was never answered.
        case lost(isDone: Bool)
    }

    /// Counts from 1.
    package var number: Int
    /// When it took effect, or would have: in simulated time, after its latency.
    package var time: Duration
    /// `ec2`, `sts`, `ssm` or `s3`; empty for a request that was none.
    package var service: String
    package var operation: String
    package var region: String
    package var accessKeyID: String
    package var parameters: [String: String]
    package var isDryRun: Bool
    package var isMutating: Bool
    package var outcome: Outcome

    /// Whether it changed something.
    package var hadEffect: Bool {
        switch outcome {
        case .done, .doneAndRefused, .lost(isDone: true): isMutating
        case .none, .refused, .lost(isDone: false): false
        }
    }
}

/// A place in a mutating call at which a test may want to do something.
package struct MutationPoint: Hashable, Sendable {
    package enum Moment: Hashable, Sendable {
        case before
        case after
    }

    package var operation: String
    /// Counts mutating calls from 1.
    package var number: Int
    package var moment: Moment
}

/// The calls so far.
struct CallLog: Sendable {
    var records: [CallRecord] = []
    var counts = CallCounts()

    mutating func begin(_ operation: Operation, _ signer: Signer, at moment: Duration) -> Int {
        records.append(
            CallRecord(
                number: records.count + 1, time: moment, service: operation.service.rawValue,
                operation: operation.name, region: signer.region, accessKeyID: signer.accessKeyID,
                parameters: operation.parameters, isDryRun: operation.isDryRun, isMutating: operation.isMutating,
                outcome: .none))
        return records.count
    }

    mutating func note(refused error: SimulatedError, at moment: Duration) {
        records.append(
            CallRecord(
                number: records.count + 1, time: moment, service: "", operation: "", region: "", accessKeyID: "",
                parameters: [:], isDryRun: false, isMutating: false, outcome: .refused(error.code)))
    }

    mutating func end(_ number: Int, _ outcome: CallRecord.Outcome) { records[number - 1].outcome = outcome }

    mutating func countMutation() -> Int { counts.count("mutations") }
}

extension Simulation {
    /// The calls of an operation, dry runs among them.
    package func calls(of operation: String) -> [CallRecord] { calls.filter { $0.operation == operation } }

    /// The calls that changed something.
    package var mutations: [CallRecord] { calls.filter(\.hadEffect) }

    /// All instances that there ever were.
    package var instances: [SimulatedInstance] { withState(\.instances.items) }

    /// The account's own images that are there.
    package var images: [SimulatedImage] {
        withState { state in state.images.items.filter { $0.owner == state.settings.account && !$0.isGone } }
    }

    /// The account's own snapshots that are there.
    package var snapshots: [SimulatedSnapshot] {
        withState { state in state.snapshots.items.filter { $0.owner == state.settings.account && !$0.isGone } }
    }

    /// The volumes that are there.
    package var volumes: [SimulatedVolume] { withState { $0.volumes.items.filter { !$0.isGone } } }

    /// The security groups that are there and were made by a call.
    package var groups: [SimulatedGroup] {
        withState { $0.groups.items.filter { !$0.isGone && $0.name != "default" } }
    }

    package var vpcs: [SimulatedVPC] { withState(\.vpcs.items) }
    package var subnets: [SimulatedSubnet] { withState(\.subnets.items) }

    /// The public images.
    package var publicImages: [SimulatedImage] { withState { $0.images.items.filter { $0.ownerAlias == "amazon" } } }

    /// The parameters of Systems Manager that can be read, without the public ones.
    package var parameters: [SimulatedParameter] {
        withState { state in
            state.parameters.values.filter { !$0.name.hasPrefix("/aws/") && $0.since <= state.now }
                .sorted { ($0.region, $0.name) < ($1.region, $1.name) }
        }
    }

    package var objects: [SimulatedObject] {
        withState { $0.objects.sorted { $0.key < $1.key }.map(\.value) }
    }

    /// When a thing first came to be in a state; nil when it never did.
    package func moment(of state: String, _ id: String) -> Duration? {
        withState { all in
            let histories = [
                all.instances[id]?.history, all.images[id]?.history, all.snapshots[id]?.history,
                all.volumes[id]?.history,
            ]
            return histories.compactMap(\.self).first?.moment(of: state)
        }
    }

    /// What a build that is over should have taken away: instances that are not terminated, images and snapshots without
    /// the tag `pgpool-aurora:published`, security groups, objects. A line each.
    package var leftovers: [String] {
        let published = "pgpool-aurora:published"
        return instances.filter { $0.state != "terminated" }.map { "instance \($0.id) is \($0.state)" }
            + images.filter { $0.tags.values[published] == nil }.map { "image \($0.id) (\($0.name)) is \($0.state)" }
            + snapshots.filter { $0.tags.values[published] == nil }.map { "snapshot \($0.id) is \($0.state)" }
            + groups.map { "security group \($0.id) (\($0.name))" }
            + objects.map { "object s3://\($0.bucket)/\($0.key)" }
    }
}

extension Simulation {
    /// How long after it runs the first guest gives its verdict.
    package var verdictTime: Duration { withState { $0.settings.guests.first?.verdictTime ?? .zero } }
}
