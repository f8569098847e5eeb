/// What errors mean to one who makes things and takes them away again.
extension AWSError {
    /// What the call names is not there: gone already, or not known everywhere yet.
    package var isNotFound: Bool {
        code.hasSuffix(".NotFound") || AWSError.notFound.contains(code) || (code.isEmpty && status == 404)
    }

    private static let notFound: Set<String> = [
        "ChangeSetNotFound", "InvalidAMIID.Unavailable", "NoSuchBucket", "NoSuchKey", "ParameterNotFound",
        "ResourceNotFoundException",
    ]

    /// The name that the call gives is taken, perhaps by this very call when its first answer was lost.
    package var isDuplicate: Bool { code.hasSuffix(".Duplicate") || code == "ParameterAlreadyExists" }

    /// Something that is about to go, or must go first, still uses what is to be deleted.
    package var isInUse: Bool { code.hasSuffix(".InUse") || code == "DependencyViolation" }
}
