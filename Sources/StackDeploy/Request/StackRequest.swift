import Crypto
import FoundationEssentials

/// What is to be deployed under which name.
package struct StackRequest: Sendable {
    package var name: String
    /// CloudFormation's JSON or YAML.
    package var template: String
    /// The template's own; those that are left out have their defaults.
    package var parameters: [String: String]
    /// For the stack and its resources.
    package var tags: [String: String]
    /// What the template may make besides: `CAPABILITY_IAM`, `CAPABILITY_NAMED_IAM`.
    package var capabilities: [String]

    package init(
        name: String, template: String, parameters: [String: String], tags: [String: String] = [:],
        capabilities: [String] = ["CAPABILITY_IAM"]
    ) {
        self.name = name
        self.template = template
        self.parameters = parameters
        self.tags = tags
        self.capabilities = capabilities
    }

    /// Tells requests of different content apart.
    var digest: String {
        let lines = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let marks = tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return ShortDigest.of([template] + [lines, marks, capabilities.sorted()].map { $0.joined(separator: "\u{0}") })
    }

    /// A letter first, then letters, digits and hyphens, as CloudFormation wants a stack's name.
    package static func isName(_ text: String) -> Bool {
        guard (1...128).contains(text.utf8.count), let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}

/// A few digits that stand for texts.
enum ShortDigest {
    static func of(_ texts: [String], length: Int = 16) -> String {
        var hash = SHA256()
        for text in texts {
            // The length keeps one text's end from being the next one's beginning.
            hash.update(data: Data("\(text.utf8.count):".utf8))
            hash.update(data: Data(text.utf8))
        }
        return String(hash.finalize().flatMap { [$0 >> 4, $0 & 15] }.map { digits[Int($0)] }.prefix(length))
    }

    private static let digits = Array("0123456789abcdef")
}
