package import FoundationEssentials

extension EC2 {
    /// What an instance has written to its console, as far as EC2 has kept it: the last 64 KB.
    package struct ConsoleOutput: Hashable, Sendable {
        /// As the guest wrote them, whatever they mean; they may begin or end in the middle of a character.
        package var bytes: [UInt8]
        /// When EC2 took it from the instance; nil before it has.
        package var time: Date?
    }

    /// Reads what is there now, which only instance types on Nitro give, or what EC2 has stored around changes of the
    /// state.
    package func getConsoleOutput(_ instanceID: String, isLatest: Bool) async throws(AWSError) -> ConsoleOutput {
        var parameters = QueryParameters([("InstanceId", instanceID)])
        if isLatest { parameters.add("Latest", true) }
        return try await send("GetConsoleOutput", parameters) { answer throws(AWSError) in
            // EC2 divides it into lines.
            let digits = (answer.text("output") ?? "").utf8.filter { $0 > 0x20 }
            guard let bytes = Data(base64Encoded: Data(digits)) else { throw answer.missing("output in base64") }
            return ConsoleOutput(bytes: Array(bytes), time: try answer.time("timestamp"))
        }
    }
}
