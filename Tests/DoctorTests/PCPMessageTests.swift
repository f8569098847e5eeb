import HealthDecision
import Testing

@testable import Doctor

@Suite struct PCPMessageTests {
    @Test func aMessageIsItsKindItsLengthAndTextsThatEndInNUL() {
        #expect(PCPMessage(kind: "M", texts: []).bytes == Array("M".utf8) + [0, 0, 0, 4])
        #expect(PCPMessage(kind: "P", texts: ["0"]).bytes == Array("P".utf8) + [0, 0, 0, 6] + Array("0\0".utf8))
        #expect(PCPMessage(kind: "r", body: Array("AuthenticationOK\0".utf8)).texts == ["AuthenticationOK"])
        #expect(PCPMessage(kind: "p", body: Array("a\0\0b\0".utf8)).texts == ["a", "", "b"])
        #expect(PCPMessage(kind: "m", body: []).texts == [])
    }

    @Test func messagesAreFoundHoweverTheyArrive() throws {
        let sent = PCPMessage(kind: "p", texts: ["ArraySize", "16"]).bytes + PCPMessage(kind: "n", texts: []).bytes
        for size in 1...sent.count {
            var buffer = PCPBuffer()
            var kinds = ""
            for start in stride(from: 0, to: sent.count, by: size) {
                buffer.append(Array(sent[start..<min(start + size, sent.count)]))
                while let message = try buffer.next() { kinds.append(message.kind) }
            }
            #expect(kinds == "pn")
        }
    }

    @Test(arguments: [[0, 0, 0, 3], [0, 0, 0, 0], [0x7f, 0, 0, 0], [0xff, 0xff, 0xff, 0xff]] as [[UInt8]])
    func aLengthThatCannotBeIsRefused(length: [UInt8]) {
        var buffer = PCPBuffer()
        buffer.append(Array("p".utf8) + length)
        #expect(throws: SocketError.self) { try buffer.next() }
    }

    /// A row as 4.3.5 sends it, from a real capture.
    private func row(_ pid: Int, node: Int, backend: Int, inUse: Bool, _ status: String) -> [String] {
        [
            "\(pid)", "2026-11-22 13:19:07", "0", "0", "\(node)", "app", "app", "2026-11-22 13:19:22", "", "", "0", "3",
            "0", "1", "\(backend)", inUse ? "1" : "0", status,
        ]
    }

    @Test func rowsBecomeChildrenWithTheirConnections() {
        let children = PCPMessage.children([
            row(10, node: 0, backend: 0, inUse: false, "Wait for connection"),
            row(10, node: 1, backend: 0, inUse: false, "Wait for connection"),
            row(11, node: 0, backend: 501, inUse: true, "Execute command"),
            row(11, node: 1, backend: 502, inUse: true, "Execute command"),
            row(12, node: 0, backend: 503, inUse: false, "Wait for connection"),
            row(13, node: 0, backend: 0, inUse: false, "Connecting"),
        ])
        #expect(children.map(\.pid) == [10, 11, 12, 13])
        #expect(children.map(\.isBusy) == [false, true, false, true])
        #expect(
            children.flatMap(\.entries) == [
                PoolEntry(child: 11, node: 0, backendPID: 501, isInUse: true),
                PoolEntry(child: 11, node: 1, backendPID: 502, isInUse: true),
                PoolEntry(child: 12, node: 0, backendPID: 503, isInUse: false),
            ])
    }

    @Test func theShorterRowsOf42AreRead() {
        let row = ["7", "2026-11-22 13:19:07", "0", "1", "app", "app", "2026-11-22", "3", "0", "4", "77", "1"]
        let children = PCPMessage.children([row])
        #expect(children.map(\.isBusy) == [true])
        #expect(children.first?.entries == [PoolEntry(child: 7, node: 1, backendPID: 77, isInUse: true)])
    }

    @Test func aRowThatMakesNoSenseIsPassedOver() {
        #expect(PCPMessage.children([[], ["x"], Array(repeating: "?", count: 17)]).isEmpty)
    }
}
