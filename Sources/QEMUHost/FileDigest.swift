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
                return digest.finalize().map { byte in
                    let text = String(byte, radix: 16)
                    return text.utf8.count == 1 ? "0" + text : text
                }.joined()
            }
        } catch {
            throw HostError(.rejected, "cannot read \(path): \(error)")
        }
    }
}
