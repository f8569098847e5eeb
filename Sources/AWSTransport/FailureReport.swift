import AWSClient
import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Says what an error of the libraries means for one request.
struct FailureReport: Sendable {
    let peer: Endpoint
    let proxy: Endpoint?
    let timeout: Duration
    let connectTimeout: Duration
    let certificateBundle: String?

    var cancelled: TransportError { TransportError(.cancelled, "the request to \(peer) was cancelled") }

    var shutDown: TransportError {
        TransportError(.notSent, "not sent to \(peer): the transport is shut down")
    }

    func report(_ error: any Error, at progress: Exchange.Progress) -> TransportError {
        switch error as? HTTPClientError {
        case .cancelled?: cancelled
        case .alreadyShutdown?: shutDown
        default: progress == .unsent ? unsent(error) : lost(error, progress)
        }
    }

    // MARK: - Before the request was sent

    private func unsent(_ error: any Error) -> TransportError {
        switch error {
        case let error as NIOConnectionError: cannotConnect(reason(error))
        case let error as IOError: cannotConnect(reason(error))
        case let error as NIOSSLError: tls(error)
        // Only the trusted certificates can be at fault when a client is set up.
        case is BoringSSLError: tls(unreadableBundle)
        case is NIOSSLExtraError: tls("its certificate is for another name")
        case let error as HTTPClientError: cannotConnect(reason(error))
        default: cannotConnect("\(type(of: error))")
        }
    }

    private func cannotConnect(_ reason: String) -> TransportError {
        let target = proxy.map { "\(peer) through the proxy \($0)" } ?? "\(peer)"
        return TransportError(.cannotConnect, "cannot connect to \(target): \(reason)")
    }

    private func tls(_ reason: String) -> TransportError {
        TransportError(.tls, "no TLS with \(peer): \(reason)")
    }

    private func tls(_ error: NIOSSLError) -> TransportError {
        switch error {
        case .handshakeFailed(.sslError([.eofDuringHandshake])), .uncleanShutdown:
            cannotConnect("the connection was closed during the TLS handshake")
        case .handshakeFailed(let cause): tls(reason(cause))
        case .noSuchFilesystemObject, .failedToLoadCertificate: tls(unreadableBundle)
        case .unableToValidateCertificate, .noCertificateToValidate: tls("its certificate is not valid for this name")
        default: tls("\(error)")
        }
    }

    private var unreadableBundle: String {
        "no certificate authorities to trust in \(certificateBundle ?? "the system's bundle")"
    }

    private func reason(_ error: HTTPClientError) -> String {
        switch error {
        case .connectTimeout, .deadlineExceeded, .getConnectionFromPoolTimeout: "no connection within \(connectTimeout)"
        case .tlsHandshakeTimeout: "no TLS handshake within \(connectTimeout)"
        case .httpProxyHandshakeTimeout: "no answer of the proxy within \(connectTimeout)"
        case .remoteConnectionClosed: "the connection was closed before the request was sent"
        case .proxyAuthenticationRequired: "the proxy asks for other credentials"
        case .invalidProxyResponse: "the proxy refuses"
        default: error.shortDescription
        }
    }

    private func reason(_ error: NIOConnectionError) -> String {
        if let failure = error.connectionErrors.first?.error {
            switch failure {
            case let failure as IOError: return reason(failure)
            case ChannelError.connectTimeout: return "no connection within \(connectTimeout)"
            default: return "\(type(of: failure))"
            }
        }
        switch error.dnsAError ?? error.dnsAAAAError {
        case let failure as SocketAddressError.UnknownHost where failure.errorCode == EAI_NONAME:
            return "the name is unknown"
        case let failure as SocketAddressError.UnknownHost:
            return "the name was not found: \(failure.errorDescription.lowercased())"
        default:
            return "the name was not found"
        }
    }

    private func reason(_ error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: "connection refused"
        case ECONNRESET: "connection reset"
        case EHOSTUNREACH: "no route to the host"
        case ENETUNREACH: "the network is unreachable"
        case ETIMEDOUT: "timed out"
        case EADDRNOTAVAIL: "no local address or port is free"
        case EMFILE, ENFILE: "too many open files"
        default: "errno \(error.errnoCode)"
        }
    }

    private func reason(_ error: BoringSSLError) -> String {
        guard case .sslError(let stack) = error, let first = stack.first else { return "\(error)" }
        // `Error: 268435703 error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER at /…/file.cc:231`
        let text = first.description
        guard let mark = text.firstRange(of: "OPENSSL_internal:") else { return text }
        switch text[mark.upperBound...].prefix(while: { $0 != " " }) {
        case "CERTIFICATE_VERIFY_FAILED": return "its certificate is not trusted"
        case "WRONG_VERSION_NUMBER": return "it does not speak TLS"
        case let other: return other.lowercased().split(separator: "_").joined(separator: " ")
        }
    }

    // MARK: - After the request was sent, at least in part

    private func lost(_ error: any Error, _ progress: Exchange.Progress) -> TransportError {
        let moment = progress == .sent ? "before it answered" : "within its answer"
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded:
            return TransportError(.timedOut, "\(peer) gave no whole answer within \(timeout)")
        case let error as Exchange.AnswerTooLarge:
            return TransportError(.connectionLost, "\(peer) answered more than \(error.limit) bytes")
        case let error as HTTPParserError where error != .invalidEOFState:
            return TransportError(.connectionLost, "\(peer) answered something that is not HTTP")
        case let error as IOError:
            return TransportError(.connectionLost, "the connection to \(peer) ended \(moment): \(reason(error))")
        default:
            return TransportError(.connectionLost, "\(peer) closed the connection \(moment)")
        }
    }
}
