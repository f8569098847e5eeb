extension State {
    mutating func runInstances(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        if let id = try madeBefore(with: parameters) {
            guard let instance = instances[id], instance.state != "terminated", instance.state != "shutting-down" else {
                throw SimulatedError(
                    "IdempotentInstanceTerminated",
                    "The request cannot be completed because a resource associated with the client token is terminated."
                )
            }
            return reservation(of: instance)
        }
        var plan = try LaunchPlan(parameters, self)
        // A dry run says nothing of the room that there is.
        let shortage = call.isDryRun ? nil : try meetShortages(plan.type.name, plan.subnet.zone)
        plan.id = newID("i")
        plan.volumeID = newID("vol")
        let instance = plan.instance(self)
        instances.add(instance)
        volumes.add(plan.volume(self))
        subnets.update(plan.subnet.id) { $0.freeAddresses -= 1 }
        tokens[tokenKey(parameters)] = IdempotentCall(parameters: identity(parameters), id: instance.id)
        if let shortage {
            fail(instance.id, .noCapacity, after: shortage)
        } else if plan.isEncrypted, settings.endsEncryptedRoots {
            fail(instance.id, .internalError, after: settings.durations.running / 2)
        } else {
            agenda.add(.instanceRuns(instance.id, age: 0), at: now + settings.durations.running)
        }
        return reservation(of: instance)
    }

    private mutating func fail(_ id: String, _ reason: SimulatedReason, after delay: Duration) {
        agenda.add(.instanceShutsDown(id, age: 0, reason: reason, isTerminated: true), at: now + delay)
    }

    // MARK: - Client tokens

    /// What an earlier call with the same token made, if there was one.
    func madeBefore(with parameters: Parameters) throws(SimulatedError) -> String? {
        guard let token = parameters["ClientToken"] else { return nil }
        guard token.utf8.count <= 64, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw SimulatedError("InvalidParameterValue", "Client token is longer than 64 characters, or not ASCII")
        }
        guard let earlier = tokens[tokenKey(parameters)] else { return nil }
        guard earlier.parameters == identity(parameters) else {
            throw SimulatedError(
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
        }
        return earlier.id
    }

    func tokenKey(_ parameters: Parameters) -> String {
        "\(call.region) \(call.operation) \(parameters["ClientToken"] ?? "")"
    }

    /// What must be the same with the same token.
    func identity(_ parameters: Parameters) -> [String: String] {
        parameters.fields.filter { !["DryRun", "Action", "Version"].contains($0.key) }
    }

    // MARK: - Room

    /// Throws when there is no room; returns after how long the instance will end for the lack of it.
    private mutating func meetShortages(_ type: String, _ zone: String) throws(SimulatedError) -> Duration? {
        var delay: Duration?
        for (index, shortage) in settings.shortages.enumerated() {
            guard shortage.instanceType ?? type == type, shortage.zone ?? zone == zone else { continue }
            shortagesMet[index, default: 0] += 1
            guard shortage.occurrences.contains(shortagesMet[index] ?? 0) else { continue }
            switch shortage.kind {
            case .later(let after): delay = delay ?? after
            case .atOnce:
                throw SimulatedError(
                    "InsufficientInstanceCapacity",
                    "We currently do not have sufficient \(type) capacity in the Availability Zone you requested (\(zone)).",
                    status: 500)
            case .unsupported: throw LaunchPlan.unsupported(type, zone)
            case .noFreeAddress: throw LaunchPlan.noFreeAddress
            }
        }
        return delay
    }
}
