import FoundationEssentials
import Glibc
package import ImageBuild
import LocalFiles

extension QEMUHost {
    package func launch(_ launch: InstanceLaunch) async throws(HostError) -> String {
        let folder = folder(launch.resource.key)
        do throws(HostError) {
            if !folder.isThere { try await prepare(folder, launch) }
            // One that has ended is not started again.
            if !folder.hasBegun { try await start(folder, launch.resource.role) }
        } catch {
            // Nobody will look for what was never launched, and there may be passwords in it.
            await Task { [timer] in try? await folder.remove(timer) }.value
            throw error
        }
        return folder.key
    }

    /// Lays out all that the machine is made of, and gives it its name at one go.
    private func prepare(_ folder: InstanceFolder, _ launch: InstanceLaunch) async throws(HostError) {
        let part = folder.partialPath
        try? FileManager.default.removeItem(atPath: part)
        let base = try await base(of: launch)
        try files { () throws(FileError) in try FileSystem.makeFolder(part, mode: 0o700) }
        let disks = DiskMaker(tools)
        try await disks.makeOverlay(
            "\(part)/\(InstanceFolder.Name.disk)", on: base.disk, format: base.format, gibibytes: own.volumeSize)
        try await disks.makeSeed(
            "\(part)/\(InstanceFolder.Name.seed)", instanceID: folder.key, userData: launch.userData)
        let artifacts = "\(part)/\(InstanceFolder.Name.artifacts)"
        if launch.resource.role == .install {
            try await disks.makeArtifacts(artifacts, of: try artifactFiles())
        } else {
            try await disks.makeArtifacts(artifacts, texts: try await trial?.files() ?? [:])
        }
        if let kernels = base.kernelFolder {
            for name in [InstanceFolder.Name.kernel, InstanceFolder.Name.initrd] {
                try await tools.run("cp", ["--reflink=auto", "--", "\(kernels)/\(name)", "\(part)/\(name)"])
            }
        }
        try files { () throws(FileError) in try FileSystem.rename(part, to: folder.path) }
    }

    private func base(of launch: InstanceLaunch) async throws(HostError) -> BaseStore.Base {
        guard launch.imageID != plan.baseImage else { return try await bases.base(own.base) }
        let image = localImage(launch.imageID)
        guard image.isThere else { throw HostError(.rejected, "there is no image \(image.id) in \(image.path)") }
        return BaseStore.Base(disk: image.disk, format: "qcow2", kernelFolder: image.hasKernel ? image.path : nil)
    }

    /// By the names that they have on the disk, as they were when the build was planned.
    private func artifactFiles() throws(HostError) -> [String: String] {
        var files: [String: String] = [:]
        for artifact in plan.artifacts {
            guard let path = artifact.path else { continue }
            guard try FileDigest.sha256(of: path) == artifact.sha256 else {
                throw HostError(
                    .rejected, "\(path) is not what it was when the build was planned", notes: ["begin a new build"])
            }
            files[artifact.name.rawValue] = path
        }
        return files
    }

    /// QEMU goes into the background by itself once it has all that it needs, and outlives this process.
    private func start(_ folder: InstanceFolder, _ role: GuestRole?) async throws(HostError) {
        let arguments = MachineArguments(
            name: folder.processName, accelerator: own.accelerator, memory: own.memory, processors: own.processors,
            hasKernel: FileSystem.exists(folder.path(InstanceFolder.Name.kernel)),
            forwards: role == .test ? trial?.ports ?? [] : [])
        do throws(HostError) {
            try await tools.run(LocalTool.qemu.rawValue, arguments.words, in: folder.path)
        } catch {
            if folder.process == nil { unlink(folder.path(InstanceFolder.Name.console)) }
            throw error
        }
    }

    // MARK: - Images

    package func makeImage(_ image: Resource, of instanceID: String) async throws(HostError) -> String {
        let made = localImage(LocalImage.id(image.key, of: plan.buildID))
        guard !made.isThere else { return made.id }
        let source = folder(instanceID)
        guard source.isThere, source.process == nil else {
            throw HostError(.rejected, "\(instanceID) is not there, or has not stopped")
        }
        made.remove()
        let part = made.partialPath
        try files { () throws(FileError) in try FileSystem.makeFolder(part, mode: 0o755) }
        do throws(HostError) {
            try await DiskMaker(tools).flatten(
                source.path(InstanceFolder.Name.disk), to: "\(part)/\(LocalImage.Name.disk)")
            var hasKernel = false
            for name in [LocalImage.Name.kernel, LocalImage.Name.initrd] {
                guard FileSystem.exists(source.path(name)) else { continue }
                try await tools.run("cp", ["--reflink=auto", "--", source.path(name), "\(part)/\(name)"])
                hasKernel = true
            }
            let text = LocalImage.text(of: record(made.id, image.key, hasKernel: hasKernel))
            try await tools.run("sync", ["-f", "\(part)/\(LocalImage.Name.disk)"])
            try files { () throws(FileError) in
                try FileSystem.replace("\(part)/\(LocalImage.Name.manifest)", text, mode: 0o644)
                try FileSystem.rename(part, to: made.path)
            }
        } catch {
            made.remove()
            throw error
        }
        return made.id
    }

    private func record(_ id: String, _ name: String, hasKernel: Bool) -> LocalImage.Record {
        LocalImage.Record(
            imageID: id, imageName: name, buildID: plan.buildID.text, digest: plan.digest, base: plan.base,
            baseImage: plan.baseImage, architecture: plan.architecture, toolVersion: plan.toolVersion, created: now(),
            published: nil, commandLine: hasKernel ? DebianRecipe.commandLine : nil,
            inputs: plan.inputs.sorted { $0.name < $1.name },
            artifacts: Dictionary(
                plan.artifacts.map { ($0.name.rawValue, $0.sha256) }, uniquingKeysWith: { first, _ in first }))
    }

    package func image(_ id: String) async throws(HostError) -> HostedImage {
        localImage(id).isThere ? .available : .failed("it is not there any more")
    }
}
