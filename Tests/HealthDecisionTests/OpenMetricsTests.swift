import HealthDecision
import Testing

@Suite struct OpenMetricsTests {
    @Test func saysItsContentType() {
        #expect(OpenMetrics.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    }

    @Test func rendersEveryFamily() {
        let expected = """
            # TYPE pgpool_aurora_state stateset
            # HELP pgpool_aurora_state What the doctor holds of this instance.
            pgpool_aurora_state{pgpool_aurora_state="starting"} 0
            pgpool_aurora_state{pgpool_aurora_state="dead"} 0
            pgpool_aurora_state{pgpool_aurora_state="alive"} 0
            pgpool_aurora_state{pgpool_aurora_state="ready"} 1
            pgpool_aurora_state{pgpool_aurora_state="saturated"} 0
            pgpool_aurora_state{pgpool_aurora_state="writer_away"} 0
            pgpool_aurora_state{pgpool_aurora_state="draining"} 0
            # TYPE pgpool_aurora_state_age_seconds gauge
            # UNIT pgpool_aurora_state_age_seconds seconds
            # HELP pgpool_aurora_state_age_seconds How long the state has lasted.
            pgpool_aurora_state_age_seconds 39.75
            # TYPE pgpool_aurora_answer gauge
            # HELP pgpool_aurora_answer What a load balancer is told: 1 for yes.
            pgpool_aurora_answer{question="live"} 1
            pgpool_aurora_answer{question="ready"} 1
            pgpool_aurora_answer{question="primary"} 1
            pgpool_aurora_answer{question="replica"} 0
            # TYPE pgpool_aurora_children gauge
            # HELP pgpool_aurora_children All children of pgpool.
            pgpool_aurora_children 8
            # TYPE pgpool_aurora_children_busy gauge
            # HELP pgpool_aurora_children_busy The children that have a session.
            pgpool_aurora_children_busy 3
            # TYPE pgpool_aurora_children_free gauge
            # HELP pgpool_aurora_children_free The children that have no session.
            pgpool_aurora_children_free 5
            # TYPE pgpool_aurora_children_reserved gauge
            # HELP pgpool_aurora_children_reserved The children that pgpool keeps back from clients.
            pgpool_aurora_children_reserved 1
            # TYPE pgpool_aurora_saturated gauge
            # HELP pgpool_aurora_saturated Whether the next client would be refused, or would wait.
            pgpool_aurora_saturated 0
            # TYPE pgpool_aurora_pool_entries gauge
            # HELP pgpool_aurora_pool_entries The pool entries that there may be: children times max_pool.
            pgpool_aurora_pool_entries 16
            # TYPE pgpool_aurora_pool_entries_used gauge
            # HELP pgpool_aurora_pool_entries_used The pool entries that hold connections to the backends.
            pgpool_aurora_pool_entries_used 5
            # TYPE pgpool_aurora_node_role stateset
            # HELP pgpool_aurora_node_role The role that the last probe saw.
            pgpool_aurora_node_role{node="0",endpoint="writer",host="db.example",port="5432",\
            pgpool_aurora_node_role="writer"} 1
            pgpool_aurora_node_role{node="0",endpoint="writer",host="db.example",port="5432",\
            pgpool_aurora_node_role="reader"} 0
            pgpool_aurora_node_role{node="0",endpoint="writer",host="db.example",port="5432",\
            pgpool_aurora_node_role="unknown"} 0
            pgpool_aurora_node_role{node="1",endpoint="reader",host="ro.example",port="5433",\
            pgpool_aurora_node_role="writer"} 0
            pgpool_aurora_node_role{node="1",endpoint="reader",host="ro.example",port="5433",\
            pgpool_aurora_node_role="reader"} 0
            pgpool_aurora_node_role{node="1",endpoint="reader",host="ro.example",port="5433",\
            pgpool_aurora_node_role="unknown"} 1
            # TYPE pgpool_aurora_node_weight gauge
            # HELP pgpool_aurora_node_weight The node's share of the reads (backend_weight).
            pgpool_aurora_node_weight{node="0",endpoint="writer",host="db.example",port="5432"} 0
            pgpool_aurora_node_weight{node="1",endpoint="reader",host="ro.example",port="5433"} 0.5
            # TYPE pgpool_aurora_server_connections gauge
            # HELP pgpool_aurora_server_connections The connections of all clients to the database server of an endpoint.
            pgpool_aurora_server_connections{endpoint="writer"} 12
            pgpool_aurora_server_connections{endpoint="reader"} 90
            # TYPE pgpool_aurora_server_connections_allowed gauge
            # HELP pgpool_aurora_server_connections_allowed The connections that the server allows, without those that it \
            keeps for superusers.
            pgpool_aurora_server_connections_allowed{endpoint="writer"} 97
            pgpool_aurora_server_connections_allowed{endpoint="reader"} 97
            # TYPE pgpool_aurora_probe_duration_seconds histogram
            # UNIT pgpool_aurora_probe_duration_seconds seconds
            # HELP pgpool_aurora_probe_duration_seconds How long the probes took.
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="0.001"} 1
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="0.0025"} 1
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="0.005"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="0.01"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="0.025"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="0.05"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="0.1"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="0.25"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="0.5"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="1.0"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="2.5"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="5.0"} 2
            pgpool_aurora_probe_duration_seconds_bucket{probe="process",le="+Inf"} 3
            pgpool_aurora_probe_duration_seconds_count{probe="process"} 3
            pgpool_aurora_probe_duration_seconds_sum{probe="process"} 7.00315
            # TYPE pgpool_aurora_probe_failures counter
            # HELP pgpool_aurora_probe_failures How often a probe found something wrong.
            pgpool_aurora_probe_failures_total{probe="process"} 1
            # TYPE pgpool_aurora_probe_age_seconds gauge
            # UNIT pgpool_aurora_probe_age_seconds seconds
            # HELP pgpool_aurora_probe_age_seconds How long ago a probe ended last.
            pgpool_aurora_probe_age_seconds{probe="process"} 1
            pgpool_aurora_probe_age_seconds{probe="pcp"} 2
            pgpool_aurora_probe_age_seconds{probe="reader"} 2.5
            pgpool_aurora_probe_age_seconds{probe="connections"} 20
            # TYPE pgpool_aurora_decisions counter
            # HELP pgpool_aurora_decisions How often the state changed, by the new state.
            pgpool_aurora_decisions_total{state="starting"} 0
            pgpool_aurora_decisions_total{state="dead"} 0
            pgpool_aurora_decisions_total{state="alive"} 0
            pgpool_aurora_decisions_total{state="ready"} 1
            pgpool_aurora_decisions_total{state="saturated"} 0
            pgpool_aurora_decisions_total{state="writer_away"} 0
            pgpool_aurora_decisions_total{state="draining"} 0
            # TYPE pgpool_aurora_heal_enabled gauge
            # HELP pgpool_aurora_heal_enabled Whether stale connections are healed.
            pgpool_aurora_heal_enabled 1
            # TYPE pgpool_aurora_heal_active gauge
            # HELP pgpool_aurora_heal_active Whether a heal is under way.
            pgpool_aurora_heal_active 0
            # TYPE pgpool_aurora_heals counter
            # HELP pgpool_aurora_heals The failovers that were acted upon.
            pgpool_aurora_heals_total 2
            # TYPE pgpool_aurora_heal_signals counter
            # HELP pgpool_aurora_heal_signals The signals that were sent to children of pgpool.
            pgpool_aurora_heal_signals_total 7
            # TYPE pgpool_aurora_config info
            # HELP pgpool_aurora_config The configuration in force.
            pgpool_aurora_config_info{digest="0123456789abcdef"} 1
            # TYPE pgpool_aurora_build info
            # HELP pgpool_aurora_build The version of this tool.
            pgpool_aurora_build_info{version="1.2.3"} 1
            # TYPE pgpool_aurora_start_time_seconds gauge
            # UNIT pgpool_aurora_start_time_seconds seconds
            # HELP pgpool_aurora_start_time_seconds When the doctor started, in seconds since 1970.
            pgpool_aurora_start_time_seconds 1784887200
            # TYPE pgpool_aurora_uptime_seconds gauge
            # UNIT pgpool_aurora_uptime_seconds seconds
            # HELP pgpool_aurora_uptime_seconds How long the doctor has run.
            pgpool_aurora_uptime_seconds 100
            # EOF

            """
        #expect(OpenMetrics.render(SampleSnapshot.small) == expected)
    }

    @Test func hasNoSeriesForWhatIsNotKnown() {
        let expected = """
            # TYPE pgpool_aurora_state stateset
            # HELP pgpool_aurora_state What the doctor holds of this instance.
            pgpool_aurora_state{pgpool_aurora_state="starting"} 1
            pgpool_aurora_state{pgpool_aurora_state="dead"} 0
            pgpool_aurora_state{pgpool_aurora_state="alive"} 0
            pgpool_aurora_state{pgpool_aurora_state="ready"} 0
            pgpool_aurora_state{pgpool_aurora_state="saturated"} 0
            pgpool_aurora_state{pgpool_aurora_state="writer_away"} 0
            pgpool_aurora_state{pgpool_aurora_state="draining"} 0
            # TYPE pgpool_aurora_state_age_seconds gauge
            # UNIT pgpool_aurora_state_age_seconds seconds
            # HELP pgpool_aurora_state_age_seconds How long the state has lasted.
            pgpool_aurora_state_age_seconds 0.4
            # TYPE pgpool_aurora_answer gauge
            # HELP pgpool_aurora_answer What a load balancer is told: 1 for yes.
            pgpool_aurora_answer{question="live"} 0
            pgpool_aurora_answer{question="ready"} 0
            pgpool_aurora_answer{question="primary"} 0
            pgpool_aurora_answer{question="replica"} 0
            # TYPE pgpool_aurora_decisions counter
            # HELP pgpool_aurora_decisions How often the state changed, by the new state.
            pgpool_aurora_decisions_total{state="starting"} 0
            pgpool_aurora_decisions_total{state="dead"} 0
            pgpool_aurora_decisions_total{state="alive"} 0
            pgpool_aurora_decisions_total{state="ready"} 0
            pgpool_aurora_decisions_total{state="saturated"} 0
            pgpool_aurora_decisions_total{state="writer_away"} 0
            pgpool_aurora_decisions_total{state="draining"} 0
            # TYPE pgpool_aurora_heal_enabled gauge
            # HELP pgpool_aurora_heal_enabled Whether stale connections are healed.
            pgpool_aurora_heal_enabled 1
            # TYPE pgpool_aurora_heal_active gauge
            # HELP pgpool_aurora_heal_active Whether a heal is under way.
            pgpool_aurora_heal_active 0
            # TYPE pgpool_aurora_heals counter
            # HELP pgpool_aurora_heals The failovers that were acted upon.
            pgpool_aurora_heals_total 0
            # TYPE pgpool_aurora_heal_signals counter
            # HELP pgpool_aurora_heal_signals The signals that were sent to children of pgpool.
            pgpool_aurora_heal_signals_total 0
            # TYPE pgpool_aurora_build info
            # HELP pgpool_aurora_build The version of this tool.
            pgpool_aurora_build_info{version="1.0.0"} 1
            # TYPE pgpool_aurora_start_time_seconds gauge
            # UNIT pgpool_aurora_start_time_seconds seconds
            # HELP pgpool_aurora_start_time_seconds When the doctor started, in seconds since 1970.
            pgpool_aurora_start_time_seconds 1784887200
            # TYPE pgpool_aurora_uptime_seconds gauge
            # UNIT pgpool_aurora_uptime_seconds seconds
            # HELP pgpool_aurora_uptime_seconds How long the doctor has run.
            pgpool_aurora_uptime_seconds 0.4
            # EOF

            """
        #expect(OpenMetrics.render(SampleSnapshot.fresh) == expected)
    }

    @Test(arguments: HealthState.allCases)
    func holdsOneStateAtATime(_ state: HealthState) {
        var snapshot = SampleSnapshot.fresh
        snapshot.verdict.state = state
        let series = lines(of: snapshot, "pgpool_aurora_state{")
        #expect(series.count == HealthState.allCases.count)
        let current = "pgpool_aurora_state{pgpool_aurora_state=\"\(state.rawValue)\"} 1"
        #expect(series.filter { $0.hasSuffix(" 1") } == [current])
    }

    @Test func escapesLabels() throws {
        var snapshot = SampleSnapshot.hostile
        snapshot.nodes.removeLast()
        let escaped = #"a<script>alert(\"1\")</script> & 'b' \\ c\nd"# + "\re"
        #expect(
            lines(of: snapshot, "pgpool_aurora_node_weight{") == [
                #"pgpool_aurora_node_weight{node="0",endpoint="\#(escaped)",host="\#(escaped)",port="5432"} 0"#
            ])
        let build = #"pgpool_aurora_build_info{version="\#(escaped)"} 1"#
        #expect(lines(of: snapshot, "pgpool_aurora_build_info") == [build])
    }

