import AWSClient

/// What a call comes to in spite of a fault, or by it.
struct Expectation: Hashable, Sendable {
    /// What the caller is told: the outcome, or the error's text.
    var told: String
    /// Nil after a success.
    var error: ErrorFacts?
    var requests: Int
    var effects: [String]
    var notices: [String]
    /// How often credentials were fetched.
    var fetches = 1
    /// How long was waited before each attempt after the first, in milliseconds.
    var pauses: [Duration]
}

/// What a caller branches on.
struct ErrorFacts: Hashable, Sendable {
    var origin: AWSError.Origin
    var code: String
    var kind: AWSError.Kind
    var mayHaveActed: Bool
}

extension Cell {
    /// What must come of it with the scene's policy.
    var expectation: Expectation {
        let error = failure
        let isTried = error.kind == .throttling || error.kind == .transient && call.isRepeatable
        if fault == .skewed || fault == .expired { return mended }
        let isLivedThrough = isTried && fault.times < FaultScene.policy.attempts
        let requests = isLivedThrough ? fault.times + 1 : isTried ? FaultScene.policy.attempts : 1
        let carriedOut = (fault.moment == .done ? requests : 0) + (isLivedThrough && fault.moment != .done ? 1 : 0)
        let pauses = Array(pauses(error.kind).prefix(requests - 1))
        let text = "\(call.service.name) \(call.operation): \(text)"
        return Expectation(
            told: isLivedThrough ? call.outcome(carriedOut) : text, error: isLivedThrough ? nil : error,
            requests: requests, effects: call.effects(carriedOut),
            notices: pauses.enumerated().map { index, pause in
                "\(text); again in \(seconds(pause)) s (\(index + 2) of \(FaultScene.policy.attempts))"
            }, pauses: pauses)
    }

    /// Signed again at once, by the right clock or with other credentials.
    private var mended: Expectation {
        let verb = call.dialect == .s3Head ? "may be" : "are"
        let notice =
            fault == .skewed
            ? "this machine's clock is off; signing by the service's"
            : "the credentials \(verb) over; fetching new ones"
        return Expectation(
            told: call.outcome(1), requests: 2, effects: call.effects(1), notices: ["\(call.service.name): \(notice)"],
            fetches: fault == .expired ? 2 : 1, pauses: [])
    }

    /// The error of one attempt.
    private var failure: ErrorFacts {
        if let (_, code) = fault.refusal(call.dialect) {
            let kind: AWSError.Kind =
                switch fault {
                // Nothing but a code tells it from other trouble.
                case .throttled, .alwaysThrottled: code.isEmpty ? .transient : .throttling
                case .denied: .refused
                default: .transient
                }
            return ErrorFacts(origin: .service, code: code, kind: kind, mayHaveActed: kind == .transient)
        }
        let origin: AWSError.Origin =
            switch fault {
            case .gatewayPages: .service
            case .broken, .empty: .answer
            case .halfAnswer: .transport(.timedOut)
            default: .transport(.connectionLost)
            }
        return ErrorFacts(origin: origin, code: "", kind: .transient, mayHaveActed: true)
    }

    /// What the error says, after the service and the operation.
    private var text: String {
        if let (status, code) = fault.refusal(call.dialect) {
            return (code.isEmpty ? "HTTP status \(status)" : "\(code): no, *** ***") + " (request r-1)"
        }
        return switch fault {
        case .gatewayPages: "HTTP status 502"
        case .resetAfterEffect: "the connection to SERVER ended before it answered: connection reset"
        case .truncated:
            "SERVER closed the connection \(isBodiless ? "before it answered" : "within its answer")"
        case .broken where call.dialect == .json, .empty where call.dialect == .json:
            "the answer is no JSON that we read"
        case .broken: "the answer is no XML that we read: line 1: unclosed token"
        case .empty: "the answer is no XML that we read: line 1: no element found"
        case .halfAnswer: "SERVER gave no whole answer within \(PacedTransport.hurry)"
        default: "SERVER closed the connection before it answered"
        }
    }

    private var isBodiless: Bool { call.dialect == .s3Head || call.operation == "PutObject" }

    /// By the policy, in the middle of what chance may choose.
    private func pauses(_ kind: AWSError.Kind) -> [Duration] {
        if fault == .unavailable { return Array(repeating: .seconds(7), count: 3) }
        let factor = kind == .throttling ? 0.75 : 0.5
        return [0.5, 1, 2].map { .milliseconds(Int($0 * factor * 1000)) }
    }

    private func seconds(_ duration: Duration) -> String {
        let tenths = Int((duration / .milliseconds(100)).rounded(.up))
        return "\(tenths / 10).\(tenths % 10)"
    }
}
