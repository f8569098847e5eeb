/// One of the words that EC2 has for something. One that it adds later is kept as it is.
package protocol EC2Word: Hashable, Sendable, CustomStringConvertible {
    /// Those that we know, as EC2 writes them.
    static var words: [Self: String] { get }

    static func other(_ word: String) -> Self

    /// A word that we do not know.
    var otherWord: String? { get }
}

extension EC2Word {
    package init(_ word: String) {
        self = Self.words.first { $0.value == word }?.key ?? .other(word)
    }

    /// As EC2 writes it.
    package var description: String { otherWord ?? Self.words[self] ?? "" }
}

extension EC2 {
    package enum Architecture: EC2Word {
        case x86_64
        case arm64
        case other(String)

        package static let words: [Self: String] = [.x86_64: "x86_64", .arm64: "arm64"]
        package var otherWord: String? { if case .other(let word) = self { word } else { nil } }
    }

    package enum BootMode: EC2Word {
        case legacyBIOS
        case uefi
        case uefiPreferred
        case other(String)

        package static let words: [Self: String] = [
            .legacyBIOS: "legacy-bios", .uefi: "uefi", .uefiPreferred: "uefi-preferred",
        ]
        package var otherWord: String? { if case .other(let word) = self { word } else { nil } }
    }
}
