/// The calls, as they change what is there.
extension CloudState {
    mutating func createChangeSet(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let name = try form.required("ChangeSetName")
        let kind = form["ChangeSetType"] ?? "UPDATE"
        var place = find(try form.required("StackName"))
        if kind == "CREATE" {
            guard place == nil || stacks[place ?? 0].word == "REVIEW_IN_PROGRESS" else {
                let stack = stacks[place ?? 0]
                throw .validation("Stack [\(stack.name)] already exists and cannot be created again with the changeSet")
            }
        } else {
            guard let place else { throw .validation("Stack [\(form["StackName"] ?? "")] does not exist") }
            let stack = stacks[place]
            guard CloudState.updatable.contains(stack.word) else {
                throw .validation("Stack:\(stack.id) is in \(stack.word) state and can not be updated.")
            }
        }
        if let place, let other = stacks[place].changeSets.first(where: { $0.name == name }) {
            guard other.token == form["ClientToken"] else {
                throw CloudError(
                    "AlreadyExistsException",
                    "ChangeSet \(name) cannot be created due to a mismatch with existing attribute ClientToken")
            }
            return answer(other, stacks[place])
        }
        let old = place.map { stacks[$0].current } ?? CloudTemplate()
        let template = try CloudTemplate(try text(form, old), parameters: form.parameters(previous: old.parameters))
        if place == nil { place = addStack(form["StackName"] ?? "") }
        guard let place else { throw .validation("no stack") }
        let tags = form.tags
        let changes = CloudChange.changes(from: old, to: template, settings)
        let isEmpty = changes.isEmpty && tags == stacks[place].tags && kind == "UPDATE"
        let set = CloudChangeSet(
            id: "\(arn("cloudformation")):changeSet/\(name)/\(nextID())", name: name,
            token: form["ClientToken"], kind: kind, readyAt: now + settings.changeSetTime, template: template,
            tags: tags, changes: changes,
            trouble: isEmpty
                ? "The submitted information didn't contain changes. Submit different information to create a change set."
                : nil)
        stacks[place].changeSets.append(set)
        if stacks[place].word == "REVIEW_IN_PROGRESS" { stacks[place].changeSetID = set.id }
        return answer(set, stacks[place])
    }

    private static let updatable: Set<String> = [
        "CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "IMPORT_COMPLETE",
        "IMPORT_ROLLBACK_COMPLETE",
    ]

    private func answer(_ set: CloudChangeSet, _ stack: CloudStack) -> CloudXML {
        CloudXML("CreateChangeSetResult", [CloudXML("Id", set.id), CloudXML("StackId", stack.id)])
    }

    private func text(_ form: CloudForm, _ old: CloudTemplate) throws(CloudError) -> String {
        if form["UsePreviousTemplate"] == "true" { return old.text }
        if let address = form["TemplateURL"] {
            guard let text = objects.first(where: { address.hasSuffix($0.key) })?.value ?? otherObject(address) else {
                throw .validation("S3 error: The specified key does not exist.")
            }
            return text
        }
        let body = try form.required("TemplateBody")
        guard body.utf8.count <= 51_200 else {
            throw .validation("'templateBody' failed to satisfy constraint: Member must have length less than 51200")
        }
        return body
    }

    mutating func executeChangeSet(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let (place, index) = try changeSet(form)
        let set = stacks[place].changeSets[index]
        guard !stacks[place].word.hasPrefix("DELETE_") else {
            throw CloudError("ChangeSetNotFound", "ChangeSet [\(set.name)] does not exist", status: 404)
        }
        let status = set.executionStatus(at: now)
        guard status == "AVAILABLE" else {
            throw CloudError(
                "InvalidChangeSetStatus",
                "ChangeSet [\(set.id)] cannot be executed in its current execution status of [\(status)]")
        }
        guard !stacks[place].isInProgress else {
            throw .validation("Stack:\(stacks[place].id) is in \(stacks[place].word) state and can not be updated.")
        }
        let isCreation = stacks[place].word == "REVIEW_IN_PROGRESS"
        executions.append(set.id)
        stacks[place].changeSets = [set]
        stacks[place].changeSets[0].execution = "EXECUTE_COMPLETE"
        stacks[place].changeSetID = set.id
        stacks[place].token = settings.hasTokens ? form["ClientRequestToken"] : nil
        stacks[place].next = set.template
        if isCreation {
            // It has its template at once, and outputs only when all is there.
            stacks[place].current = set.template
            stacks[place].current.outputs = []
        }
        stacks[place].tags = set.tags
        if !isCreation { stacks[place].updated = now }
        var planner = CloudPlanner(settings, at: now)
        stacks[place].plan = planner.deploy(stacks[place], set.changes, isCreation: isCreation)
        return CloudXML("ExecuteChangeSetResult", [])
    }

    mutating func deleteChangeSet(_ form: CloudForm) throws(CloudError) -> CloudXML {
        guard let (place, index) = try? changeSet(form) else { return CloudXML("DeleteChangeSetResult", []) }
        guard !stacks[place].isInProgress else {
            throw CloudError("InvalidChangeSetStatus", "The stack is in \(stacks[place].word)")
        }
        stacks[place].changeSets.remove(at: index)
        return CloudXML("DeleteChangeSetResult", [])
    }

    mutating func deleteStack(_ form: CloudForm) throws(CloudError) -> CloudXML {
        let result = CloudXML("DeleteStackResult", [])
        guard let place = find(try form.required("StackName")), stacks[place].word != "DELETE_COMPLETE" else {
            return result
        }
        let stack = stacks[place]
        guard !stack.isProtected else {
            throw .validation("Stack [\(stack.name)] cannot be deleted while TerminationProtection is enabled")
        }
        guard !stack.word.hasPrefix("UPDATE_") || !stack.isInProgress else {
            throw .validation("Stack [\(stack.name)] cannot be deleted while in status \(stack.word)")
        }
        let retained = form.list("RetainResources")
        guard retained.isEmpty || stack.word == "DELETE_FAILED" else {
            throw .validation("Specify resources to retain only when the current stack state is DELETE_FAILED.")
        }
        guard stack.word != "DELETE_IN_PROGRESS" else { return result }
        deletions.append(stack.id)
        stacks[place].token = settings.hasTokens ? form["ClientRequestToken"] : nil
        stacks[place].next = nil
        var planner = CloudPlanner(settings, at: now)
        stacks[place].plan = planner.delete(stack, retaining: retained)
        return result
    }

    mutating func continueUpdateRollback(_ form: CloudForm) throws(CloudError) -> CloudXML {
        guard let place = find(try form.required("StackName")) else { throw .validation("no stack") }
        let stack = stacks[place]
        guard stack.word == "UPDATE_ROLLBACK_FAILED" else {
            throw .validation("Stack:\(stack.id) is in \(stack.word) state and can not continue update rollback")
        }
        stacks[place].token = settings.hasTokens ? form["ClientRequestToken"] : nil
        var planner = CloudPlanner(settings, at: now)
        stacks[place].plan = planner.continueRollback(stack, skipping: form.list("ResourcesToSkip"))
        return CloudXML("ContinueUpdateRollbackResult", [])
    }
}
