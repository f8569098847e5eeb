extension State {
    mutating func stopInstances(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let instances = try find(parameters.list("InstanceId"), in: \.instances)
        for instance in instances where !["running", "stopping", "stopped"].contains(instance.state) {
            throw SimulatedError(
                "IncorrectInstanceState",
                "The instance '\(instance.id)' is not in a state from which it can be stopped.")
        }
        for instance in instances where instance.state == "running" { stop(instance.id, .userShutdown) }
        return changes(from: instances)
    }

    mutating func terminateInstances(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let instances = try find(parameters.list("InstanceId"), in: \.instances)
        for instance in instances where !["shutting-down", "terminated"].contains(instance.state) {
            terminate(instance.id, .userShutdown)
        }
        return changes(from: instances)
    }

    private func changes(from before: [SimulatedInstance]) -> [XML] {
        [
            XML(
                "instancesSet",
                items: before.map { instance in
                    [
                        XML("instanceId", instance.id),
                        SimulatedInstance.element("currentState", state: instances[instance.id]?.state ?? ""),
                        SimulatedInstance.element("previousState", state: instance.state),
                    ]
                })
        ]
    }

    // MARK: - What happens to an instance

    /// Lets it enter a state; what was planned for the last one is void.
    mutating func change(_ id: String, to state: String, _ reason: SimulatedReason? = nil) {
        let moment = now
        instances.update(id) { instance in
            instance.console.post(at: moment)
            instance.history.enter(state, at: moment)
            instance.reason = reason ?? (state == "running" ? nil : instance.reason)
            instance.age += 1
        }
    }

    func age(of id: String) -> Int { instances[id]?.age ?? 0 }

    /// It begins to run, and with it its guest.
    mutating func run(_ id: String) {
        guard let instance = instances[id] else { return }
        counts.runs += 1
        change(id, to: "running")
        let data = UserData(instance.userData)
        let script =
            data.role.flatMap { settings.guestsByRole[$0] }
            ?? settings.guests[min(counts.runs, settings.guests.count) - 1]
        let begin = now
        instances.update(id) { $0.console.begin(script, buildID: data.buildID, at: begin) }
        let age = age(of: id)
        for end in settings.instanceEnds where end.instance == counts.runs {
            agenda.add(
                .instanceShutsDown(id, age: age, reason: end.reason, isTerminated: end.isTerminated),
                at: now + end.after)
        }
        if let after = script.powerOff {
            agenda.add(
                .instanceShutsDown(id, age: age, reason: .guestShutdown, isTerminated: nil), at: now + after)
        }
        if settings.obeysDeadMan, let minutes = data.deadManMinutes {
            agenda.add(
                .instanceShutsDown(id, age: age, reason: .guestShutdown, isTerminated: nil),
                at: now + .seconds(60 * minutes))
        }
    }

    mutating func shutDown(_ id: String, _ reason: SimulatedReason, isTerminated: Bool?) {
        if isTerminated ?? instances[id]?.terminatesOnShutdown ?? false {
            terminate(id, reason)
        } else {
            stop(id, reason)
        }
    }

    private mutating func stop(_ id: String, _ reason: SimulatedReason) {
        endGuest(of: id)
        change(id, to: "stopping", reason)
        agenda.add(.instanceStops(id, age: age(of: id)), at: now + settings.durations.stopped)
    }

    mutating func terminate(_ id: String, _ reason: SimulatedReason) {
        endGuest(of: id)
        change(id, to: "shutting-down", reason)
        agenda.add(.instanceGoes(id, age: age(of: id)), at: now + settings.durations.terminated)
    }

    private mutating func endGuest(of id: String) {
        let moment = now
        instances.update(id) { $0.console.end(at: moment) }
    }

    /// It is terminated, and its disk deleted.
    mutating func finish(_ id: String) {
        guard let instance = instances[id] else { return }
        change(id, to: "terminated")
        let moment = now
        volumes.update(instance.volumeID) { volume in
            volume.history.enter("deleted", at: moment)
            volume.history.gone = moment
        }
        subnets.update(instance.subnetID) { $0.freeAddresses += 1 }
        agenda.add(.instanceIsForgotten(id), at: now + settings.durations.memory)
    }
}
