import ClusterSpec
import Diagnostics
import Doctor
import FoundationEssentials
import ImageBuild
import PgpoolConfig
import Postgres
import QEMUHost

extension BuildRun {
    /// What the command line asks the image to be tried on; nil for nothing.
    func trial(_ request: BuildRequest, _ spec: ClusterSpec) throws(CommandFailure) -> ClusterTrial? {
        guard let cluster = request.trial else { return nil }
        guard spec.image.test.value else {
            throw CommandFailure(
                .badInput,
                [
                    Diagnostic(
                        .error, at: spec.image.test.location, key: "image.test",
                        "an image that is not booted cannot be tried on a cluster",
                        notes: ["remove the key, or leave --test-against out"])
                ])
        }
        func address(_ endpoint: Endpoint) -> String {
            let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
            return "\(host):\(endpoint.port ?? spec.aurora.port.value)"
        }
        return ClusterTrial(
            writer: address(cluster.writer), reader: address(cluster.reader),
            config: BuildInputs.absolute(request.config), pgpoolPort: spec.pgpool.port.value,
            healthPort: spec.health.port.value)
    }

    /// How that is done.
    func imageTrial(_ trial: ClusterTrial, _ logins: TrialLogins) -> ImageTrial {
        let report = report
        return ImageTrial(
            ports: [trial.pgpoolPort, trial.healthPort],
            files: { () throws(HostError) in try await logins.files(trial) },
            examine: { ports throws(HostError) in
                guard let pgpool = ports[trial.pgpoolPort], let health = ports[trial.healthPort] else {
                    throw HostError(.rejected, "the ports of the guest are not forwarded")
                }
                do throws(CommandFailure) {
                    report.take(.note("logging in at 127.0.0.1:\(pgpool), which is the guest's pgpool"))
                    let found = try await BuildRun.routing(try await logins.logins(), port: pgpool)
                    report.take(.note(BuildRun.text(of: found)))
                    try await BuildRun.askHealth(port: health)
                    report.take(.note("GET / of the guest's doctor: 200"))
                } catch {
                    throw HostError(error)
                }
            })
    }

    /// How long what has just begun to run may take to answer: an emulated machine is slow.
    private static let patience = Duration.seconds(120)

    /// Where reads and writes come to; throws if that is not where they should.
    private static func routing(
        _ logins: TrialLogins.Logins, port: Int
    ) async throws(CommandFailure) -> RoutingProbe.Routing {
        let spec = logins.spec
        func connection(_ user: (name: String, password: Password)) -> ConnectionParameters {
            ConnectionParameters(
                host: "127.0.0.1", port: port, database: spec.aurora.database.value, user: user.name,
                password: user.password.clearText, applicationName: "pgpool-aurora build-ami",
                connectTimeout: .seconds(20))
        }
        for user in logins.users {
            try await again("the login of \(user.name)") { () throws(PostgresError) in
                let session = try await PostgresConnection.connect(connection(user))
                _ = try await session.query("SELECT 1")
                await session.close()
            }
        }
        let found: RoutingProbe.Routing
        do throws(PostgresError) {
            found = try await RoutingProbe(connection(logins.user)).run()
        } catch {
            throw CommandFailure(.foundWrong, "reading and writing through the guest's pgpool: \(error)")
        }
        guard !found.write.isReadOnly else {
            throw CommandFailure(
                .foundWrong, "a write through the guest's pgpool came to \(found.write.address), which is read-only",
                notes: ["the first endpoint of --test-against is the writer"])
        }
        if spec.pgpool.weights.reader.value > 0, found.readOnlyCount == 0 {
            throw CommandFailure(
                .foundWrong, "of \(found.readCount) reads through the guest's pgpool none came to the reader",
                notes: [
                    "the second endpoint of --test-against is the reader, a standby of the first", text(of: found),
                ])
        }
        return found
    }

    private static func text(of found: RoutingProbe.Routing) -> String {
        let reads = found.reads.sorted { ($0.key.address, $0.value) < ($1.key.address, $1.value) }
            .map { "\($0.value) on \($0.key.address)\($0.key.isReadOnly ? " (read-only)" : "")" }
        return "\(found.readCount) reads: \(reads.joined(separator: ", ")); a write: on \(found.write.address)"
    }

    /// What the load balancer will ask.
    private static func askHealth(port: Int) async throws(CommandFailure) {
        let outside: AWSOutside
        do throws(DiagnosticsError) {
            outside = try AWSOutside { _ in }
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
        let result: Result<Void, CommandFailure>
        do throws(CommandFailure) {
            try await again("the guest's doctor") { () throws(FetchError) in
                _ = try await outside.fetch("http://127.0.0.1:\(port)/")
            }
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await outside.shutDown()
        try result.get()
    }

    /// Tries until it works, or for so long.
    private static func again<Failure: Error>(
        _ what: String, _ body: () async throws(Failure) -> Void
    ) async throws(CommandFailure) {
        let end = ContinuousClock.now + patience
        while true {
            do throws(Failure) {
                return try await body()
            } catch {
                guard ContinuousClock.now < end, !Task.isCancelled else {
                    throw CommandFailure(.foundWrong, "\(what) through the guest's pgpool fails: \(error)")
                }
            }
            try? await Task.sleep(for: .seconds(2))
        }
    }
}
