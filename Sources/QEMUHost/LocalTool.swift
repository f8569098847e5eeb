import FoundationEssentials
package import ImageBuild
import LocalFiles
import Subprocess
import SystemPackage

/// The programs that building on this machine takes, and the Debian packages that have them.
package enum LocalTool: String, CaseIterable, Sendable {
    case qemu = "qemu-system-x86_64"
    case qemuImage = "qemu-img"
    case makeRoot = "mmdebstrap"
    case makeFileSystem = "mkfs.ext4"
    case makeISO = "genisoimage"
    case unshare
    case newUserMap = "newuidmap"

    package var package: String {
        switch self {
        case .qemu: "qemu-system-x86"
        case .qemuImage: "qemu-utils"
        case .makeRoot: "mmdebstrap"
        case .makeFileSystem: "e2fsprogs"
        case .makeISO: "genisoimage"
        case .unshare: "util-linux"
        case .newUserMap: "uidmap"
        }
    }
}

/// Finds programs and runs them.
package struct Toolbox: Sendable {
    /// Where programs are looked for.
    private let folders: [String]

    /// `path` is the environment's PATH. Those of the system's own that only root has in it are looked through too.
    package init(path: String, systemFolders: [String] = ["/usr/sbin", "/sbin"]) {
        let given = path.split(separator: ":").map(String.init)
        folders = given + systemFolders.filter { !given.contains($0) }
    }

    /// The path of a program; nil when it is not there.
    package func find(_ name: String) -> String? {
        if name.hasPrefix("/") { return FileSystem.exists(name) ? name : nil }
        return folders.map { "\($0)/\(name)" }.first { FileSystem.exists($0) && !FileSystem.isFolder($0) }
    }

    /// In lower case: what programs need to find their files and the network.
    private static let inherited: Set<String> = [
        "home", "user", "logname", "tmpdir", "http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy",
        "ssl_cert_file", "ssl_cert_dir",
    ]

    /// What a program has said and how it ended.
    package struct Outcome: Sendable {
        /// As a shell has it.
        package var status: Int32
        package var output: String
        package var errors: String
    }

    /// Runs a program to its end; how it ended is the caller's to judge.
    package func outcome(
        _ name: String, _ arguments: [String], in folder: String? = nil, setting variables: [String: String] = [:]
    ) async throws(HostError) -> Outcome {
        guard let program = find(name) else {
            let package = LocalTool(rawValue: name)?.package
            throw HostError(
                .rejected, "there is no program \(name) here",
                notes: package.map { ["Debian has it in the package \($0)"] } ?? [])
        }
        var options = PlatformOptions()
        // A terminal's Ctrl-C is for us, who end them in our time.
        options.processGroupID = 0
        // They clean up after themselves.
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))]
        // Nothing else of our environment: a machine outlives us, and there may be passwords and keys in it.
        let inherited = ProcessInfo.processInfo.environment.filter { Toolbox.inherited.contains($0.key.lowercased()) }
        let all = inherited.merging(["PATH": folders.joined(separator: ":"), "LC_ALL": "C"]) { _, own in own }
            .merging(variables) { _, own in own }
        do {
            let record = try await Subprocess.run(
                .path(FilePath(program)), arguments: Arguments(arguments),
                environment: .custom(
                    Dictionary(uniqueKeysWithValues: all.map { (Environment.Key(stringLiteral: $0), $1) })),
                workingDirectory: folder.map { FilePath($0) }, platformOptions: options, input: .none,
                output: .bytes(limit: 16 << 20), error: .bytes(limit: 16 << 20))
            let status: Int32 =
                switch record.terminationStatus {
                case .exited(let code): code
                case .signaled(let signal): 128 + signal
                }
            guard !Task.isCancelled || status == 0 else { throw HostError(.cancelled, "\(name) was interrupted") }
            return Outcome(
                status: status, output: String(decoding: record.standardOutput, as: UTF8.self),
                errors: String(decoding: record.standardError, as: UTF8.self))
        } catch let error as HostError {
            throw error
        } catch {
            throw HostError(Task.isCancelled ? .cancelled : .rejected, "\(name) could not be run: \(error)")
        }
    }

    /// Runs a program that must succeed; returns what it has said.
    @discardableResult
    package func run(
        _ name: String, _ arguments: [String], in folder: String? = nil, setting variables: [String: String] = [:]
    ) async throws(HostError) -> String {
        let outcome = try await outcome(name, arguments, in: folder, setting: variables)
        guard outcome.status == 0 else {
            let said = (outcome.errors.isEmpty ? outcome.output : outcome.errors).split(separator: "\n").suffix(12)
            throw HostError(
                .rejected, "\(name) failed with exit status \(outcome.status)", notes: said.map { "  \($0)" })
        }
        return outcome.output
    }
}
