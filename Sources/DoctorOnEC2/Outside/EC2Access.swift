package import AWSClient
package import Diagnostics

/// What is outside of the doctor on an instance: its metadata and AWS. The command builds it, at the first need.
package struct EC2Access: Sendable {
    /// Why there is no client. The compiler does not see the use in a closure's type, so it has a name.
    package typealias ClientError = DiagnosticsError
    /// What stands at a path of the metadata; nil when nothing does.
    package var metadata: @Sendable (String) async throws(InstanceMetadataError) -> String?
    /// A client for the instance's own region.
    package var client: @Sendable () async throws(ClientError) -> AWSClient

    package init(
        metadata: @escaping @Sendable (String) async throws(InstanceMetadataError) -> String?,
        client: @escaping @Sendable () async throws(ClientError) -> AWSClient
    ) {
        self.metadata = metadata
        self.client = client
    }
}
