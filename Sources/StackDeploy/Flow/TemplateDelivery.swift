import AWSClient

/// How a change set gets its template: in the call, by S3, or not at all when the stack has it.
struct TemplateDelivery: Sendable {
    let calls: StackCalls
    let request: StackRequest

    /// Throws what no bucket can mend, before anything is asked.
    func check() throws(StackFailure) {
        let size = request.template.utf8.count
        switch TemplateSize(of: request.template) {
        case .small: break
        case .large where calls.services.store != nil: break
        case .large:
            throw StackFailure(
                .badInput,
                "the template has \(size) bytes; without a bucket CloudFormation takes \(TemplateSize.bodyLimit)",
                notes: ["name one by --bucket: the template is put there, and deleted afterwards"])
        case .tooLarge:
            throw StackFailure(
                .badInput,
                "the template has \(size) bytes; CloudFormation takes no more than \(TemplateSize.objectLimit)")
        }
    }

    /// Runs with the template where CloudFormation finds it, and takes it away afterwards.
    func with<Value>(
        previous: Bool, _ body: (CloudFormation.ChangeSetCreation.Template) async throws(StackFailure) -> Value
    ) async throws(StackFailure) -> Value {
        if previous { return try await body(.previous) }
        guard TemplateSize(of: request.template) == .large, let store = calls.services.store else {
            return try await body(.body(request.template))
        }
        let location = S3.Location(
            bucket: store.bucket, key: "pgpool-aurora/templates/\(request.name)-\(request.digest).json")
        let address: String
        do throws(WaitFailure<AWSError>) {
            address = try await calls.change("the template to be put to \(location)") { [request] () throws(AWSError) in
                try await store.s3.putObject(location, Array(request.template.utf8), contentType: "application/json")
                return try store.s3.address(of: location).description
            }
        } catch {
            // A signal may have met the call under way.
            await remove(location, store)
            throw calls.failure(error)
        }
        do throws(StackFailure) {
            let value = try await body(.url(address))
            await remove(location, store)
            return value
        } catch {
            await remove(location, store)
            throw error
        }
    }

    private func remove(_ location: S3.Location, _ store: StackServices.Store) async {
        var s3 = store.s3
        s3.deadline = calls.runtime.timer.elapsed() + .seconds(20)
        let own = s3
        await calls.tidy("\(location)") { _ throws(AWSError) in try await own.deleteObject(location) }
    }
}