    @Test func escapesALineFeedAfterACarriageReturn() {
        var snapshot = SampleSnapshot.fresh
        snapshot.version = "1\r\n2"
        let line = "pgpool_aurora_build_info{version=\"1\r\\n2\"} 1"
        #expect(lines(of: snapshot, "pgpool_aurora_build_info") == [line])
    }

    @Test func takesARoleThatItDoesNotKnowForUnknown() {
        let roles = lines(of: SampleSnapshot.hostile, "pgpool_aurora_node_role{").filter { $0.hasSuffix(" 1") }
        #expect(roles.count == 2)
        #expect(roles.allSatisfy { $0.hasSuffix(#"pgpool_aurora_node_role="unknown"} 1"#) })
    }

    @Test func leavesOutAWeightThatIsNoNumber() {
        var snapshot = SampleSnapshot.rich
        snapshot.nodes[0].weight = .nan
        snapshot.nodes[1].weight = .infinity
        #expect(lines(of: snapshot, "pgpool_aurora_node_weight") == [])
    }

    @Test func saysThatEveryChildIsTaken() {
        #expect(lines(of: SampleSnapshot.saturated, "pgpool_aurora_saturated") == ["pgpool_aurora_saturated 1"])
    }

    private func lines(of snapshot: Snapshot, _ prefix: String) -> [String] {
        // Characters would take a carriage return and a line feed for one.
        OpenMetrics.render(snapshot).unicodeScalars.split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(prefix) }
    }
}
