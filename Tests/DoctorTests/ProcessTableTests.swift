import FoundationEssentials
import Glibc
import HealthDecision
import TestBasics
import Testing

@testable import Doctor

@Suite struct ProcessTableTests {
    @Test func aProcessIsReadFromProc() throws {
        let own = try #require(ProcessEntry(pid: getpid()))
        #expect(own.parent == getppid())
        #expect(own.startTime > 0)
        #expect(!own.title.isEmpty)
        #expect(ProcessEntry(pid: Int32.max) == nil)
    }

    @Test func aPidFileThatSaysNothingIsNoEvidence() throws {
        let folder = try TemporaryFolder()
        func finding(_ text: String) throws -> ProcessFinding {
            MainProcess(pidFile: try folder.write("pid", text)).find().finding
        }
        let path = "\(folder.path)/pid"
        #expect(
            MainProcess(pidFile: path).find().finding
                == .unknown("cannot read the pid file \(path): No such file or directory"))
        for text in ["", "x", "1", "-5"] {
            #expect(try finding(text) == .unknown("the pid file \(path) holds no process id"))
        }
    }

    @Test func aProcessThatIsGoneOrAnotherProgramIsNotPgpool() throws {
        let folder = try TemporaryFolder()
        // pgpool ends its file with a NUL.
        for pid in ["2147483646\0", "\(getpid())\n"] {
            let path = try folder.write("pid", pid)
            let number = pid.prefix(while: \.isNumber)
            #expect(
                MainProcess(pidFile: path).find().finding
                    == .gone("there is no pgpool with the id \(number) of \(path)"))
        }
    }

    @Test func aProcessThatIsNoChildOfPgpoolGetsNoSignal() throws {
        let own = try #require(ProcessEntry(pid: getpid()))
        let other = try #require(ProcessEntry(pid: getppid()))
        // We would end by it.
        #expect(ChildSignal.send(to: [getpid()], of: own) == (0, 0))
        #expect(ChildSignal.send(to: [getpid(), Int32.max], of: other) == (0, 0))
    }
}
