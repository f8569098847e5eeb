extension HTTPURL {
    /// Makes S3's address that of a bucket: at AWS itself the bucket's name stands before the host's, elsewhere it begins
    /// the path. The latter goes for names of several labels too, for which AWS's certificate is not good.
    mutating func address(bucket: String, region: String) {
        if isS3(inRegion: region), !bucket.isEmpty, bucket.utf8.allSatisfy(HTTPURL.isOfLabel) {
            host = "\(bucket).\(host)"
        } else {
            path = (path.hasSuffix("/") ? path : path + "/") + PercentEncoding.encode(bucket)
        }
    }

    /// Whether this is S3's own host, and not one like it or an endpoint in a VPC.
    private func isS3(inRegion region: String) -> Bool {
        ["s3.", "s3-fips."].contains { host.hasPrefix($0) } && host.hasSuffix(".\(Partition(ofRegion: region).suffix)")
    }

    private static func isOfLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
