import Crypto
import Glibc
import HealthDecision
import Postgres

/// Asks pgpool's administration port, PCP. One connection, kept as long as it works.
///
/// A message is one byte of kind, four of length with themselves, and texts that each end in a NUL (source: Pgpool-II,
/// `src/libs/pcp/pcp.c` and `src/pcp_con/pcp_worker.c`; seen on 4.3.5).
actor PCPClient {
    /// Where PCP listens, and who asks.
    struct Place: Hashable, Sendable {
        /// A numeric address.
        var address: String
        var port: Int
        var user: String
        /// The MD5 of pcp.conf. The protocol needs no password, only this.
        var hash: String
    }

    /// One child of pgpool with its pool.
    struct Child: Hashable, Sendable {
        var pid: Int32
        var isBusy: Bool
        var entries: [PoolEntry]
    }

    private let executor = DispatchQueueExecutor(label: "pcp")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private let place: Place
    private var socket: TimedSocket?
    private var received = PCPBuffer()

    init(_ place: Place) {
        self.place = place
    }

    /// What PCP lists of all children, within a time.
    func children(within limit: Duration) throws(PCPError) -> [Child] {
        let deadline = ContinuousClock.now.advanced(by: limit)
        if let kept = socket, !kept.isStale {
            do throws(PCPError) {
                return try ask(kept, until: deadline)
            } catch {
                // A pgpool that was restarted meanwhile is asked anew; one that is silent has had its time.
                guard error.code == .unreachable else { throw error }
            }
        }
        return try ask(try logIn(until: deadline), until: deadline)
    }

    func close() {
        socket = nil
        received = PCPBuffer()
    }

    private func ask(_ socket: TimedSocket, until deadline: ContinuousClock.Instant) throws(PCPError) -> [Child] {
        do throws(SocketError) {
            socket.deadline = deadline
            // Process 0 stands for all of them.
            try socket.write(PCPMessage(kind: "P", texts: ["0"]).bytes)
            var rows: [[String]] = []
            while true {
                let answer = try read(socket)
                if answer.kind == "E" {
                    throw SocketError(code: .malformed, description: answer.texts.joined(separator: " "))
                }
                guard answer.kind == "p", let word = answer.texts.first else { throw .unexpected(answer) }
                if word == "CommandComplete" { return PCPMessage.children(rows) }
                if word == "ProcessInfo" { rows.append(Array(answer.texts.dropFirst())) }
            }
        } catch {
            close()
            throw PCPError(error)
        }
    }

    private func logIn(until deadline: ContinuousClock.Instant) throws(PCPError) -> TimedSocket {
        close()
        do throws(SocketError) {
            let socket = try TimedSocket(address: place.address, port: place.port, deadline: deadline)
            try socket.write(PCPMessage(kind: "M", texts: []).bytes)
            let salt = try read(socket)
            guard salt.kind == "m", salt.body.count == 4 else { throw .unexpected(salt) }
            let digest = md5(Array(md5(Array((place.hash + place.user).utf8)).utf8) + salt.body)
            try socket.write(PCPMessage(kind: "R", texts: [place.user, digest]).bytes)
            let answer = try read(socket)
            guard answer.kind == "r", answer.texts.first == "AuthenticationOK" else {
                throw SocketError(code: .malformed, description: "the login was refused")
            }
            self.socket = socket
            return socket
        } catch {
            throw PCPError(error)
        }
    }

    private func read(_ socket: TimedSocket) throws(SocketError) -> PCPMessage {
        while true {
            if let message = try received.next() { return message }
            received.append(try socket.read(atMost: 64 << 10))
        }
    }

    private func md5(_ bytes: [UInt8]) -> String {
        Insecure.MD5.hash(data: bytes).hexadecimal
    }
}

/// Why PCP gave no answer.
struct PCPError: Error, Hashable {
    enum Code: Hashable {
        case unreachable
        /// It spoke, but not to our liking.
        case refused
        case timeout
        case cancelled
    }
    var code: Code
    var message: String

    init(_ error: SocketError) {
        message = error.description
        code =
            switch error.code {
            case .unreachable: .unreachable
            case .timeout: .timeout
            case .cancelled: .cancelled
            case .malformed: .refused
            }
    }
}
