import AWSClient
import AWSTransport
import ScriptedServer
import Synchronization
import Testing

@Suite struct ConnectionReuseTests {
    @Test func aConnectionServesOneRequestAfterAnother() async throws {
        try await withScriptedServer {
            .answer(text: "\($0.number)")
        } while: { server in
            try await withTransport { transport in
                for number in 1...20 {
                    let response = try await transport.send(request("POST", server.url, body: [1]))
                    #expect(response.body == Array("\(number)".utf8))
                }
                #expect(server.connectionCount == 1)
            }
        }
    }

    @Test func aConnectionThatTheServerClosedMeanwhileIsNotUsedAgain() async throws {
        try await withScriptedServer(.answerAndClose(Answer())) { server in
            try await withTransport { transport in
                for method in ["GET", "POST", "POST"] {
                    let response = try await transport.send(request(method, server.url))
                    #expect(response.status == 200)
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(server.connectionCount == 3)
                #expect(server.requests.count == 3)
            }
        }
    }

    /// The close and the next request race: that one may fail, but it arrives at most once.
    @Test(arguments: ["GET", "POST"])
    func aRequestOnAConnectionThatIsJustClosingArrivesAtMostOnce(method: String) async throws {
        try await withScriptedServer(.answerAndClose(Answer())) { server in
            try await withTransport { transport in
                for number in 1...200 {
                    let sent = try request(method, "\(server.url)/\(number)")
                    do throws(TransportError) {
                        let answer = try await transport.send(sent)
                        #expect(answer.status == 200)
                    } catch {
                        #expect(error.code == .connectionLost || error.code == .cannotConnect, "\(error)")
                    }
                }
                let targets = server.requests.map(\.target)
                #expect(Set(targets).count == targets.count)
            }
        }
    }

    @Test(arguments: ["GET", "POST"])
    func aRequestWhoseAnswerIsLostOnAKeptConnectionIsNotSentAgain(method: String) async throws {
        try await withScriptedServer {
            $0.number == 1 ? .answer() : .close
        } while: { server in
            try await withTransport { transport in
                _ = try await transport.send(request("GET", server.url))
                let error = try await transport.failure(of: request(method, server.url))
                #expect(error.code == .connectionLost)
                try await Task.sleep(for: .milliseconds(200))
                #expect(server.requests.map(\.connection) == [1, 1])
                #expect(server.connectionCount == 1)
            }
        }
    }

    @Test func whatComesAfterAnAnswerIsNotTheNextAnswer() async throws {
        let smuggled = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
        try await withScriptedServer { request in
            request.number == 1 ? .raw(Array(smuggled.utf8)) : .answer(text: "good")
        } while: { server in
            try await withTransport { transport in
                let first = try await transport.send(request("GET", server.url))
                #expect(first.body == Array("1".utf8))
                try await Task.sleep(for: .milliseconds(100))
                let second = try await transport.send(request("GET", server.url))
                #expect(second.body == Array("good".utf8))
            }
        }
    }

    @Test func twoHundredRequestsGoOnAtOnce() async throws {
        let arrived = Counter()
        try await withScriptedServer { request in
            arrived.increase()
            // None is answered before all are there: eight at a time, as AsyncHTTPClient has it, would never end.
            while arrived.value < 200, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(10)) }
            return .answer(text: request.text)
        } while: { server in
            try await withTransport { transport in
                let url = server.url
                let answers = try await withThrowingTaskGroup { group in
                    for number in 0..<200 {
                        group.addTask {
                            let body = Array("\(number)".utf8)
                            let sent = try request("POST", url, body: body, timeout: .seconds(60))
                            return try await transport.send(sent).body == body
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(answers == Array(repeating: true, count: 200))
                #expect(server.requests.count == 200)
            }
        }
    }
}

/// Counts from many tasks.
private final class Counter: Sendable {
    private let count = Atomic(0)

    var value: Int { count.load(ordering: .relaxed) }

    func increase() { count.add(1, ordering: .relaxed) }
}
