import Diagnostics
import Glibc
import LocalFiles
import StackParameters
import TestBasics
import Testing

@Suite struct ParametersStoreTests {
    private let folder: TemporaryFolder
    private let store = ParametersStore()

    init() throws { folder = try TemporaryFolder() }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    @Test func `a value is changed in the file and said`() async throws {
        let file = try folder.write("stack.yaml", "# c\nami_id: a\n")
        let change = try await store.set(file, "ami_id", to: "b")
        #expect(try folder.read("stack.yaml") == "# c\nami_id: b\n")
        #expect(change.old == "a")
        #expect(change.new == "b")
        #expect(!change.isNew)
        #expect(!change.isUnchanged)
        #expect(change.location == SourceLocation(file: file, line: 2, column: 9))
        #expect(try folder.names == ["stack.yaml"])
    }

    @Test func `a value that is there already leaves the file untouched`() async throws {
        let file = try folder.write("stack.yaml", "ami_id: a\n")
        let before = FileSystem.status(file)?.st_ino
        let change = try await store.set(file, "ami_id", to: "a")
        #expect(change.isUnchanged)
        #expect(FileSystem.status(file)?.st_ino == before)
    }

    @Test func `a file is made with the usual mode`() async throws {
        let change = try await store.set(path("cdk.json"), "ami_id", to: "a")
        #expect(change.isNew)
        #expect(change.old == nil)
        #expect(try folder.read("cdk.json") == "{\n  \"context\": {\n    \"ami_id\": \"a\"\n  }\n}\n")
        #expect(FileSystem.status(path("cdk.json")).map { $0.st_mode & 0o7777 } == 0o644)
    }

    @Test(arguments: [0o600, 0o664, 0o666, 0o444] as [mode_t])
    func `mode and owner are kept`(mode: mode_t) async throws {
        let file = try folder.write("stack.yaml", "ami_id: a\n")
        chmod(file, mode)
        // Only root may give a file away.
        let owner: uid_t = geteuid() == 0 ? 1234 : geteuid()
        let group: gid_t = geteuid() == 0 ? 4321 : getegid()
        try #require(chown(file, owner, group) == 0)
        _ = try await store.set(file, "ami_id", to: "b")
        let status = try #require(FileSystem.status(file))
        #expect(status.st_mode & 0o7777 == mode)
        #expect(status.st_uid == owner)
        #expect(status.st_gid == group)
    }

    @Test func `a link stays one and its file is changed`() async throws {
        mkdir(path("real"), 0o755)
        try folder.write("real/data", "ami_id: a\n")
        symlink("data", path("real/second"))
        symlink("real/second", path("stack.yaml"))
        _ = try await store.set(path("stack.yaml"), "ami_id", to: "b")
        #expect(try folder.read("real/data") == "ami_id: b\n")
        #expect(FileSystem.destination(ofLink: path("stack.yaml")) == "real/second")
        #expect(FileSystem.destination(ofLink: path("real/second")) == "data")
        #expect(try folder.names == ["real", "stack.yaml"])
    }

    @Test func `a link to nothing gets its file`() async throws {
        symlink("\(folder.path)/new.yaml", path("stack.yaml"))
        _ = try await store.set(path("stack.yaml"), "ami_id", to: "b")
        #expect(try folder.read("new.yaml") == "ami_id: b\n")
        #expect(FileSystem.destination(ofLink: path("stack.yaml")) != nil)
    }

    @Test func `links in a circle are an error`() async throws {
        symlink("b.yaml", path("a.yaml"))
        symlink("a.yaml", path("b.yaml"))
        let file = path("a.yaml")
        let error = await #expect(throws: ParametersError.self) { try await store.set(file, "ami_id", to: "b") }
        #expect(error?.description == "error: cannot read \(file): too many symbolic links")
    }

    @Test func `runs at the same time lose nothing`() async throws {
        let file = try folder.write("stack.yaml", (0..<20).map { "key\($0): before\n" }.joined())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<20 {
                group.addTask { _ = try await store.set(file, "key\(index)", to: "after\(index)") }
            }
            try await group.waitForAll()
        }
        #expect(try folder.read("stack.yaml") == (0..<20).map { "key\($0): after\($0)\n" }.joined())
        #expect(try folder.names == ["stack.yaml"])
    }

    @Test func `of runs that expect the same value one wins`() async throws {
        let file = try folder.write("stack.yaml", "ami_id: a\n")
        let winners = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask {
                    let change = try? await store.set(file, "ami_id", to: "b\(index)", expecting: .value("a"))
                    return change != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    @Test func `another value than the expected one is an error with both`() async throws {
        let file = try folder.write("stack.yaml", "ami_id: a\nsubnet_ids: [s, t]\n")
        let cases: [(String, ParameterExpectation, String)] = [
            ("ami_id", .value("z"), "\(file):1:9: error: [ami_id] expected 'z', found 'a'"),
            ("ami_id", .absent, "\(file):1:9: error: [ami_id] expected no value, found 'a'"),
            ("vpc_id", .value("z"), "error: [vpc_id] expected 'z', found no value"),
        ]
        for (name, expectation, message) in cases {
            let error = await #expect(throws: ParametersError.self) {
                try await store.set(file, name, to: "b", expecting: expectation)
            }
            #expect(error?.code == .unexpectedValue)
            #expect(error?.description.hasPrefix(message + "\n") == true)
        }
        #expect(try folder.read("stack.yaml") == "ami_id: a\nsubnet_ids: [s, t]\n")
        _ = try await store.set(file, "vpc_id", to: "b", expecting: .absent)
        _ = try await store.set(file, "subnet_ids", to: "u", expecting: .value("s, t"))
        #expect(try folder.read("stack.yaml") == "ami_id: a\nsubnet_ids: [u]\nvpc_id: b\n")
    }

    @Test func `what is no file or has no folder is an error`() async throws {
        try folder.write("plain", "")
        mkdir(path("d.yaml"), 0o755)
        let cases = [
            ("none/stack.yaml", "cannot open \(folder.path)/none: No such file or directory"),
            ("plain/stack.yaml", "cannot open \(folder.path)/plain: Not a directory"),
            ("d.yaml", "cannot read \(folder.path)/d.yaml: it is no plain file"),
        ]
        for (name, message) in cases {
            let file = path(name)
            let error = await #expect(throws: ParametersError.self) { try await store.set(file, "ami_id", to: "b") }
            #expect(error?.code == .file)
            #expect(error?.fileError != nil)
            #expect(error?.description == "error: \(message)")
        }
        #expect(try store.read(path("none.yaml")) == nil)
        #expect(throws: ParametersError.self) { try store.read(path("d.yaml")) }
    }

    @Test func `a lock that another run holds is waited for in vain`() async throws {
        let file = try folder.write("stack.yaml", "ami_id: a\n")
        let lock = try await FileLock.acquire(
            folder.path, isFolder: true, purpose: "a test", timeout: .zero, clock: ContinuousClock())
        let error = await #expect(throws: ParametersError.self) {
            try await ParametersStore(lockTimeout: .milliseconds(150)).set(file, "ami_id", to: "b")
        }
        withExtendedLifetime(lock) {}
        #expect(error?.fileError?.code == .locked)
        #expect(try folder.read("stack.yaml") == "ami_id: a\n")
    }

    @Test func `a bad file stays as it is`() async throws {
        let file = try folder.write("stack.yaml", "ami_id: [\n")
        let error = await #expect(throws: ParametersError.self) { try await store.set(file, "ami_id", to: "b") }
        #expect(error?.code == .badFile)
        #expect(try folder.read("stack.yaml") == "ami_id: [\n")
    }
}
