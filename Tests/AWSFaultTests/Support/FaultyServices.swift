import AWSClient
import FoundationEssentials
import ScriptedServer
import Synchronization
import TestBasics

/// The services with a fault in front of them.
final class FaultyServices: Sendable {
    /// How far their clock is ahead of the client's when it is skewed.
    static let skew = 600.0

    let services = PlayedServices()
    private let fault: Fault
    private let dialect: ServiceCall.Dialect
    private let clock: ManualClock
    private let forged = Mutex<[Int]>([])

    init(_ cell: Cell, _ clock: ManualClock) {
        fault = cell.fault
        dialect = cell.call.dialect
        self.clock = clock
    }

    /// The numbers of the requests whose signature was wrong.
    var wrongSignatures: [Int] { forged.withLock(\.self) }

    /// What is done when the head of a request is there.
    func onHead(_ request: ReceivedRequest) -> Action? {
        fault.moment == .unread && request.number <= fault.times ? .close : nil
    }

    /// What is done when all of it is there.
    func onRequest(_ request: ReceivedRequest) -> Action {
        guard let credentials = credentials(of: request), request.isSigned(by: credentials) else {
            forged.withLock { $0.append(request.number) }
            return .answer(403)
        }
        guard strikes(request) else { return .answer(services.perform(request)) }
        guard fault.moment == .done else { return .answer(refusal(credentials)) }
        return spoiled(services.perform(request))
    }

    private func credentials(of request: ReceivedRequest) -> Credentials? {
        [Credentials.canary(1), .canary(2)].first {
            $0.accessKeyID == request.accessKeyID && $0.sessionToken == request["X-Amz-Security-Token"]
        }
    }

    private var date: Date {
        fault == .skewed ? clock.date.addingTimeInterval(FaultyServices.skew) : clock.date
    }

    private func strikes(_ request: ReceivedRequest) -> Bool {
        switch fault {
        case .skewed: abs(request.signingTime?.timeIntervalSince(date) ?? .infinity) > 300
        case .expired: request.accessKeyID == Credentials.canary(1).accessKeyID
        default: request.number <= fault.times
        }
    }

    /// An error, whose message repeats what must not be seen.
    private func refusal(_ signer: Credentials) -> Answer {
        guard let (status, code) = fault.refusal(dialect) else {
            let page = dialect == .s3Head ? "" : "<p>Bad<br>Gateway"
            return Answer(502, headers: [("Content-Type", "text/html")], body: Array(page.utf8))
        }
        let message = "no, \(signer.sessionToken ?? "") \(signer.secretAccessKey)"
        let error = "<Code>\(code)</Code><Message>\(message)</Message>"
        let body =
            switch dialect {
            case .ec2: "<Response><Errors><Error>\(error)</Error></Errors><RequestID>r-1</RequestID></Response>"
            case .sts: "<ErrorResponse><Error>\(error)</Error><RequestId>r-1</RequestId></ErrorResponse>"
            case .s3: "<Error>\(error)<Token-0>\(signer.sessionToken ?? "")</Token-0><RequestId>r-1</RequestId></Error>"
            case .s3Head: ""
            case .json: #"{"__type":"com.amazonaws#\#(code)","message":"\#(message)"}"#
            }
        var headers = [("Date", date.httpText), ("X-Amzn-RequestId", "r-1")]
        if fault == .unavailable { headers.append(("Retry-After", "7")) }
        return Answer(status, headers: headers, body: Array(body.utf8))
    }

    /// What becomes of an answer whose request was carried out.
    private func spoiled(_ answer: Answer) -> Action {
        let half = answer.body.count / 2
        switch fault {
        case .closedAfterEffect: return .close
        case .resetAfterEffect: return .reset
        case .truncated:
            return half == 0 ? .raw(Array("HTTP/1.1 200 OK\r\nContent-Le".utf8)) : .truncated(answer, bytes: half)
        case .broken: return .answer(Answer(answer.status, body: answer.body.dropLast(5)))
        case .empty: return .answer(Answer(200))
        // An answer to HEAD has no body that could be missing.
        case .halfAnswer where dialect == .s3Head: return .silence
        case .halfAnswer:
            let length = ("Content-Length", "\(answer.body.count + 1)")
            return .answer(Answer(answer.status, headers: [length], body: Array(answer.body.prefix(half))))
        default: return .answer(answer)
        }
    }
}
