package import AWSClient
import Synchronization
package import TestBasics

/// A simulated CloudFormation, in simulated time, and as much of S3 as templates need.
///
/// It is a transport: whoever calls AWS by it calls the simulation. `withSimulatedCloud` is a server of it.
package final class SimulatedCloud: HTTPTransport {
    /// Is told of each call that changes something before its effect, and after it if there was one.
    package typealias MutationHook = @Sendable (Point) async -> Void

    /// A call that was made.
    package struct Call: Hashable, Sendable {
        package var operation: String
        package var fields: [String: String]
        /// Whether something was done.
        package var isDone: Bool
        /// The code of the error that was answered.
        package var error: String?
    }

    /// A moment in a call that changes something.
    package struct Point: Hashable, Sendable {
        package var operation: String
        /// Counts these calls from 1.
        package var number: Int
        package var isAfter: Bool

        package init(operation: String, number: Int, isAfter: Bool) {
            self.operation = operation
            self.number = number
            self.isAfter = isAfter
        }
    }

    private struct Wire {
        var calls: [Call] = []
        var counts: [String: Int] = [:]
        var mutations = 0
        /// Whoever has died is not heard any more, and hears nothing.
        var isCut = false
        var death: Point?
    }

    private let clock: SimulationClock
    private let state: Mutex<CloudState>
    private let wire = Mutex(Wire())
    private let onMutation: MutationHook

    /// `otherObject` finds templates where another simulation plays S3.
    package init(
        clock: SimulationClock, _ settings: CloudSettings = CloudSettings(),
        otherObject: @escaping @Sendable (_ address: String) -> String? = { _ in nil },
        onMutation: @escaping MutationHook = { _ in }
    ) {
        self.clock = clock
        self.onMutation = onMutation
        state = Mutex(CloudState(settings, clock, otherObject: otherObject))
    }

    func withState<Value>(_ body: (inout CloudState) -> Value) -> Value {
        state.withLock { state in
            state.settle(at: clock.elapsed())
            return body(&state)
        }
    }

    /// Changes how it behaves from now on.
    package func update(_ change: (inout CloudSettings) -> Void) { withState { change(&$0.settings) } }

    package var calls: [Call] { wire.withLock(\.calls) }

    /// How many calls there were so far that change something.
    package var mutations: Int { wire.withLock(\.mutations) }

    /// Lets whoever calls die at a point.
    package func die(at point: Point) { wire.withLock { $0.death = point } }

    package var isDead: Bool { wire.withLock(\.isCut) }

    /// Another one calls from now on.
    package func revive() {
        wire.withLock {
            $0.isCut = false
            $0.death = nil
        }
    }

    // MARK: - The transport

    package func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        guard !Task.isCancelled else { throw TransportError(.cancelled, "given up") }
        try checkWire()
        await clock.pass(withState(\.settings.latency))
        let form = CloudForm(request.body)
        let operation = form["Action"] ?? "\(request.method) object"
        let isMutating = !["Describe", "List", "Get", "HEAD"].contains { operation.hasPrefix($0) }
        let number = wire.withLock { wire in
            if isMutating { wire.mutations += 1 }
            return wire.mutations
        }
        if isMutating { try await reach(Point(operation: operation, number: number, isAfter: false)) }
        let effect = fault(operation)
        if case .loseRequest = effect {
            note(operation, form, isDone: false)
            throw TransportError(.connectionLost, "the connection was lost")
        }
        let answer = answer(request, operation, form, effect)
        if isMutating {
            try await reach(Point(operation: operation, number: number, isAfter: true), tells: answer.isSuccess)
        }
        if case .loseAnswer = effect { throw TransportError(.connectionLost, "the connection was lost") }
        return answer
    }

    package func shutDown() async {}

    private func reach(_ point: Point, tells: Bool = true) async throws(TransportError) {
        if tells { await onMutation(point) }
        wire.withLock { if $0.death == point { $0.isCut = true } }
        try checkWire()
    }

    private func checkWire() throws(TransportError) {
        guard !wire.withLock(\.isCut) else { throw TransportError(.notSent, "whoever calls is dead") }
    }

    private func fault(_ operation: String) -> CloudFault.Effect? {
        let (own, all) = wire.withLock { wire in
            wire.counts[operation, default: 0] += 1
            wire.counts["*", default: 0] += 1
            return (wire.counts[operation] ?? 0, wire.counts["*"] ?? 0)
        }
        return withState { state in
            state.settings.faults.first { fault in
                fault.operation == operation && fault.calls.contains(own)
                    || fault.operation == "*" && fault.calls.contains(all)
            }?.effect
        }
    }

    private func note(_ operation: String, _ form: CloudForm, isDone: Bool, error: String? = nil) {
        wire.withLock {
            $0.calls.append(Call(operation: operation, fields: form.fields, isDone: isDone, error: error))
        }
    }

    // MARK: - Answers

    private func answer(
        _ request: HTTPRequest, _ operation: String, _ form: CloudForm, _ effect: CloudFault.Effect?
    ) -> HTTPResponse {
        do throws(CloudError) {
            if case .error(let error) = effect { throw error }
            let result = try withState { state in
                Result { () throws(CloudError) in try SimulatedCloud.perform(request, operation, form, &state) }
            }.get()
            note(operation, form, isDone: true)
            guard let result else { return response(to: request) }
            let xml = CloudXML(
                "\(operation)Response", [result, CloudXML("ResponseMetadata", [CloudXML("RequestId", "r-1")])])
            return HTTPResponse(status: 200, headers: SimulatedCloud.isXML, body: Array(xml.document.utf8))
        } catch {
            note(operation, form, isDone: false, error: error.code)
            let xml = CloudXML(
                "ErrorResponse",
                [
                    CloudXML(
                        "Error",
                        [
                            CloudXML("Type", "Sender"), CloudXML("Code", error.code),
                            CloudXML("Message", error.message),
                        ]), CloudXML("RequestId", "r-1"),
                ])
            return HTTPResponse(status: error.status, headers: SimulatedCloud.isXML, body: Array(xml.document.utf8))
        }
    }

    private static let isXML: HTTPHeaders = ["Content-Type": "text/xml"]

    /// S3's answer when all is well.
    private func response(to request: HTTPRequest) -> HTTPResponse {
        let bucket = request.url.path.split(separator: "/").first.map(String.init) ?? ""
        let region = withState { $0.settings.otherBuckets[bucket] ?? $0.settings.region }
        return HTTPResponse(status: 200, headers: ["x-amz-bucket-region": region])
    }

    private static func perform(
        _ request: HTTPRequest, _ operation: String, _ form: CloudForm, _ state: inout CloudState
    ) throws(CloudError) -> CloudXML? {
        guard !state.settings.refused.contains(operation) else {
            throw CloudError("AccessDenied", "not authorized to perform: \(operation)", status: 403)
        }
        switch operation {
        case "DescribeStacks": return try state.describeStacks(form)
        case "DescribeStackEvents": return try state.describeStackEvents(form)
        case "DescribeChangeSet": return try state.describeChangeSet(form)
        case "ListStackResources": return try state.listStackResources(form)
        case "GetTemplate": return try state.getTemplate(form)
        case "CreateChangeSet": return try state.createChangeSet(form)
        case "ExecuteChangeSet": return try state.executeChangeSet(form)
        case "DeleteChangeSet": return try state.deleteChangeSet(form)
        case "DeleteStack": return try state.deleteStack(form)
        case "ContinueUpdateRollback": return try state.continueUpdateRollback(form)
        case "DescribeDBClusterSnapshots": return try state.describeDBClusterSnapshots(form)
        case "DeleteDBClusterSnapshot": return try state.deleteDBClusterSnapshot(form)
        case "HEAD object": break
        case "PUT object": state.objects[request.url.path] = String(decoding: request.body, as: UTF8.self)
        case "DELETE object": state.objects[request.url.path] = nil
        default: throw CloudError("InvalidAction", "Could not find operation \(operation)")
        }
        return nil
    }
}
