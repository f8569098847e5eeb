import AWSClient

/// Where in a list of events, the newest first, the operation begins that is under way.
enum OperationStart {
    static let words: Set<String> = [
        "CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS",
    ]

    static func index(in read: [CloudFormation.StackEvent]) -> Int? {
        read.firstIndex { $0.isOfStack && words.contains($0.status.word) }
    }

    /// The token of what is under way.
    static func token(_ read: [CloudFormation.StackEvent]) -> String? { read.first(where: \.isOfStack)?.token }
}
