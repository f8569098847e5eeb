import AWSClient
import AWSTransport

/// A running moto, which plays AWS on loopback.
///
/// It lives as long as it can read from a pipe that only this process holds open: it goes on `stop()`, when it is
/// released, when the test process exits, and when it is killed.
package final class MotoServer: Sendable {
    /// Its address, for all services, without a final slash.
    package let url: String
    /// Its process id.
    package let pid: Int32
    private let program: MotoProgram

    private init(_ program: MotoProgram, pid: Int32, port: Int) {
        self.program = program
        self.pid = pid
        url = "http://127.0.0.1:\(port)"
    }

    deinit { program.letGo() }

    /// Starts a server of one's own, with what moto reads from the environment.
    package static func start(environment: [String: String] = [:]) async throws -> MotoServer {
        let program = try MotoProgram(environment: environment)
        guard let (pid, port) = await program.started() else {
            program.letGo()
            await program.end()
            throw MotoError("moto did not start", output: program.log())
        }
        return MotoServer(program, pid: pid, port: port)
    }

    /// Stops it and waits until it is gone. Doing it twice is no error.
    package func stop() async {
        program.letGo()
        await program.end()
    }

    /// What it has written to standard output and standard error, errors of its own among it.
    package func log() -> String { program.log() }

    /// Forgets everything, in all accounts. Not for the shared server: others use it at the same time.
    package func reset() async throws {
        guard let address = HTTPURL("\(url)/moto-api/reset") else { return }
        let transport = AsyncHTTPTransport(connectTimeout: .seconds(120))
        let response = try await transport.send(HTTPRequest("POST", address))
        await transport.shutDown()
        guard response.isSuccess else { throw MotoError("moto was not reset: status \(response.status)") }
    }
}

/// Runs a server for as long as the body runs.
package func withMotoServer<Result>(_ body: (MotoServer) async throws -> Result) async throws -> Result {
    let server = try await MotoServer.start()
    do {
        let result = try await body(server)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

/// What went wrong with moto.
package struct MotoError: Error, CustomStringConvertible {
    package let description: String

    init(_ message: String, output: String = "") {
        description = output.isEmpty ? message : "\(message)\n\(output)"
    }
}
