package import Diagnostics

/// A value of the spec together with the place where the user wrote it.
package struct Setting<Value: Sendable>: Sendable {
    package var value: Value
    /// Where the value stands in the user's file; nil when it is our default.
    package var location: SourceLocation?

    package init(_ value: Value, at location: SourceLocation? = nil) {
        self.value = value
        self.location = location
    }

    /// Whether the user wrote it.
    package var isGiven: Bool { location != nil }
}

extension Setting: Equatable where Value: Equatable {}
