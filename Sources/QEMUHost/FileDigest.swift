import AWSClient
import Crypto
import ImageBuild
import LocalFiles
import SystemPackage

/// Digests of files that are too big to be read at once.
enum FileDigest {
    /// In lower-case hexadecimal.
    static func sha256(of path: String) throws(HostError) -> String {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
            return try file.closeAfter {
                var digest = SHA256()
                var buffer = [UInt8](repeating: 0, count: 1 << 20)
                while true {
                    let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                    guard count > 0 else { break }
                    digest.update(data: buffer[..<count])
                }
                return hexadecimal(digest.finalize())
            }
        } catch {
            throw HostError(.rejected, "cannot read \(path): \(error)")
        }
    }

    /// A file must be what it was when the build was planned.
    static func check(_ path: String, is sha256: String) throws(HostError) {
        guard try self.sha256(of: path) == sha256 else {
            throw HostError(
                .rejected, "\(path) is not what it was when the build was planned", notes: ["begin a new build"])
        }
    }
}
