import Foundation
import HealthDecision
import Testing

@Suite struct SnapshotJSONTests {
    @Test func tellsTheAnswerAndWhatStandsBehindIt() {
        let expected = """
            {
              "state": "ready",
              "since": 39.75,
              "question": "ready",
              "answer": true,
              "reason": "queries are answered",
              "answers": {
                "live": {
                  "answer": true,
                  "reason": "pgpool runs"
                },
                "ready": {
                  "answer": true,
                  "reason": "queries are answered"
                },
                "primary": {
                  "answer": true,
                  "reason": "node 0 takes writes"
                },
                "replica": {
                  "answer": false,
                  "reason": "there is no reader"
                }
              },
              "reasons": [
                "Reads run on the writer."
              ],
              "children": {
                "busy": 3,
                "free": 5,
                "total": 8,
                "reserved": 1,
                "saturated": false,
                "pool_entries_used": 5,
                "pool_entries": 16
              },
              "nodes": [
                {
                  "node": 0,
                  "endpoint": "writer",
                  "host": "db.example",
                  "port": 5432,
                  "role": "writer",
                  "weight": 0,
                  "addresses": [
                    "10.0.0.1"
                  ]
                },
                {
                  "node": 1,
                  "endpoint": "reader",
                  "host": "ro.example",
                  "port": 5433,
                  "role": "unknown",
                  "weight": 0.5,
                  "addresses": []
                }
              ],
              "connections": [
                {
                  "endpoint": "writer",
                  "open": 12,
                  "allowed": 97
                },
                {
                  "endpoint": "reader",
                  "open": 90,
                  "allowed": 97
                }
              ],
              "probes": {
                "process": {
                  "outcome": "good",
                  "result": "pgpool runs as process 42",
                  "seconds": 0.00015,
                  "age": 1,
                  "runs": 3,
                  "failures": 1
                },
                "pcp": {
                  "outcome": "good",
                  "result": "3 of 8 children in use",
                  "seconds": 0.004,
                  "age": 2,
                  "runs": null,
                  "failures": null
                },
                "reader": {
                  "outcome": "unknown",
                  "result": "unknown: no session",
                  "seconds": 1,
                  "age": 2.5,
                  "runs": null,
                  "failures": null
                },
                "connections": {
                  "outcome": "warning",
                  "result": "writer: 12 of 97 connections; reader: 90 of 97 connections",
                  "seconds": 0.003,
                  "age": 20,
                  "runs": null,
                  "failures": null
                }
              },
              "heals": {
                "enabled": true,
                "active": false,
                "count": 2,
                "signals": 7,
                "last_time": "2026-07-24T10:00:50Z",
                "last_reason": "the writer moved",
                "last_seconds": 1.2
              },
              "decisions": [
                {
                  "time": "2026-07-24T10:01:00Z",
                  "age": 39.75,
                  "from": "starting",
                  "to": "ready",
                  "reason": "it answers"
                }
              ],
              "config_digest": "0123456789abcdef",
              "version": "1.2.3",
              "uptime": 100
            }

            """
        #expect(SnapshotJSON.render(.ready, SampleSnapshot.small) == expected)
    }

    @Test func hasNoAnswerWithoutAQuestion() {
        let expected = """
            {
              "state": "starting",
              "since": 0.4,
              "answers": {
                "live": {
                  "answer": false,
                  "reason": "nothing answers yet"
                },
                "ready": {
                  "answer": false,
                  "reason": "nothing answers yet"
                },
                "primary": {
                  "answer": false,
                  "reason": "nothing answers yet"
                },
                "replica": {
                  "answer": false,
                  "reason": "nothing answers yet"
                }
              },
              "reasons": [],
              "children": null,
              "nodes": [],
              "connections": [],
              "probes": {},
              "heals": {
                "enabled": true,
                "active": false,
                "count": 0,
                "signals": 0,
                "last_time": null,
                "last_reason": null,
                "last_seconds": null
              },
              "decisions": [],
              "config_digest": null,
              "version": "1.0.0",
              "uptime": 0.4
            }

            """
        #expect(SnapshotJSON.render(nil, SampleSnapshot.fresh) == expected)
    }

    @Test func answersNullToWhatIsNotKnown() throws {
        var snapshot = SampleSnapshot.fresh
        snapshot.verdict.answers = [:]
        let object = try parse(SnapshotJSON.render(.primary, snapshot))
        #expect(object["question"] as? String == "primary")
        #expect(object["answer"] is NSNull)
        #expect(object["reason"] is NSNull)
    }

    @Test func escapesWhatComesFromOutside() throws {
        let text = SnapshotJSON.render(.live, SampleSnapshot.hostile)
        #expect(text.contains(#""reason": "a<script>alert(\"1\")</script> & 'b' \\ c\nd\re""#))
        let object = try parse(text)
        #expect(object["reason"] as? String == SampleSnapshot.nasty)
        #expect(object["reasons"] as? [String] == [SampleSnapshot.nasty])
        let node = try #require((object["nodes"] as? [[String: Any]])?.first)
        #expect(node["host"] as? String == SampleSnapshot.nasty)
    }

    @Test func escapesEveryControlCharacter() throws {
        var snapshot = SampleSnapshot.fresh
        snapshot.version = String(String.UnicodeScalarView((0..<0x21).compactMap(Unicode.Scalar.init)))
        let text = SnapshotJSON.render(nil, snapshot)
        #expect(text.contains(#"\u0000\u0001\u0002"#))
        #expect(text.contains(#"\u0008\t\n\u000b\u000c\r\u000e"#))
        #expect(try parse(text)["version"] as? String == snapshot.version)
    }

    @Test func escapesAQuoteUnderACombiningMark() throws {
        var snapshot = SampleSnapshot.fresh
        snapshot.version = "\"\u{301}"
        #expect(try parse(SnapshotJSON.render(nil, snapshot))["version"] as? String == snapshot.version)
    }

    @Test(arguments: SampleSnapshot.names)
    func isOneObject(_ name: String) throws {
        let snapshot = try #require(SampleSnapshot.all[name])
        let object = try parse(SnapshotJSON.render(.replica, snapshot))
        #expect(object["state"] as? String == snapshot.verdict.state.rawValue)
        #expect((object["decisions"] as? [Any])?.count == snapshot.decisions.count)
    }

    @Test func hasNullForAWeightThatIsNoNumber() throws {
        var snapshot = SampleSnapshot.rich
        snapshot.nodes[0].weight = .nan
        let nodes = try #require(try parse(SnapshotJSON.render(nil, snapshot))["nodes"] as? [[String: Any]])
        #expect(nodes.first?["weight"] is NSNull)
    }

    private func parse(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }
}
