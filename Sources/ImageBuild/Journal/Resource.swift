/// Something outside that a build makes, known by its key before it is made.
package struct Resource: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable {
        case object
        case securityGroup = "security-group"
        case instance
        case image
    }

    package var kind: Kind
    /// Its own name, or the token that is given when it is made: asking again with the same key makes no second one.
    package var key: String
    /// Of an instance.
    package var role: GuestRole?
    /// Of an instance: which place of the plan it is launched in.
    package var place: Int?

    package init(_ kind: Kind, _ key: String, role: GuestRole? = nil, place: Int? = nil) {
        self.kind = kind
        self.key = key
        self.role = role
        self.place = place
    }
}

extension Resource: CustomStringConvertible {
    /// `security group pgpool-aurora-…`
    package var description: String { "\(kind.rawValue.replacing("-", with: " ")) \(key)" }
}
