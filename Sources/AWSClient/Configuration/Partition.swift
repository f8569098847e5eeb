/// A part of AWS with names and accounts of its own. Source: botocore's partitions.json.
package struct Partition: Hashable, Sendable {
    /// As in an ARN: `aws`, `aws-cn`.
    package let id: String
    /// The start of its regions' names.
    private let regionPrefix: String
    /// What its services' names end in.
    package let suffix: String
    /// The same for services that answer on IPv6 too.
    package let dualStackSuffix: String

    /// The partition of a region. A region that no other partition has is one of `aws`, which grows.
    package init(ofRegion region: String) {
        self = Partition.others.first { region.hasPrefix($0.regionPrefix) } ?? .commercial
    }

    private init(_ id: String, _ regionPrefix: String, _ suffix: String, _ dualStackSuffix: String) {
        self.id = id
        self.regionPrefix = regionPrefix
        self.suffix = suffix
        self.dualStackSuffix = dualStackSuffix
    }

    private static let commercial = Partition("aws", "", "amazonaws.com", "api.aws")

    private static let others = [
        Partition("aws-cn", "cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        Partition("aws-us-gov", "us-gov-", "amazonaws.com", "api.aws"),
        Partition("aws-eusc", "eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
        Partition("aws-iso", "us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
        Partition("aws-iso-b", "us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
        Partition("aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
        Partition("aws-iso-f", "us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
    ]
}
