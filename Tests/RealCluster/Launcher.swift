import Glibc
import Subprocess
import SystemPackage

/// Starts programs in the scratch directory as user postgres, since PostgreSQL refuses to run as root.
///
/// As root it also gives each program an IPC namespace of its own where the kernel allows that: shared memory and
/// semaphores then go with the last process, even after SIGKILL. With a hosts file, each gets a mount namespace too,
/// in which that file lies over /etc/hosts.
struct Launcher: Sendable {
    /// Where programs run, and what tells the janitor which processes are ours.
    let directory: String
    private let namespace: [String]
    private let demotion: [String]

    init(directory: String, hosts: HostsFile? = nil) async throws {
        self.directory = directory
        guard geteuid() == 0 else {
            guard hosts == nil else { throw RealClusterError("host names for a test cluster need root") }
            (namespace, demotion) = ([], [])
            return
        }
        demotion = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"]
        if let hosts {
            let bind = "mount --bind \"$0\" /etc/hosts && exec \"$@\""
            namespace = ["unshare", "--ipc", "--mount", "--propagation=private", "sh", "-c", bind, hosts.path]
        } else {
            let canUnshare = try await Subprocess.run(
                .name("unshare"), arguments: ["--ipc", "true"], output: .discarded
            ).terminationStatus.isSuccess
            namespace = canUnshare ? ["unshare", "--ipc"] : []
        }
        try await own(directory)
    }

    /// Gives a file or a folder with all that is in it to the user that programs run as.
    func own(_ path: String) async throws {
        guard geteuid() == 0 else { return }
        try await finish(["chown", "-R", "postgres:postgres", path])
    }

    /// Runs a short program to its end and returns its output; anything but success is an error.
    @discardableResult
    func run(_ command: [String], environment: [String: String] = [:]) async throws -> String {
        try await finish(namespace + demotion + command, environment: environment)
    }

    /// Starts a program that stays, its output going to the end of a log file.
    func launch(
        _ command: [String],
        log: String,
        environment: [String: String] = [:],
        asRoot: Bool = false
    ) async throws -> Daemon {
        let descriptor = try FileDescriptor.open(
            FilePath(log), .writeOnly, options: [.create, .append, .closeOnExec], permissions: [.ownerReadWrite])
        let whole = namespace + (asRoot ? [] : demotion) + command
        return try await Daemon(configuration(whole, environment), output: descriptor, log: log)
    }

    @discardableResult
    private func finish(_ command: [String], environment: [String: String] = [:]) async throws -> String {
        let result = try await Subprocess.run(
            configuration(command, environment), output: .string(limit: 1 << 20), error: .combinedWithOutput)
        guard result.terminationStatus.isSuccess else {
            throw RealClusterError(
                "\(command.joined(separator: " ")): \(result.terminationStatus)", output: result.standardOutput)
        }
        return result.standardOutput
    }

    private func configuration(_ command: [String], _ environment: [String: String]) -> Configuration {
        var variables = ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
        variables.merge(environment) { $1 }
        var options = PlatformOptions()
        options.createSession = true
        return Configuration(
            executable: .name(command[0]),
            arguments: Arguments(Array(command.dropFirst())),
            environment: .custom(
                Dictionary(uniqueKeysWithValues: variables.map { (Environment.Key(stringLiteral: $0), $1) })),
            workingDirectory: FilePath(directory),
            platformOptions: options)
    }
}
