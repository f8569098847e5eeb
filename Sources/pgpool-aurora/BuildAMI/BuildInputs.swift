import AWSClient
import ClusterSpec
import Diagnostics
import FoundationEssentials
import Glibc
import ImageBuild
import LocalFiles
import StackParameters
import YAMLDocument

/// What a build takes from this machine's disk and from the network, before it is planned.
struct BuildInputs {
    /// The tool's own program, or the given one, checked for the image.
    static func tool(_ path: String?, for image: Image, _ report: BuildReport) throws(CommandFailure) -> Artifact {
        let path = path ?? FileSystem.destination(ofLink: "/proc/self/exe") ?? CommandLine.arguments[0]
        let bytes = try read(path, limit: 512 << 20)
        let findings = ToolCheck.findings(bytes, path: path, for: image)
        guard !findings.hasErrors else { throw CommandFailure(.badInput, findings) }
        for finding in findings { report.warn(finding) }
        return Artifact(.tool, path: absolute(path), sha256: sha256Text(of: bytes), size: bytes.count)
    }

    /// RDS's certificates: a file, or what AWS publishes. When that cannot be fetched here, the guest is told to.
    static func certificates(
        _ path: String?, _ partition: Partition, keptAs copy: String, _ report: BuildReport,
        fetch: (String) async throws(FetchError) -> [UInt8]
    ) async throws(CommandFailure) -> Artifact {
        if let path {
            let bytes = try read(path, limit: 16 << 20)
            guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
                throw CommandFailure(.badInput, "\(path) holds no certificate in PEM")
            }
            return Artifact(.certificates, path: absolute(path), sha256: sha256Text(of: bytes), size: bytes.count)
        }
        let address = RDSCertificates.address(partition)
        do throws(FetchError) {
            let bytes = try await fetch(address)
            guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
                throw FetchError(message: "\(address) holds no certificate in PEM")
            }
            try keep(bytes, as: copy)
            return Artifact(.certificates, path: copy, sha256: sha256Text(of: bytes), size: bytes.count)
        } catch {
            report.warn(
                Diagnostic(
                    .warning, "RDS's certificates cannot be fetched here: \(error.message)",
                    notes: ["the guest fetches them itself, from AWS over TLS; --ca-bundle FILE gives them"]))
            return Artifact(.certificates, address: address)
        }
    }

    private static func keep(_ bytes: [UInt8], as path: String) throws(FetchError) {
        do throws(FileError) {
            try FileSystem.makeFolder(FileSystem.parent(of: path), mode: 0o700)
            try FileSystem.replace(path, String(decoding: bytes, as: UTF8.self))
        } catch {
            throw FetchError(message: error.description)
        }
    }

    /// The parameters file must be one that can be written when the image is there, an hour later.
    static func publication(
        _ parameters: String?, _ image: Image, manifests: String
    ) throws(CommandFailure) -> Publication {
        var previous: String?
        if let parameters {
            do throws(ParametersError) {
                previous = try ParametersStore().read(parameters)?.entry(LocalPublisher.parameter)?.value
            } catch {
                throw CommandFailure(error)
            }
            let folder = FileSystem.parent(of: parameters)
            guard FileSystem.isFolder(folder), access(folder, W_OK) == 0 else {
                throw CommandFailure(
                    .cannotWrite, "\(parameters) could not be written: the folder \(folder) is not there or read-only")
            }
        }
        return Publication(
            ssmParameter: image.publish.ssmParameter.value, parametersFile: parameters.map(absolute),
            previousImage: previous,
            manifestFolder: parameters.map { absolute(FileSystem.parent(of: $0)) } ?? manifests)
    }

    /// A spec, whatever it is used for; `provider` counts instead of the one that it names.
    static func spec(_ path: String, provider: Image.Provider? = nil) throws(CommandFailure) -> ClusterSpec {
        let bytes = try read(path)
        do throws(DiagnosticsError) {
            return try ClusterSpec(YAMLDocument(parsing: bytes, file: path), provider: provider)
        } catch {
            throw CommandFailure(.badInput, error.diagnostics)
        }
    }

    static func read(_ path: String, limit: Int = 4 << 20) throws(CommandFailure) -> [UInt8] {
        do throws(FileError) {
            if let bytes = try FileSystem.read(path, limit: limit) { return bytes }
        } catch {
            throw CommandFailure(error)
        }
        throw CommandFailure(.badInput, "there is no file \(path)")
    }

    /// As a build finds it that is gone on with elsewhere.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        let folder = FileManager.default.currentDirectoryPath
        return path == "." ? folder : "\(folder)/\(path)"
    }
}

/// Why a file could not be fetched.
struct FetchError: Error {
    var message: String
}
