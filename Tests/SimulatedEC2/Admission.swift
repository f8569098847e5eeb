import FoundationEssentials

/// What the faults have decided about a call.
struct CallPlan: Sendable {
    var isLostBefore = false
    var isLostAfter = false
    var errorAfter: SimulatedError?
    var delay: Duration?
}

/// How many calls there were, of each operation.
struct CallCounts: Sendable {
    private var numbers: [String: Int] = [:]

    /// Counts one more, and says how many there are then.
    mutating func count(_ name: String) -> Int {
        numbers[name, default: 0] += 1
        return numbers[name] ?? 0
    }
}

extension State {
    /// Throws what answers a call before its effect; else says what is to go wrong with it.
    mutating func admit(
        _ operation: Operation, _ signer: Signer, _ counts: inout CallCounts, at now: Duration
    ) throws(SimulatedError) -> CallPlan {
        let service = operation.service
        try check(signer, service)
        let throttling = settings.throttling
        if throttling.operations?.contains(operation.name) ?? true {
            let number = counts.count("throttling")
            let isFull = throttling.windows.contains { $0.contains(now) }
            if isFull || throttling.every.map({ number % $0 == 0 }) ?? false { throw service.throttled }
        }
        if settings.refused.contains(operation.name) { throw service.refusal(operation.name, by: &self) }
        return try plan(operation, &counts)
    }

    private func check(_ signer: Signer, _ service: ServiceKind) throws(SimulatedError) {
        if let lifetime = signer.lifetime {
            guard date < signer.date.addingTimeInterval(lifetime) else {
                throw SimulatedError("AccessDenied", "Request has expired", status: 403)
            }
        }
        if signer.lifetime == nil || signer.date > date {
            guard abs(signer.date.timeIntervalSince(date)) <= 300 else {
                throw SimulatedError(
                    "RequestTimeTooSkewed",
                    "The difference between the request time and the current time is too large.", status: 403)
            }
        }
        if let end = settings.expirations[signer.accessKeyID], now >= end { throw service.expired }
        guard settings.regions.contains(signer.region) else {
            throw SimulatedError(
                "AuthFailure", "The simulation does not know the region \(signer.region)", status: 401)
        }
    }

    private func plan(_ operation: Operation, _ counts: inout CallCounts) throws(SimulatedError) -> CallPlan {
        let kind = operation.isDryRun ? "dry run of " : ""
        let numbers = [
            operation.name: counts.count(kind + operation.name), "*": counts.count(kind + "*"),
        ]
        var plan = CallPlan()
        for fault in settings.faults where fault.isOfDryRuns == operation.isDryRun {
            guard let number = numbers[fault.operation], fault.occurrences.contains(number) else { continue }
            switch fault.effect {
            case .error(let error): throw error
            case .loseRequest: plan.isLostBefore = true
            case .loseAnswer: plan.isLostAfter = true
            case .errorAfterEffect(let error): plan.errorAfter = error
            case .delay(let duration): plan.delay = (plan.delay ?? .zero) + duration
            }
        }
        return plan
    }
}
