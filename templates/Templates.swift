/// The templates of the files that pgpool-aurora renders, embedded in the binary: one file of `templates/` each.
package enum Templates {
    /// The text of each template by its file name, such as `pgpool.conf.tpl`.
    package static let all: [String: String] = Dictionary(
        EmbeddedFiles.all.map { ($0.path, $0.text) }, uniquingKeysWith: { first, _ in first })
}
