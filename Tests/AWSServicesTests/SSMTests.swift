import AWSClient
import Testing

struct SSMTests {
    private static let lost = TransportError(.connectionLost, "the connection ended")

    @Test func aNewParameterIsWrittenOnce() async throws {
        for (overwrites, requests) in [(false, 1), (true, 3)] {
            let transport = CannedTransport([.failure(Self.lost)])
            await #expect(throws: AWSError.self) {
                _ = try await SSM(testClient(transport, attempts: 3)).putParameter(
                    SSM.Writing(name: "/a", value: "b", overwrites: overwrites))
            }
            #expect(transport.requests.count == requests)
        }
    }

    @Test func aParameterThatIsNotThereIsNotFound() async throws {
        let error = await #expect(throws: AWSError.self) {
            let answer = CannedTransport(status: 400, #"{"__type":"ParameterNotFound"}"#)
            _ = try await SSM(testClient(answer)).getParameter("/a")
        }
        #expect(error?.isNotFound == true)
    }

    @Test(arguments: ["{}", #"{"Parameter":{"Name":"/a","Value":"b"}}"#, #"{"Parameter":[]}"#, "[1]"])
    func anAnswerThatCannotBeUnderstoodIsAnError(_ text: String) async throws {
        let error = await #expect(throws: AWSError.self) {
            _ = try await SSM(testClient(CannedTransport(text))).getParameter("/a")
        }
        #expect(error?.origin == .answer)
    }
}
