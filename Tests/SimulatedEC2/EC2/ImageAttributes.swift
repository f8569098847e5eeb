import FoundationEssentials

extension State {
    mutating func modifyImageAttribute(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let image = try ownImage(parameters)
        let adding = parameters.structures("LaunchPermission.Add").compactMap { $0["UserId"] }
        let removing = parameters.structures("LaunchPermission.Remove").compactMap { $0["UserId"] }
        let support = parameters["ImdsSupport.Value"]
        guard (support != nil) != !(adding + removing).isEmpty else {
            throw SimulatedError("InvalidParameterCombination", "Exactly one attribute must be specified")
        }
        guard image.state == "available" else {
            throw SimulatedError("InvalidAMIID.Unavailable", "The image ID '\(image.id)' is not available")
        }
        if let support {
            guard support == "v2.0" else { throw parameters.invalid("ImdsSupport", support) }
            images.update(image.id) { $0.requiresIMDSv2 = true }
        }
        for account in adding + removing where account.count != 12 || !account.allSatisfy(\.isNumber) {
            throw SimulatedError(
                "InvalidAMIAttributeItemValue", "Invalid attribute item value \"\(account)\" for userId")
        }
        images.update(image.id) { image in
            image.sharedWith.formUnion(adding)
            image.sharedWith.subtract(removing)
        }
        return [XML("return", true)]
    }

    mutating func enableImageDeprecation(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let image = try ownImage(parameters)
        let text = try parameters.required("DeprecateAt")
        guard let time = try? Date(text, strategy: .iso8601), time > date,
            time < date.addingTimeInterval(10 * 366 * 86_400)
        else {
            throw SimulatedError(
                "InvalidParameterValue", "DeprecateAt must be in the future, and at most ten years: \(text)")
        }
        // It counts to the minute.
        let minute = Date(timeIntervalSince1970: (time.timeIntervalSince1970 / 60).rounded() * 60)
        let deprecation = self.text(of: minute)
        images.update(image.id) { $0.deprecation = deprecation }
        return [XML("return", true)]
    }

    mutating func deregisterImage(_ parameters: Parameters) throws(SimulatedError) -> [XML] {
        let image = try ownImage(parameters)
        let moment = now
        images.update(image.id) { $0.history.gone = moment }
        guard try parameters.flag("DeleteAssociatedSnapshots"), let snapshot = image.snapshotID else {
            return [XML("return", true)]
        }
        let isUsed = users(ofSnapshot: snapshot) != nil
        if !isUsed { snapshots.update(snapshot) { $0.history.gone = $0.history.gone ?? moment } }
        return [
            XML("return", true),
            XML(
                "deleteSnapshotResultSet",
                items: [[XML("snapshotId", snapshot), XML("returnCode", isUsed ? "skipped" : "success")]]),
        ]
    }
}
