import AWSClient
import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Synchronization

/// One request on its way: gathers the answer, and knows how far it got.
final class Exchange: HTTPClientResponseDelegate {
    /// How far an exchange got.
    enum Progress: Hashable, Sendable {
        /// Not a byte was handed to the network.
        case unsent
        case sent
        case answering
    }

    /// The answer has a larger body than is accepted.
    struct AnswerTooLarge: Error {
        let limit: Int
    }

    private struct State {
        var progress = Progress.unsent
        var answer = HTTPResponse(status: 0)
    }

    private let state = Mutex(State())
    private let answerLimit: Int

    init(answerLimit: Int) {
        self.answerLimit = answerLimit
    }

    var progress: Progress { state.withLock { $0.progress } }

    // Called right after the head was given to the socket, on the same thread.
    func didSendRequestHead(task: HTTPClient.Task<HTTPResponse>, _ head: HTTPRequestHead) {
        state.withLock { $0.progress = .sent }
    }

    func didReceiveHead(task: HTTPClient.Task<HTTPResponse>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        let announced = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        state.withLock { state in
            state.progress = .answering
            state.answer.status = Int(head.status.code)
            state.answer.headers = .init(head.headers.map { ($0.name, $0.value) })
            if announced <= answerLimit { state.answer.body.reserveCapacity(min(announced, 1 << 20)) }
        }
        return announced <= answerLimit ? task.eventLoop.makeSucceededVoidFuture() : tooLarge(on: task.eventLoop)
    }

    func didReceiveBodyPart(task: HTTPClient.Task<HTTPResponse>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = state.withLock { state in
            guard buffer.readableBytes <= answerLimit - state.answer.body.count else { return false }
            state.answer.body.append(contentsOf: buffer.readableBytesView)
            return true
        }
        return fits ? task.eventLoop.makeSucceededVoidFuture() : tooLarge(on: task.eventLoop)
    }

    func didFinishRequest(task: HTTPClient.Task<HTTPResponse>) -> HTTPResponse {
        state.withLock { $0.answer }
    }

    private func tooLarge(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        eventLoop.makeFailedFuture(AnswerTooLarge(limit: answerLimit))
    }
}
