import Crypto
import Glibc
package import LocalFiles
package import PgpoolConfig

/// The generations of a host: complete sets of files, of which one is in force.
package struct Generations: Sendable {
    package let paths: InstallPaths
    package let owner: FileSystem.Owner

    package init(paths: InstallPaths, owner: FileSystem.Owner) {
        self.paths = paths
        self.owner = owner
    }

    /// The name of the generation in force; nil before the first.
    package var current: String? {
        FileSystem.destination(ofLink: paths.current)?.split(separator: "/").last.map(String.init)
    }

    /// The generation that pgpool was last told of; nil when that is not known.
    package var applied: String? { line(of: paths.applied) }

    /// The generations in the order of their use, the last first, the one in force in front.
    package var history: [String] {
        let names = recordedHistory
        guard let current else { return names }
        return [current] + names.filter { $0 != current }
    }

    private func line(of path: String) -> String? {
        let bytes = (try? FileSystem.read(path)) ?? nil
        return bytes.map { String(decoding: $0.prefix { $0 != 0x0A }, as: UTF8.self) }
    }

    package func folder(_ name: String) -> String { "\(paths.generations)/\(name)" }

    /// The files of a generation by their names; those that are not there are left out.
    package func files(_ name: String) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for file in Rendering.fileNames {
            files[file] = (try? FileSystem.read("\(folder(name))/\(file)")) ?? nil
        }
        return files
    }

    /// The digest of a set of files: 64 hexadecimal digits of SHA-256 over names, lengths and bytes. The PCP hash in it
    /// is random, so it says nothing of a password.
    package static func digest(_ files: [RenderedFile]) -> String {
        var hash = SHA256()
        for file in files {
            hash.update(data: Array("\(file.name) \(file.text.utf8.count)\n".utf8))
            hash.update(data: Array(file.text.utf8))
        }
        return hexadecimal(hash.finalize())
    }

    /// Puts a set of files in force: writes it as a generation, syncs and reads it back, and swaps the link.
    package func install(_ files: [RenderedFile]) throws(FileError) -> Installed {
        try FileSystem.makeFolder(paths.generations, mode: 0o755)
        for folder in [paths.folder, paths.generations] where !FileSystem.mayEnter(folder, owner) {
            throw FileError(
                .cannotWrite, "\(folder) is closed to \(owner.name), who runs pgpool; `chmod 755 \(folder)` opens it")
        }
        removeLeftovers()
        let digest = Generations.digest(files)
        if let current, current.hasPrefix(digest), isIntact(current, files) {
            // A run that was killed after the swap left the rest to the next one.
            try recordHistory(history)
            return Installed(name: current, wasCurrent: true, kept: try linkPgdoctorConfig())
        }
        let name = try write(files, digest: digest)
        return Installed(name: name, wasCurrent: false, kept: try switchTo(name))
    }

    /// What an installation did.
    package struct Installed: Sendable {
        /// The generation in force.
        package var name: String
        /// Whether it was in force already.
        package var wasCurrent: Bool
        /// Where somebody else's pgdoctor.cfg is kept; nil when none was there.
        package var kept: String?
    }

    /// Goes back to the generation before the one in force; returns its name.
    package func rollBack() throws(FileError) -> String {
        removeLeftovers()
        guard let older = history.dropFirst().first(where: { FileSystem.status(folder($0)) != nil }) else {
            throw FileError(.missing, "there is no older generation below \(paths.generations)")
        }
        _ = try switchTo(older)
        return older
    }

    private func switchTo(_ name: String) throws(FileError) -> String? {
        let order = [name] + history.filter { $0 != name }
        try FileSystem.replaceLink(paths.current, to: "generations/\(name)")
        try recordHistory(order)
        return try linkPgdoctorConfig()
    }

    private var recordedHistory: [String] {
        let bytes = (try? FileSystem.read(paths.history)) ?? nil
        return String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Only the last few are of any use.
    private func recordHistory(_ names: [String]) throws(FileError) {
        let kept = Array(names.prefix(Generations.historyLength))
        guard kept != recordedHistory else { return }
        try FileSystem.replace(paths.history, kept.map { $0 + "\n" }.joined(), mode: 0o644)
    }

    private static let historyLength = 8

    /// Removes the generations that nobody goes back to: all but the one in force, the one before it, and the one that
    /// pgpool was last told of.
    package func prune() {
        let kept = Set(history.prefix(2) + [applied].compactMap(\.self))
        for name in FileSystem.names(in: paths.generations) where !kept.contains(name) {
            FileSystem.remove(folder: folder(name))
        }
    }

    /// Forgets which generation pgpool was last told of.
    package func forgetApplied() throws(FileError) {
        guard FileSystem.status(paths.applied) != nil else { return }
        try FileSystem.remove(paths.applied)
    }

    /// Records that pgpool was told of a generation.
    package func recordApplied(_ name: String) throws(FileError) {
        guard applied != name else { return }
        try FileSystem.replace(paths.applied, name + "\n", mode: 0o644)
    }

    // MARK: - Writing

    /// A generation of this digest that is as it was written, or a new one.
    private func write(_ files: [RenderedFile], digest: String) throws(FileError) -> String {
        // One that somebody has edited keeps its name until it is pruned; the next free name takes its place.
        var name = digest
        var number = 2
        while FileSystem.status(folder(name)) != nil {
            if isIntact(name, files) { return name }
            name = "\(digest)-\(number)"
            number += 1
        }
        let temporary = folder(Generations.temporaryPrefix + name)
        do throws(FileError) {
            try FileSystem.makeFolder(temporary, mode: 0o700)
            for file in files {
                try FileSystem.create("\(temporary)/\(file.name)", file.text, owner: owner)
            }
            guard chown(temporary, owner.user, owner.group) == 0 else {
                throw FileError(.cannotWrite, "cannot give \(temporary) to \(owner.name)")
            }
            try FileSystem.syncFolder(temporary)
            for file in files {
                guard let bytes = try FileSystem.read("\(temporary)/\(file.name)"), bytes.elementsEqual(file.text.utf8)
                else {
                    throw FileError(.damaged, "\(temporary)/\(file.name) does not read back as it was written")
                }
            }
            try FileSystem.rename(temporary, to: folder(name))
        } catch {
            FileSystem.remove(folder: temporary)
            throw error
        }
        return name
    }

    private static let temporaryPrefix = ".new-"

    /// What killed runs left: folders that never became a generation, and files that never took their names.
    private func removeLeftovers() {
        for name in FileSystem.names(in: paths.generations) where name.hasPrefix(Generations.temporaryPrefix) {
            FileSystem.remove(folder: folder(name))
        }
        for path in [paths.current, paths.history, paths.applied, paths.started, paths.pgdoctorConfig] {
            FileSystem.removeTemporary(of: path)
        }
    }

    /// Whether a generation holds these files with the right owner and mode.
    private func isIntact(_ name: String, _ files: [RenderedFile]) -> Bool {
        func isOurs(_ path: String, mode: mode_t) -> Bool {
            guard let status = FileSystem.status(path) else { return false }
            return status.st_uid == owner.user && status.st_mode & 0o7777 == mode
        }
        guard isOurs(folder(name), mode: 0o700) else { return false }
        return files.allSatisfy { file in
            let path = "\(folder(name))/\(file.name)"
            guard isOurs(path, mode: 0o600), let bytes = (try? FileSystem.read(path)) ?? nil else { return false }
            return bytes.elementsEqual(file.text.utf8)
        }
    }

    /// `/etc/pgdoctor.cfg` is a link into the generation in force. A file or link of somebody else's is kept beside it;
    /// returns under what name.
    private func linkPgdoctorConfig() throws(FileError) -> String? {
        // Relative, so that it holds below another root too.
        let target = "pgpool-aurora/current/\(PgdoctorFile.name)"
        guard FileSystem.destination(ofLink: paths.pgdoctorConfig) != target else { return nil }
        var kept: String?
        if FileSystem.exists(paths.pgdoctorConfig) {
            let stem = paths.pgdoctorConfig + ".before-pgpool-aurora"
            var name = stem
            var number = 2
            while FileSystem.exists(name) {
                name = "\(stem)-\(number)"
                number += 1
            }
            try FileSystem.rename(paths.pgdoctorConfig, to: name)
            kept = name
        }
        try FileSystem.replaceLink(paths.pgdoctorConfig, to: target)
        return kept
    }
}

/// Bytes as lower-case hexadecimal digits.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
