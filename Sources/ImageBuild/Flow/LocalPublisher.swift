import Diagnostics
import FoundationEssentials
import LocalFiles
import StackParameters

/// Writes on this machine what has been built.
package struct LocalPublisher: Sendable {
    private let publication: Publication

    package init(_ publication: Publication) {
        self.publication = publication
    }

    /// The parameter that gets the image's id.
    package static let parameter = "ami_id"

    /// Writes the image's id into the parameters file; nil if there is none. One that has another id than it had when the
    /// build was planned was changed by somebody, and is left alone.
    package func write(_ imageID: String) async throws(BuildFailure) -> String? {
        guard let file = publication.parametersFile else { return nil }
        let store = ParametersStore()
        do throws(ParametersError) {
            let present = try store.read(file)?.entry(LocalPublisher.parameter)?.value
            let isOurs = present == imageID
            let expectation =
                isOurs
                ? ParameterExpectation.anything : publication.previousImage.map { .value($0) } ?? .absent
            let change = try await store.set(file, LocalPublisher.parameter, to: imageID, expecting: expectation)
            let old = change.old.map { $0 == imageID ? "" : ", was \($0)" } ?? ""
            return "\(change.location.file):\(change.location.line): \(LocalPublisher.parameter) is \(imageID)\(old)"
        } catch {
            throw BuildFailure(
                .cannotWrite,
                error.diagnostics + [
                    Diagnostic(
                        .note,
                        "`pgpool-aurora parameters set \(file) \(LocalPublisher.parameter) \(imageID)` writes it there "
                            + "whatever it has now")
                ], isResumable: true)
        }
    }

    /// Writes the manifest, and returns its path.
    func writeManifest(_ manifest: Manifest, _ imageID: String) throws(BuildFailure) -> String {
        let path = "\(publication.manifestFolder)/\(imageID).manifest.json"
        do throws(FileError) {
            try FileSystem.makeFolder(publication.manifestFolder, mode: 0o755)
            try FileSystem.replace(path, manifest.text, mode: 0o644)
            return path
        } catch {
            throw BuildFailure(.cannotWrite, error.description, isResumable: true)
        }
    }
}
