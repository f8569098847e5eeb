/// What an instance of a build is for.
package enum GuestRole: String, Codable, CaseIterable, Hashable, Sendable {
    /// Becomes the image.
    case install
    /// Boots the image, and says whether all is well.
    case test
}
