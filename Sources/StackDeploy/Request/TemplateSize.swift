/// How a template can travel, by its size.
package enum TemplateSize: Hashable, Sendable {
    /// In the call.
    case small
    /// As an object of S3.
    case large
    /// Not at all.
    case tooLarge

    /// Bytes. Source: CloudFormation's quotas, in its user guide.
    package static let bodyLimit = 51_200
    package static let objectLimit = 1_000_000

    package init(of template: String) {
        switch template.utf8.count {
        case ...TemplateSize.bodyLimit: self = .small
        case ...TemplateSize.objectLimit: self = .large
        default: self = .tooLarge
        }
    }
}
