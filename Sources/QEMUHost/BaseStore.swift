import FoundationEssentials
import Glibc
package import ImageBuild
import LocalFiles

/// The bases that have been made on this machine, by the digests of their recipes.
package struct BaseStore: Sendable {
    /// What a machine starts from.
    package struct Base: Hashable, Sendable {
        package var disk: String
        package var format: String
        /// The folder that has kernel and initrd; nil for a disk with a loader of its own.
        package var kernelFolder: String?

        package init(disk: String, format: String, kernelFolder: String?) {
            self.disk = disk
            self.format = format
            self.kernelFolder = kernelFolder
        }
    }

    private let folder: String
    private let tools: Toolbox
    private let say: @Sendable (String) -> Void

    package init(_ cacheFolder: String, _ tools: Toolbox, say: @escaping @Sendable (String) -> Void) {
        folder = "\(cacheFolder)/bases"
        self.tools = tools
        self.say = say
    }

    /// The base of a plan, as it was when the build was planned; made if it is not there yet.
    package func base(_ base: LocalPlan.Base) async throws(HostError) -> Base {
        switch base {
        case .disk(let path, let format, let sha256):
            guard try FileDigest.sha256(of: path) == sha256 else {
                throw HostError(
                    .rejected, "\(path) is not what it was when the build was planned", notes: ["begin a new build"])
            }
            return Base(disk: path, format: format, kernelFolder: nil)
        case .debian(let recipe): return try await made(recipe)
        }
    }

    package func path(of recipe: DebianRecipe) -> String { "\(folder)/\(recipe.suite)-\(recipe.digest)" }

    package func has(_ recipe: DebianRecipe) -> Bool { FileSystem.isFolder(path(of: recipe)) }

    private func made(_ recipe: DebianRecipe) async throws(HostError) -> Base {
        let path = path(of: recipe)
        if !has(recipe) {
            try files { () throws(FileError) in try FileSystem.makeFolder(folder, mode: 0o700) }
            let lock = try await files { () async throws(FileError) in
                try await FileLock.acquire(
                    "\(path).lock", purpose: "another build makes this base", timeout: .seconds(1800),
                    clock: ContinuousClock())
            }
            defer { withExtendedLifetime(lock) {} }
            if !has(recipe) { try await make(recipe, as: path) }
        }
        return Base(disk: "\(path)/disk.qcow2", format: "qcow2", kernelFolder: path)
    }

    /// Nobody else makes it now: whoever began it is dead.
    private func make(_ recipe: DebianRecipe, as path: String) async throws(HostError) {
        removeParts(of: recipe)
        say("making the base, Debian \(recipe.suite); it is kept in \(path)")
        // A name of its own: who was killed may have left a program that still writes.
        let part = "\(path).\(UInt64.random(in: 0 ... .max)).part"
        try files { () throws(FileError) in try FileSystem.makeFolder(part, mode: 0o700) }
        do throws(HostError) {
            try await make(recipe, in: part)
            try files { () throws(FileError) in try FileSystem.rename(part, to: path) }
            removeOld(recipe)
        } catch {
            removeParts(of: recipe)
            throw error
        }
    }

    /// A build's machines read from their base for as long as it goes on, which is never for a month.
    private func removeOld(_ recipe: DebianRecipe) {
        for name in FileSystem.names(in: folder)
        where name.wholeMatch(of: /[a-z]+-[0-9a-f]{16}/) != nil && name.hasPrefix("\(recipe.suite)-") {
            let path = "\(folder)/\(name)"
            guard let status = FileSystem.status(path), time(nil) - status.st_mtim.tv_sec > 30 * 86_400 else {
                continue
            }
            try? FileManager.default.removeItem(atPath: path)
            unlink("\(path).lock")
        }
    }

    private func removeParts(of recipe: DebianRecipe) {
        let begin = "\(recipe.suite)-\(recipe.digest)."
        for name in FileSystem.names(in: folder) where name.hasPrefix(begin) && name.hasSuffix(".part") {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
    }

    private func make(_ recipe: DebianRecipe, in part: String) async throws(HostError) {
        let isRoot = geteuid() == 0
        // Who is not root makes the root as another user, who may not enter here.
        try await tools.run(
            LocalTool.makeRoot.rawValue, recipe.arguments(output: "\(part)/root.tar"), in: part,
            setting: isRoot ? ["TMPDIR": part] : [:])
        let script = ["sh", "-eu", "-c", DebianRecipe.diskScript]
        let words = isRoot ? script : [LocalTool.unshare.rawValue, "--map-root-user", "--map-auto"] + script
        try await tools.run(words[0], Array(words.dropFirst()), in: part)
        try await tools.run(
            LocalTool.qemuImage.rawValue, ["convert", "-f", "raw", "-O", "qcow2", "disk.raw", "disk.qcow2"], in: part)
        try files { () throws(FileError) in
            try FileSystem.remove("\(part)/disk.raw")
            try FileSystem.remove("\(part)/root.tar")
        }
    }
}
