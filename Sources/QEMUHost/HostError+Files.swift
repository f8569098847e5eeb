import ImageBuild
import LocalFiles

/// Does something with files, with its error as a host has it: what the disk does not do now it does not do a moment later.
func files<Value>(_ body: () throws(FileError) -> Value) throws(HostError) -> Value {
    do throws(FileError) {
        return try body()
    } catch {
        throw HostError(.rejected, error.description)
    }
}

/// The same for what waits.
func files<Value: Sendable>(_ body: () async throws(FileError) -> Value) async throws(HostError) -> Value {
    do throws(FileError) {
        return try await body()
    } catch {
        throw HostError(error.code == .locked ? .unavailable : .rejected, error.description)
    }
}
