/// What runs in a guest that becomes an image, and in one that tests it, embedded in the binary: one file of `ami/` each.
package enum Provisioning {
    /// The text of each file by its path below `ami/`, such as `install/10-tool.sh`.
    package static let all: [String: String] = Dictionary(
        EmbeddedFiles.all.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first })
}
