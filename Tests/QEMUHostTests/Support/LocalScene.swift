import AWSClient
import FoundationEssentials
import Glibc
import ImageBuild
import LocalFiles
import QEMUHost
import Synchronization
import TestBasics

/// A folder to build in, and what builds there tell. What runs in it ends with it.
final class LocalScene: Sendable {
    let folder: TemporaryFolder
    let buildID: BuildID
    private let heard = Mutex<[String]>([])

    init() throws {
        folder = try TemporaryFolder()
        buildID = BuildID(at: Date(), random: .random(in: 0 ... .max))
    }

    deinit {
        for key in FileSystem.names(in: InstanceFolder.all(in: dataFolder)) {
            InstanceFolder(key, in: dataFolder).process?.send(SIGKILL)
        }
    }

    var dataFolder: String { "\(folder.path)/data" }
    var events: [String] { heard.withLock { $0 } }

    static let toolbox = Toolbox(path: ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")

    /// A line as a guest of the build says it.
    func line(_ text: String) -> String { "\r\nPGPOOL-AURORA \(buildID) \(text)\r\n" }

    /// The plan of a build whose guest is a boot sector.
    func plan(_ guest: BootSector, isTested: Bool = false, keeps: Bool = false) throws -> BuildPlan {
        let disk = "\(folder.path)/guest.raw"
        try guest.write(disk)
        let tool = try folder.write("tool", "#!/bin/sh\necho 1\n")
        let sum = sha256Text(of: Array(try Data(contentsOf: URL(filePath: disk))))
        let local = LocalPlan(
            dataFolder: dataFolder, cacheFolder: "\(folder.path)/cache",
            base: .disk(path: disk, format: "raw", sha256: sum), accelerator: .tcg, volumeSize: 1, memory: 64,
            processors: 1)
        return BuildPlan(
            buildID: buildID, toolVersion: "0", created: Date(), provider: "local", base: "unknown",
            baseImage: local.baseImage, architecture: "x86_64", imageName: "image-\(buildID)", tags: [:],
            inputs: [BuildInput("build", buildID.text)], deadline: 120, isTested: isTested, keepsOnFailure: keeps,
            variables: [:], guestFiles: ["run.sh": "exit 0\n"],
            artifacts: [
                Artifact(.tool, path: tool, sha256: sha256Text(of: Array("#!/bin/sh\necho 1\n".utf8)), size: 17)
            ],
            publication: Publication(
                ssmParameter: "", parametersFile: "\(folder.path)/stack.yaml", previousImage: nil,
                manifestFolder: folder.path), local: local)
    }

    func host(
        _ plan: BuildPlan, now: @escaping @Sendable () -> Date = { Date() }, trial: ImageTrial? = nil
    ) throws -> QEMUHost {
        guard let own = plan.local else { throw NoLocalPlan() }
        return QEMUHost(
            plan, own, tools: LocalScene.toolbox, timer: WaitTimer(ContinuousClock()), now: now, trial: trial,
            say: { _ in })
    }

    struct NoLocalPlan: Error {}

    /// Builds as the command does.
    func build(
        _ plan: BuildPlan, deadline: Duration = .seconds(120), trial: ImageTrial? = nil
    ) async throws -> BuildResult {
        let journal = try await Journal.begin(
            plan, in: Journal.Folder("\(folder.path)/state"), now: { Date() })
        return await BuildFlow(
            host: try host(plan, trial: trial), journal: journal, runtime: runtime, pace: LocalScene.pace,
            deadline: deadline
        ).run()
    }

    var runtime: BuildRuntime {
        BuildRuntime(
            timer: WaitTimer(ContinuousClock()), now: { Date() }, random: { 0.5 },
            report: { [self] event in heard.withLock { $0.append("\(event)") } })
    }

    static var pace: BuildPace {
        var pace = BuildPace(poll: .milliseconds(100))
        pace.lateConsole = .seconds(1)
        pace.settle = .seconds(1)
        return pace
    }

    /// The names of what is left, instances and images.
    var leftovers: [String] {
        FileSystem.names(in: InstanceFolder.all(in: dataFolder)) + FileSystem.names(in: LocalImage.all(in: dataFolder))
    }
}
