@testable import AWSClient
import JSONDocument

/// A call, what we read from its answer, and what botocore does.
struct AnswerCase: Sendable {
    var question: Oracle.Question
    /// Our value and botocore's as text, and whether they are the same.
    var compare: @Sendable (AWSClient, Reading) async throws -> (ours: String, theirs: String, areSame: Bool)

    init<Value: Hashable & Sendable>(
        _ service: String, _ operation: String, _ parameters: JSONValue = [:],
        ours: @escaping @Sendable (AWSClient) async throws -> Value,
        theirs: @escaping @Sendable (Reading) -> Value
    ) {
        question = Oracle.Question(service, operation, parameters)
        compare = { client, reading in
            let (our, their) = (try await ours(client), theirs(reading))
            return ("\(our)", "\(their)", our == their)
        }
    }

    static let everything = EC2.Selection.matching([])

    static let all = instances + images + networks + others + stacks

    static let instances = [
        AnswerCase("ec2", "RunInstances", ["ImageId": "ami-1", "MinCount": 1, "MaxCount": 1]) {
            try await EC2($0).runInstance(EC2.Launch(clientToken: "", imageID: "", instanceType: ""))
        } theirs: {
            $0["Instances"].list[0].instance
        },
        AnswerCase("ec2", "DescribeInstances") {
            try await EC2($0).describeInstances(everything)
        } theirs: {
            $0["Reservations"].list.flatMap { $0["Instances"].list.map(\.instance) }
        },
        AnswerCase("ec2", "StopInstances", ["InstanceIds": ["i-1"]]) {
            try await EC2($0).stopInstances(["i-1"])
        } theirs: {
            $0["StoppingInstances"].list.map(\.stateChange)
        },
        AnswerCase("ec2", "TerminateInstances", ["InstanceIds": ["i-1"]]) {
            try await EC2($0).terminateInstances(["i-1"])
        } theirs: {
            $0["TerminatingInstances"].list.map(\.stateChange)
        },
        // botocore makes text of the bytes; so do we here.
        AnswerCase("ec2", "GetConsoleOutput", ["InstanceId": "i-1"]) {
            let output = try await EC2($0).getConsoleOutput("i-1", isLatest: true)
            return [String(decoding: output.bytes, as: UTF8.self), "\(String(describing: output.time))"]
        } theirs: {
            [$0["Output"].text ?? "", "\(String(describing: $0["Timestamp"].time))"]
        },
        AnswerCase("ec2", "DescribeVolumes") {
            try await EC2($0).describeVolumes(everything)
        } theirs: {
            $0["Volumes"].list.map(\.volume)
        },
    ]

    static let images = [
        AnswerCase("ec2", "CreateImage", ["InstanceId": "i-1", "Name": "pgpool"]) {
            try await EC2($0).createImage(EC2.ImageCreation(instanceID: "i-1", name: "pgpool"))
        } theirs: {
            $0.id("ImageId")
        },
        AnswerCase("ec2", "CopyImage", ["SourceImageId": "ami-1", "SourceRegion": "r", "Name": "pgpool"]) {
            try await EC2($0).copyImage(
                EC2.ImageCopy(clientToken: "t", sourceID: "ami-1", sourceRegion: "r", name: "pgpool"))
        } theirs: {
            $0.id("ImageId")
        },
        AnswerCase("ec2", "DescribeImages") {
            try await EC2($0).describeImages(everything)
        } theirs: {
            $0["Images"].list.map(\.image)
        },
        AnswerCase("ec2", "DeregisterImage", ["ImageId": "ami-1"]) {
            try await EC2($0).deregisterImage("ami-1", deletesSnapshots: true)
        } theirs: {
            $0["DeleteSnapshotResults"].list.map(\.snapshotDeletion)
        },
        AnswerCase("ec2", "DescribeSnapshots") {
            try await EC2($0).describeSnapshots(everything)
        } theirs: {
            $0["Snapshots"].list.map(\.snapshot)
        },
    ]
}
