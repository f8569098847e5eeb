import JSONDocument

/// Systems Manager's parameters, API version 2014-11-06.
package struct SSM: Sendable {
    package static let service = AWSService("ssm", errorFormat: .json)

    private let client: AWSClient
    /// For every call, on the client's timer; nil for no end but that of the retries.
    package var deadline: Duration?

    package init(_ client: AWSClient, deadline: Duration? = nil) {
        self.client = client
        self.deadline = deadline
    }

    package struct Parameter: Hashable, Sendable {
        package var name: String
        package var value: String
        /// Counts from 1, and changes with each value.
        package var version: Int
        /// `text`, or `aws:ec2:image` for the id of an image.
        package var dataType: String
    }

    /// Reads a parameter by its name, the path of a public one, or an ARN.
    package func getParameter(_ name: String) async throws(AWSError) -> Parameter {
        let call = SSM.call("GetParameter", ["Name": .string(name)])
        return try await client.json(call, deadline: deadline) { answer throws(AWSError) in
            guard let fields = answer.root["Parameter"] else { throw answer.missing("Parameter") }
            guard let version = fields["Version"]?.integer else { throw answer.missing("Version") }
            return Parameter(
                name: try answer.required("Name", in: fields), value: try answer.required("Value", in: fields),
                version: version, dataType: fields["DataType"]?.text ?? "text")
        }
    }

    /// The parameter to write. Its type is always `String`.
    package struct Writing: Hashable, Sendable {
        package var name: String
        package var value: String
        /// For people; nil keeps what is there.
        package var description: String?
        /// `aws:ec2:image` lets Systems Manager check that there is such an image.
        package var dataType: String
        /// Else a parameter that is there already is an error.
        package var overwrites: Bool

        package init(
            name: String, value: String, description: String? = nil, dataType: String = "text",
            overwrites: Bool = false
        ) {
            self.name = name
            self.value = value
            self.description = description
            self.dataType = dataType
            self.overwrites = overwrites
        }
    }

    /// Writes a parameter and returns its version.
    ///
    /// The id of an image is checked after the answer: only reading it back tells whether it has been taken.
    package func putParameter(_ writing: Writing) async throws(AWSError) -> Int {
        var members = [
            JSONValue.Member("Name", .string(writing.name)), JSONValue.Member("Value", .string(writing.value)),
            JSONValue.Member("Type", "String"), JSONValue.Member("DataType", .string(writing.dataType)),
            JSONValue.Member("Overwrite", .bool(writing.overwrites)),
        ]
        if let description = writing.description {
            members.append(JSONValue.Member("Description", .string(description)))
        }
        var call = SSM.call("PutParameter", .object(members))
        call.isRepeatable = writing.overwrites
        return try await client.json(call, deadline: deadline) { answer throws(AWSError) in
            guard let version = answer.root["Version"]?.integer else { throw answer.missing("Version") }
            return version
        }
    }

    package func deleteParameter(_ name: String) async throws(AWSError) {
        let call = SSM.call("DeleteParameter", ["Name": .string(name)])
        try await client.json(call, deadline: deadline) { _ in }
    }

    private static func call(_ operation: String, _ body: JSONValue) -> AWSCall {
        AWSCall.json(SSM.service, operation, target: "AmazonSSM", body)
    }
}
