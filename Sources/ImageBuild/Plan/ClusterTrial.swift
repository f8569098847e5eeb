/// A cluster that a new image is tried on: its pgpool must read from the reader and write to the writer.
package struct ClusterTrial: Codable, Hashable, Sendable {
    /// `host:port`, as this machine reaches it.
    package var writer: String
    package var reader: String
    /// The spec, by an absolute path: it says who logs in.
    package var config: String
    /// Of the guest.
    package var pgpoolPort: Int
    package var healthPort: Int

    package init(writer: String, reader: String, config: String, pgpoolPort: Int, healthPort: Int) {
        self.writer = writer
        self.reader = reader
        self.config = config
        self.pgpoolPort = pgpoolPort
        self.healthPort = healthPort
    }
}
