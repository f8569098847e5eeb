/// How a simulated CloudFormation behaves.
package struct CloudSettings: Sendable {
    package var region = "eu-west-1"
    /// Twelve digits.
    package var account = "123456789012"
    /// From a request to its answer.
    package var latency = Duration.milliseconds(50)
    /// How long a resource takes, unless its fate says otherwise.
    package var resourceTime = Duration.seconds(30)
    /// What becomes of resources that are made or changed, by logical id.
    package var fates: [String: Fate] = [:]
    /// When that is taken back.
    package var rollbackFates: [String: Fate] = [:]
    /// When the stack is deleted.
    package var deleteFates: [String: Fate] = [:]
    /// From the call to a change set that is ready.
    package var changeSetTime = Duration.seconds(4)
    /// How much later than they are events show, at most; each by another part of it.
    package var eventLag = Duration.zero
    /// How old the state is that is told.
    package var statusLag = Duration.zero
    /// Whether events tell the token of their call.
    package var hasTokens = true
    package var pageSize = 100
    /// Properties, as `AWS::EC2::VPC CidrBlock`, whose change takes another resource.
    package var replacing: Set<String> = []
    /// Those with which that is only known later.
    package var perhapsReplacing: Set<String> = []
    /// What outputs say instead of what the template says, by their keys.
    package var outputs: [String: String] = [:]
    /// Buckets that are not in the region, with theirs.
    package var otherBuckets: [String: String] = [:]
    package var faults: [CloudFault] = []
    /// Operations that a policy does not allow.
    package var refused: Set<String> = []

    package init() {}
}

/// What becomes of a resource that is worked on.
package enum Fate: Hashable, Sendable {
    case succeeds(after: Duration)
    case fails(after: Duration, String)
    case hangs
}

/// What goes wrong with some calls.
package struct CloudFault: Sendable {
    package enum Effect: Sendable {
        /// Answers an error; nothing is done.
        case error(CloudError)
        /// The connection is lost before the call is read.
        case loseRequest
        /// The call is done, and the connection lost before the answer.
        case loseAnswer
    }

    /// `*` for every one.
    package var operation: String
    /// Which calls of the operation, from 1.
    package var calls: ClosedRange<Int>
    package var effect: Effect

    package init(_ operation: String, _ effect: Effect) { self.init(operation, 1...Int.max, effect) }

    package init(_ operation: String, _ calls: ClosedRange<Int>, _ effect: Effect) {
        self.operation = operation
        self.calls = calls
        self.effect = effect
    }
}

/// An error that CloudFormation answers.
package struct CloudError: Error, Hashable, Sendable {
    package var code: String
    package var message: String
    package var status: Int

    package init(_ code: String, _ message: String, status: Int = 400) {
        self.code = code
        self.message = message
        self.status = status
    }

    static func validation(_ message: String) -> CloudError { CloudError("ValidationError", message) }

    package static let throttled = CloudError("Throttling", "Rate exceeded")
}
