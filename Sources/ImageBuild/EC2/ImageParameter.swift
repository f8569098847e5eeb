package import AWSClient

/// The parameter of Systems Manager that names the latest image.
package struct ImageParameter: Sendable {
    private let name: String
    private let ssm: SSM
    private let timer: WaitTimer

    package init(_ name: String, _ ssm: SSM, _ timer: WaitTimer) {
        self.name = name
        self.ssm = ssm
        self.timer = timer
    }

    /// How often it is read back, and the pause before each time.
    private static let readings = 15
    private static let pause = Duration.seconds(2)

    /// Sets it, and reads it back: Systems Manager answers before it has looked whether there is such an image, and then
    /// drops what is none. Source: "Native parameter support for AMI IDs" in its user guide.
    package func set(_ imageID: String) async throws(HostError) {
        guard try await value() != imageID else { return }
        let writing = SSM.Writing(
            name: name, value: imageID, description: "The image of Pgpool-II for Aurora that was published last",
            dataType: "aws:ec2:image", overwrites: true)
        _ = try await asHost { () throws(AWSError) in try await ssm.putParameter(writing) }
        for reading in 1...ImageParameter.readings {
            guard try await value() != imageID else { return }
            guard reading < ImageParameter.readings else { break }
            do { try await timer.sleep(ImageParameter.pause) } catch { throw HostError(.cancelled, "interrupted") }
        }
        throw HostError(
            .rejected, "Systems Manager took \(imageID) for \(name), and does not show it",
            notes: ["it checks in the background that it may see the image: the caller needs ec2:DescribeImages"])
    }

    /// Nil when there is no such parameter.
    private func value() async throws(HostError) -> String? {
        do throws(AWSError) {
            return try await ssm.getParameter(name).value
        } catch {
            guard error.isNotFound else { throw HostError(error) }
            return nil
        }
    }
}
