import AWSClient
import Crypto
import FoundationEssentials

/// Something that decides what is in the image, by name and digest.
package struct BuildInput: Codable, Hashable, Sendable {
    package var name: String
    /// In lower-case hexadecimal.
    package var sha256: String

    package init(_ name: String, _ text: String) {
        self.name = name
        sha256 = sha256Text(of: Array(text.utf8))
    }

    /// A file that is known by its digest.
    package init(_ name: String, sha256: String) {
        self.name = name
        self.sha256 = sha256
    }

    /// One digest over all of them, whatever their order.
    package static func digest(of inputs: [BuildInput]) -> String {
        let lines = inputs.map { "\($0.sha256)  \($0.name)\n" }.sorted()
        return sha256Text(of: Array(lines.joined().utf8))
    }
}

/// In lower-case hexadecimal, as `sha256sum` prints it.
package func sha256Text(of bytes: [UInt8]) -> String {
    hexadecimal(SHA256.hash(data: bytes))
}
