import FoundationEssentials
import Glibc
package import ImageBuild
import LocalFiles

/// Makes the disks of a virtual machine.
package struct DiskMaker: Sendable {
    private let tools: Toolbox

    package init(_ tools: Toolbox) {
        self.tools = tools
    }

    /// The label by which the guest finds the artifacts.
    package static let artifactLabel = "PGAURORA"

    /// The disk by which cloud-init gets what an instance of EC2 gets from its metadata.
    ///
    /// Source: "NoCloud" in cloud-init's documentation.
    package func makeSeed(_ path: String, instanceID: String, userData: [UInt8]) async throws(HostError) {
        let folder = "\(path).d"
        try files { () throws(FileError) in try FileSystem.makeFolder(folder, mode: 0o700) }
        defer { FileSystem.remove(folder: folder) }
        try files { () throws(FileError) in
            try FileSystem.replace("\(folder)/user-data", userData, isSynced: false)
            try FileSystem.replace(
                "\(folder)/meta-data", "instance-id: \(instanceID)\nlocal-hostname: pgpool-aurora\n", isSynced: false)
        }
        try await tools.run(
            LocalTool.makeISO.rawValue,
            [
                "-quiet", "-output", path, "-volid", "cidata", "-joliet", "-rock", "\(folder)/user-data",
                "\(folder)/meta-data",
            ])
    }

    /// A file system with these files, by the names that they get in it; nobody writes to it.
    package func makeArtifacts(_ path: String, of contents: [String: String]) async throws(HostError) {
        try await makeArtifacts(path) { folder throws(HostError) in
            var size = 0
            for (name, file) in contents {
                size += FileSystem.status(file).map { Int($0.st_size) } ?? 0
                try await tools.run("cp", ["--reflink=auto", "--", file, "\(folder)/\(name)"])
            }
            return size
        }
    }

    /// The same of files that are nowhere yet; root of the guest alone can read them.
    package func makeArtifacts(_ path: String, texts: [String: [UInt8]]) async throws(HostError) {
        try await makeArtifacts(path) { folder throws(HostError) in
            for (name, text) in texts {
                try files { () throws(FileError) in
                    try FileSystem.replace("\(folder)/\(name)", text, mode: 0o600, isSynced: false)
                }
            }
            return texts.values.map(\.count).reduce(0, +)
        }
    }

    /// Of what `fill` lays into a folder, which returns its bytes.
    private func makeArtifacts(
        _ path: String, fill: (String) async throws(HostError) -> Int
    ) async throws(HostError) {
        let folder = "\(path).d"
        try files { () throws(FileError) in try FileSystem.makeFolder(folder, mode: 0o700) }
        defer { FileSystem.remove(folder: folder) }
        // With room for what the file system itself takes.
        let mebibytes = try await fill(folder) / (1 << 20) * 11 / 10 + 8
        try await tools.run(
            LocalTool.makeFileSystem.rawValue,
            [
                "-q", "-F", "-L", DiskMaker.artifactLabel, "-m", "0", "-O", "^has_journal", "-E", "root_owner=0:0",
                "-d", folder, path, "\(mebibytes)M",
            ])
    }

    /// A disk that has what another one has, until it is written to.
    package func makeOverlay(_ path: String, on base: String, format: String, gibibytes: Int) async throws(HostError) {
        let least = try await size(of: base, format: format)
        try await tools.run(
            LocalTool.qemuImage.rawValue,
            ["create", "-q", "-f", "qcow2", "-b", base, "-F", format, path, "\(max(least, gibibytes << 30))"])
    }

    /// Bytes, as the guest sees it.
    package func size(of disk: String, format: String) async throws(HostError) -> Int {
        let text = try await tools.run(
            LocalTool.qemuImage.rawValue, ["info", "--output=json", "-f", format, "-U", disk])
        struct Info: Decodable {
            var size: Int

            private enum CodingKeys: String, CodingKey { case size = "virtual-size" }
        }
        do {
            return try JSONDecoder().decode(Info.self, from: Data(text.utf8)).size
        } catch {
            throw HostError(.rejected, "qemu-img does not say how big \(disk) is")
        }
    }

    /// A disk that needs no other one any more.
    package func flatten(_ disk: String, to path: String) async throws(HostError) {
        try await tools.run(LocalTool.qemuImage.rawValue, ["convert", "-f", "qcow2", "-O", "qcow2", disk, path])
    }
}
