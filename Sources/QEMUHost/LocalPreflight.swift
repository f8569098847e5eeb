package import ClusterSpec
package import Diagnostics
import FoundationEssentials
import Glibc
package import ImageBuild
import LocalFiles

/// Finds out before anything is made whether a build can work on this machine.
///
/// All that is wrong is found in one go.
package struct LocalPreflight: Sendable {
    /// What is known of this machine.
    package struct Machine: Sendable {
        /// As the kernel has it.
        package var architecture: String
        package var isRoot: Bool
        /// Instances and images, and bases, are below these.
        package var dataFolder: String
        package var cacheFolder: String
        /// What relative paths are relative to.
        package var specFolder: String
        /// apt's lists of sources by their paths.
        package var sources: [String: String]
        /// Since 1970.
        package var week: Int

        package init(
            architecture: String, isRoot: Bool, dataFolder: String, cacheFolder: String, specFolder: String,
            sources: [String: String], week: Int
        ) {
            self.architecture = architecture
            self.isRoot = isRoot
            self.dataFolder = dataFolder
            self.cacheFolder = cacheFolder
            self.specFolder = specFolder
            self.sources = sources
            self.week = week
        }
    }

    /// What was found.
    package struct Findings: Sendable {
        package var plan: LocalPlan
        package var warnings: [Diagnostic]
    }

    private let image: Image
    private let machine: Machine
    private let tools: Toolbox

    package init(_ image: Image, _ machine: Machine, _ tools: Toolbox) {
        self.image = image
        self.machine = machine
        self.tools = tools
    }

    package func run() async throws(BuildFailure) -> Findings {
        var errors = objections()
        // Without the programs the rest cannot be looked at.
        guard errors.isEmpty else { throw BuildFailure(.badInput, errors.sortedByLocation()) }
        let found = try await ask { () async throws(HostError) -> LocalPlan.Base? in try await base(&errors) }
        guard errors.isEmpty, let base = found else { throw BuildFailure(.badInput, errors.sortedByLocation()) }
        let acceleration = try await ask { () async throws(HostError) -> Acceleration.Finding in
            try await Acceleration(tools, folder: machine.cacheFolder).find()
        }
        var warnings = ignored()
        if acceleration.kind == .tcg {
            warnings.append(
                Diagnostic(
                    .warning,
                    "\(acceleration.reason): the processor is emulated by software, which takes about ten times as long",
                    notes: ["on two cores a build takes about ten minutes"]))
        }
        let plan = LocalPlan(
            dataFolder: machine.dataFolder, cacheFolder: machine.cacheFolder, base: base,
            accelerator: acceleration.kind, volumeSize: image.volume.size.value)
        return Findings(plan: plan, warnings: warnings)
    }

    private func ask<Value: Sendable>(
        _ question: () async throws(HostError) -> Value
    ) async throws(BuildFailure) -> Value {
        do throws(HostError) {
            return try await question()
        } catch {
            throw BuildFailure(error.code == .cancelled ? .cancelled : .badInput, [error.diagnostic()])
        }
    }

    // MARK: - What must be

    /// What can be told without running anything.
    package func objections() -> [Diagnostic] {
        var errors: [Diagnostic] = []
        func error(_ setting: Setting<some Sendable>, _ key: String, _ message: String, _ notes: [String]) {
            errors.append(Diagnostic(.error, at: setting.location, key: key, message, notes: notes))
        }
        switch image.base.value {
        case .amazonLinux2023:
            error(
                image.base, "image.base", "there is no public image of Amazon Linux 2023 that could be fetched",
                ["take `base: debian-12`, or download the KVM image from AWS and give its path"])
        case .ami, .ssm:
            error(
                image.base, "image.base", "an AMI cannot be booted on this machine",
                ["take debian-12, debian-13 or the path of a disk image"])
        case .debian12, .debian13, .disk: break
        }
        if machine.architecture != "x86_64" {
            errors.append(
                Diagnostic(
                    .error, "this machine is \(machine.architecture), and images are built here on x86_64 only",
                    notes: ["use `provider: ec2`"]))
        } else if image.architecture.value != .x86_64 {
            error(
                image.architecture, "image.architecture",
                "the image is to be for \(image.architecture.value.rawValue), and this machine is x86_64",
                ["use `provider: ec2`, which has machines of both"])
        }
        let missing = requiredTools.filter { tools.find($0.rawValue) == nil }
        if !missing.isEmpty {
            let packages = Set(missing.map(\.package)).sorted()
            errors.append(
                Diagnostic(
                    .error, "there is no \(missing.map(\.rawValue).joined(separator: ", no ")) here",
                    notes: ["on Debian: apt-get install --no-install-recommends \(packages.joined(separator: " "))"]))
        }
        if recipe != nil, image.volume.size.value < DebianRecipe.gibibytes {
            error(
                image.volume.size, "image.volume.size",
                "\(image.volume.size.value) GiB is less than the \(DebianRecipe.gibibytes) GiB of the base", [])
        }
        return errors + room()
    }

    private var requiredTools: [LocalTool] {
        var tools: [LocalTool] = [.qemu, .qemuImage, .makeFileSystem, .makeISO]
        if makesBase {
            tools.append(.makeRoot)
            // Who is not root makes it in a name space of users.
            if !machine.isRoot { tools += [.unshare, .newUserMap] }
        }
        return tools
    }

    private var recipe: DebianRecipe? {
        let sources = AptSources(files: machine.sources)
        switch image.base.value {
        case .debian12:
            return DebianRecipe(suite: "bookworm", sources: sources.lines(for: "bookworm"), week: machine.week)
        case .debian13: return DebianRecipe(suite: "trixie", sources: sources.lines(for: "trixie"), week: machine.week)
        case .amazonLinux2023, .ami, .ssm, .disk: return nil
        }
    }

    private var makesBase: Bool {
        recipe.map { !BaseStore(machine.cacheFolder, tools, say: { _ in }).has($0) } ?? false
    }

    /// A machine's disk and the image's each take about a gigabyte more than their base.
    private static let gibibytesForData = 4
    private static let gibibytesForBase = 3

    private func room() -> [Diagnostic] {
        let data = LocalPreflight.existing(machine.dataFolder)
        let cache = LocalPreflight.existing(machine.cacheFolder)
        let forBase = makesBase ? LocalPreflight.gibibytesForBase : 0
        let isOne = FileSystem.status(data)?.st_dev == FileSystem.status(cache)?.st_dev
        let needs = [
            (machine.dataFolder, LocalPreflight.gibibytesForData + (isOne ? forBase : 0)),
            (machine.cacheFolder, isOne ? 0 : forBase),
        ]
        return needs.compactMap { folder, needed in
            guard let free = LocalPreflight.freeBytes(LocalPreflight.existing(folder)), free < needed << 30 else {
                return nil
            }
            return Diagnostic(
                .error, "\(folder) has room for \(free >> 20) MiB, and a build needs \(needed << 10) MiB",
                notes: ["make room there, or set XDG_DATA_HOME and XDG_CACHE_HOME to folders elsewhere"])
        }
    }

    /// The folder, or the one that it will be made in.
    private static func existing(_ path: String) -> String {
        var folder = path
        while !FileSystem.isFolder(folder), folder != "/", folder != "." { folder = FileSystem.parent(of: folder) }
        return folder
    }

    private static func freeBytes(_ folder: String) -> Int? {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return nil }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    private func base(_ errors: inout [Diagnostic]) async throws(HostError) -> LocalPlan.Base? {
        guard case .disk(let given) = image.base.value else { return recipe.map { .debian($0) } }
        let relative = given.hasPrefix("./") ? String(given.dropFirst(2)) : given
        let path = given.hasPrefix("/") ? given : "\(machine.specFolder)/\(relative)"
        func objection(_ message: String, _ notes: [String] = []) {
            errors.append(Diagnostic(.error, at: image.base.location, key: "image.base", message, notes: notes))
        }
        guard FileSystem.exists(path), !FileSystem.isFolder(path) else {
            objection("there is no disk image \(path)")
            return nil
        }
        let text = try await tools.run(LocalTool.qemuImage.rawValue, ["info", "--output=json", "-U", path])
        struct Info: Decodable {
            var format: String
            var size: Int
            var backing: String?

            private enum CodingKeys: String, CodingKey {
                case format
                case size = "virtual-size"
                case backing = "backing-filename"
            }
        }
        guard let info = try? JSONDecoder().decode(Info.self, from: Data(text.utf8)) else {
            throw HostError(.rejected, "qemu-img does not say what \(path) is")
        }
        guard ["qcow2", "raw"].contains(info.format) else {
            objection("\(path) is of the format \(info.format)", ["convert it with `qemu-img convert -O qcow2`"])
            return nil
        }
        if let backing = info.backing {
            objection(
                "\(path) is not all of a disk: it needs \(backing) too",
                ["convert it into one with `qemu-img convert -O qcow2`"])
            return nil
        }
        let least = (info.size + (1 << 30) - 1) >> 30
        guard image.volume.size.value >= least else {
            errors.append(
                Diagnostic(
                    .error, at: image.volume.size.location, key: "image.volume.size",
                    "\(image.volume.size.value) GiB is less than the \(least) GiB of \(path)"))
            return nil
        }
        return .disk(path: path, format: info.format, sha256: try FileDigest.sha256(of: path))
    }

    // MARK: - What has no effect

    /// What the user has written that is EC2's alone: the same spec may be built there too.
    package func ignored() -> [Diagnostic] {
        var keys: [(key: String, location: SourceLocation?)] = [
            ("image.publish.ssm_parameter", image.publish.ssmParameter.location),
            ("image.volume.kms_key", image.volume.kmsKey.location),
        ]
        if image.volume.encrypted.value { keys.append(("image.volume.encrypted", image.volume.encrypted.location)) }
        return keys.filter { $0.location != nil }.map { key, location in
            Diagnostic(.warning, at: location, key: key, "has no effect on an image of this machine")
        }
    }
}
