package import AWSClient

/// The certificates by which clients know RDS's servers, as AWS publishes them.
package enum RDSCertificates {
    /// All regions of a partition in one file. Source: "Using SSL/TLS to encrypt a connection" in RDS's user guides.
    package static func address(_ partition: Partition) -> String {
        switch partition.id {
        case "aws-cn": "https://rds-truststore.s3.cn-north-1.amazonaws.com.cn/global/global-bundle.pem"
        case "aws-us-gov": "https://truststore.pki.us-gov-west-1.rds.amazonaws.com/global/global-bundle.pem"
        default: "https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem"
        }
    }
}
