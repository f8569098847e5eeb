/// What goes wrong with some calls.
package struct Fault: Hashable, Sendable {
    /// Such as `RunInstances`; `*` for every one.
    package var operation: String
    /// Which calls of the operation. Dry runs are not counted, unless it is about them.
    package var occurrences: Occurrences
    package var effect: Effect
    /// Whether it is about calls with DryRun instead.
    package var isOfDryRuns = false

    package enum Effect: Hashable, Sendable {
        /// Answers an error; nothing is done.
        case error(SimulatedError)
        /// The connection is lost before the call is read; nothing is done.
        case loseRequest
        /// The call is done, and the connection lost before the answer.
        case loseAnswer
        /// The call is done, and an error answered.
        case errorAfterEffect(SimulatedError)
        /// The call is done; its answer takes so much longer.
        case delay(Duration)
    }

    package init(_ operation: String, _ occurrences: Occurrences = .every, _ effect: Effect) {
        self.operation = operation
        self.occurrences = occurrences
        self.effect = effect
    }

    package static func error(
        _ operation: String, _ occurrences: Occurrences = .every, code: String, status: Int = 400,
        message: String = "as the test wants it"
    ) -> Fault {
        Fault(operation, occurrences, .error(SimulatedError(code, message, status: status)))
    }

    /// The image is made, and CreateImage says that the name was taken.
    package static func spuriousDuplicate(_ occurrences: Occurrences = .first(1)) -> Fault {
        let error = SimulatedError("InvalidAMIName.Duplicate", "AMI name is already in use")
        return Fault("CreateImage", occurrences, .errorAfterEffect(error))
    }

    /// The account has no room for more processors.
    package static let vcpuLimit = Fault(
        "RunInstances", .every,
        .error(SimulatedError("VcpuLimitExceeded", "You have requested more vCPU capacity than your limit of 0 allows"))
    )

    /// The account has not subscribed to the image.
    package static let optInRequired = Fault(
        "RunInstances", .every,
        .error(SimulatedError("OptInRequired", "You must accept the terms of this product first", status: 401)))
}

/// Which of several, counted from 1.
package enum Occurrences: Hashable, Sendable {
    case every
    case only(Set<Int>)
    case first(Int)
    case from(Int)

    func contains(_ number: Int) -> Bool {
        switch self {
        case .every: true
        case .only(let numbers): numbers.contains(number)
        case .first(let count): number <= count
        case .from(let first): number >= first
        }
    }
}

/// An error that a service answers.
package struct SimulatedError: Error, Hashable, Sendable {
    package var code: String
    package var message: String
    /// The status of HTTP.
    package var status: Int
    /// Where S3 has the bucket that was looked for in another region.
    var bucketRegion: String?

    package init(_ code: String, _ message: String, status: Int = 400) {
        self.code = code
        self.message = message
        self.status = status
    }
}
