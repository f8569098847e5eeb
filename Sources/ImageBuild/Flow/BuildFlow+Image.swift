import AWSClient

extension BuildFlow {
    /// The image of an installed system, ready to be booted. Returns its id.
    func image() async throws(BuildFailure) -> String {
        let resource = Resource(.image, plan.imageName)
        if let id = journal.state.id(of: resource), journal.state.hasReached(.sealed) { return id }
        let builder = try await install()
        let id = try await makeImage(resource, of: builder)
        try await retire(builder)
        return id
    }

    private func makeImage(_ resource: Resource, of instanceID: String) async throws(BuildFailure) -> String {
        try await phase(.image) { () async throws(BuildFailure) in
            let made = try await make(resource) { [host] () throws(HostError) in
                try await host.makeImage(resource, of: instanceID)
            }
            guard let id = made else { throw BuildFailure(.failed, "there is no room for the image") }
            note("\(id) is being made, \(plan.imageName)")
            if !journal.state.hasReached(.imageAvailable) {
                try await awaitAvailable(id)
                try write(.reached(milestone: .imageAvailable))
            }
            try await change("the image \(id) to be sealed") { [host] () throws(HostError) in try await host.seal(id) }
            try write(.reached(milestone: .sealed))
            return id
        }
    }

    /// Believes it when several answers in a row say so: they come from servers that do not know the same at any time.
    private func awaitAvailable(_ id: String) async throws(BuildFailure) {
        var shown = -1
        try await calls.wait("the image \(id) to be available", confirmations: 3) { () throws(HostError) in
            switch try await host.image(id) {
            case .available: return Waiter.Answer<Void>.done(())
            case .failed(let reason): return .failed(reason)
            case .pending(let percent):
                if let percent, percent != shown {
                    shown = percent
                    runtime.report(.progress("snapshot", percent))
                }
                return .pending
            }
        }
    }

    /// Lets everyone know of an image that is good.
    func publish(_ imageID: String) async throws(BuildFailure) {
        if !journal.state.hasReached(.marked) {
            try write(.reached(milestone: .marking))
            try await change("the image \(imageID) to be marked") { [host] () throws(HostError) in
                try await host.mark(imageID)
            }
            try write(.reached(milestone: .marked))
        }
        if !journal.state.hasReached(.announced) {
            let isTold = try await change("\(imageID) to be announced") { [host] () throws(HostError) in
                try await host.announce(imageID)
            }
            if isTold { note("\(plan.publication.ssmParameter) names \(imageID)") }
            try write(.reached(milestone: .announced))
        }
        if !journal.state.hasReached(.parameterWritten) {
            if let change = try await publisher.write(imageID) { note(change) }
            try write(.reached(milestone: .parameterWritten))
        }
        if !journal.state.hasReached(.manifestWritten) {
            let path = try publisher.writeManifest(
                Manifest(journal.state, imageID: imageID, at: runtime.now()), imageID)
            note("manifest: \(path)")
            try write(.reached(milestone: .manifestWritten))
        }
    }
}
