/// What a test may know of what is there.
extension SimulatedCloud {
    /// The state of the stack of a name; nil when there is none, or it is deleted.
    package func word(of name: String) -> String? {
        withState { state in state.find(name).map { state.stacks[$0].word } }
    }

    /// The resources of a stack that are there.
    package func resources(of name: String) -> [String] {
        withState { state in
            state.find(name).map { place in
                state.stacks[place].resources.filter { !["DELETE_COMPLETE"].contains($0.value.word) }.keys.sorted()
            } ?? []
        }
    }

    /// What a stack was deployed with.
    package func parameters(of name: String) -> [String: String] {
        withState { state in state.find(name).map { state.stacks[$0].current.parameters } ?? [:] }
    }

    /// The change sets of a stack, by name.
    package func changeSets(of name: String) -> [String] {
        withState { state in state.find(name).map { state.stacks[$0].changeSets.map(\.name) } ?? [] }
    }

    /// Those among them that were not executed.
    package func openChangeSets(of name: String) -> [String] {
        withState { state in
            state.find(name).map { state.stacks[$0].changeSets.filter { $0.execution == nil }.map(\.name) } ?? []
        }
    }

    /// The change sets that were executed, by id.
    package var executions: [String] { withState(\.executions) }
    package var deletions: [String] { withState(\.deletions) }
    /// The objects of S3, by path.
    package var objects: [String] { withState { $0.objects.keys.sorted() } }

    /// What is left of everything, a line each: stacks that are not deleted, and what deleted ones have kept.
    package var leftovers: [String] {
        withState { state in
            let stacks = state.stacks.filter { $0.word != "DELETE_COMPLETE" }.map { "stack \($0.name) is \($0.word)" }
            let kept = state.stacks.flatMap(\.kept).map { kept in
                let what = kept.snapshotID == nil ? "" : "snapshot of "
                return "\(what)\(kept.logicalID) (\(kept.snapshotID ?? kept.physicalID))"
            }
            return stacks + kept + state.objects.keys.sorted().map { "object s3:/\($0)" }
        }
    }

    /// The calls of an operation.
    package func calls(of operation: String) -> [Call] { calls.filter { $0.operation == operation } }

    /// Puts a stack into a state, as if it had always been in it.
    package func put(_ name: String, in word: String, template: String, parameters: [String: String] = [:]) throws {
        let current = try CloudTemplate(template, parameters: parameters)
        withState { state in
            let place = state.addStack(name)
            state.stacks[place].current = current
            state.stacks[place].history = [(state.now, word, nil)]
            for (id, resource) in current.resources {
                state.stacks[place].resources[id] = CloudStack.Resource(
                    type: resource.type, physicalID: "\(name)-\(id)-1", word: "CREATE_COMPLETE")
            }
        }
    }

    /// Lets a stack come to another state by somebody else's hand.
    package func plan(_ name: String, _ words: [(after: Duration, word: String)]) {
        withState { state in
            guard let place = state.find(name) else { return }
            state.stacks[place].plan = words.map { CloudStack.Step(at: state.now + $0.after, word: $0.word) }
        }
    }

    /// Fails a resource of a stack, as a rollback that failed has left it.
    package func fail(_ id: String, of name: String) {
        withState { state in
            guard let place = state.find(name) else { return }
            state.stacks[place].resources[id]?.word = "UPDATE_FAILED"
        }
    }

    /// Lets a stack have another text as its template, such as one in YAML.
    package func write(_ text: String, asTemplateOf name: String) {
        withState { state in
            guard let place = state.find(name) else { return }
            state.stacks[place].current.text = text
        }
    }

    package func protect(_ name: String) {
        withState { state in
            guard let place = state.find(name) else { return }
            state.stacks[place].isProtected = true
        }
    }
}
