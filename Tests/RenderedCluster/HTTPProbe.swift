import Dispatch
import FoundationEssentials
import Glibc

/// Asks an HTTP server as a load balancer does: one request for each connection, within a time.
///
/// Each call blocks a thread of its own, never one of Swift's cooperative pool.
package enum HTTPProbe {
    package struct Answer: Hashable, Sendable {
        package var status: Int
        /// The values by name in lower case; the last one counts.
        package var headers: [String: String]
        package var body: String
        /// From before connecting to the end of the answer.
        package var took: Duration
    }

    /// Why there was no answer.
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package enum Reason: String, Hashable, Sendable {
            case connectionRefused
            case timeout
            /// The connection ended before the answer did.
            case cutOff
            case notHTTP
            case other
        }
        package var reason: Reason
        package var details: String
        package var took: Duration

        package var description: String { "\(reason) after \(took): \(details)" }
    }

    /// Asks for a path and reads the whole answer.
    package static func get(
        host: String = "127.0.0.1",
        port: Int,
        path: String = "/",
        headers: [(name: String, value: String)] = [],
        method: String = "GET",
        timeout: Duration = .seconds(5)
    ) async throws -> Answer {
        let given = [("Host", "\(host):\(port)"), ("Connection", "close")] + headers
        let lines = ["\(method) \(path) HTTP/1.1"] + given.map { "\($0): \($1)" } + ["", ""]
        let (bytes, took) = try await exchange(
            host: host, port: port, Array(lines.joined(separator: "\r\n").utf8), timeout: timeout)
        guard let head = HTTPAnswerHead(bytes) else {
            throw Failure(reason: .notHTTP, details: String(decoding: bytes.prefix(200), as: UTF8.self), took: took)
        }
        guard method == "HEAD" || bytes.count >= head.end + (head.contentLength ?? 0) else {
            throw Failure(reason: .cutOff, details: "\(bytes.count - head.end) bytes of a body", took: took)
        }
        return Answer(
            status: head.status, headers: head.headers, body: String(decoding: bytes[head.end...], as: UTF8.self),
            took: took)
    }

    /// Sends any bytes and reads until the server closes or has answered in full.
    package static func exchange(
        host: String = "127.0.0.1",
        port: Int,
        _ request: [UInt8],
        timeout: Duration = .seconds(5)
    ) async throws -> (bytes: [UInt8], took: Duration) {
        let result: Result<(bytes: [UInt8], took: Duration), Failure> = await withCheckedContinuation { continuation in
            // A queue of its own is a thread of its own while it blocks.
            DispatchQueue(label: "http.probe").async {
                let began = ContinuousClock.now
                do throws(Failure) {
                    let bytes = try HTTPSocket(began: began, deadline: began.advanced(by: timeout))
                        .exchange(host: host, port: port, request)
                    continuation.resume(returning: .success((bytes, began.duration(to: .now))))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// Asks many times at once; the answers come in no particular order.
    package static func concurrently(
        _ count: Int,
        port: Int,
        path: String = "/",
        headers: [(name: String, value: String)] = [],
        timeout: Duration = .seconds(5)
    ) async -> [Result<Answer, any Error>] {
        await withTaskGroup(of: Result<Answer, any Error>.self) { group in
            for _ in 0..<count {
                group.addTask {
                    do {
                        return .success(
                            try await get(port: port, path: path, headers: headers, timeout: timeout))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            var answers: [Result<Answer, any Error>] = []
            for await answer in group { answers.append(answer) }
            return answers
        }
    }
}
