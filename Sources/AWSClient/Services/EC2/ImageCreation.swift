extension EC2 {
    /// The image to make of an instance.
    package struct ImageCreation: Hashable, Sendable {
        package var instanceID: String
        /// 3 to 128 characters, that no other image of the account and region has.
        package var name: String
        package var description: String
        /// Makes it of a running instance as it is, with what its file systems hold at that moment.
        package var withoutReboot: Bool
        /// For the image and its snapshots.
        package var tags: Tags

        package init(
            instanceID: String, name: String, description: String = "", withoutReboot: Bool = false, tags: Tags = [:]
        ) {
            self.instanceID = instanceID
            self.name = name
            self.description = description
            self.withoutReboot = withoutReboot
            self.tags = tags
        }
    }

    /// Begins an image and returns its id. It has no client token: when an answer is lost, look for the name.
    package func createImage(_ creation: ImageCreation) async throws(AWSError) -> String {
        var parameters = QueryParameters([("InstanceId", creation.instanceID), ("Name", creation.name)])
        if !creation.description.isEmpty { parameters.add("Description", creation.description) }
        if creation.withoutReboot { parameters.add("NoReboot", true) }
        parameters.add(creation.tags, on: [.image, .snapshot])
        return try await send("CreateImage", parameters, isRepeatable: false) { answer throws(AWSError) in
            try answer.required("imageId")
        }
    }

    /// The copy to make of an image, in the region of the client that is asked.
    package struct ImageCopy: Hashable, Sendable {
        /// At most 64 characters of ASCII.
        package var clientToken: String
        package var sourceID: String
        package var sourceRegion: String
        package var name: String
        package var description: String = ""
        package var encryption: Encryption = .asImage
        /// For the copy and its snapshots.
        package var tags: Tags = [:]

        package init(clientToken: String, sourceID: String, sourceRegion: String, name: String) {
            self.clientToken = clientToken
            self.sourceID = sourceID
            self.sourceRegion = sourceRegion
            self.name = name
        }
    }

    /// Begins a copy and returns its id. Asking again with the same token returns the same copy.
    package func copyImage(_ copy: ImageCopy) async throws(AWSError) -> String {
        var parameters = QueryParameters([
            ("ClientToken", copy.clientToken), ("SourceImageId", copy.sourceID), ("SourceRegion", copy.sourceRegion),
            ("Name", copy.name),
        ])
        if !copy.description.isEmpty { parameters.add("Description", copy.description) }
        if copy.encryption != .asImage { parameters.add("Encrypted", true) }
        if case .key(let key) = copy.encryption { parameters.add("KmsKeyId", key) }
        parameters.add(copy.tags, on: [.image, .snapshot])
        return try await send("CopyImage", parameters) { answer throws(AWSError) in try answer.required("imageId") }
    }
}
