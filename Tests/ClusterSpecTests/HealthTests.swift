import ClusterSpec
import Testing

@Suite struct HealthTests {
    @Test(arguments: [
        Finding("fleet: {instances: 0}", "c:1:20: error: [fleet.instances] 0 is out of range: from 1 to 10000"),
        Finding("fleet: {surplus: -1}", "c:1:18: error: [fleet.surplus] -1 is out of range: from 0 to 10000"),
        Finding(
            "fleet: 4",
            """
            c:1:8: error: [fleet] expected keys with values here, found a single value
            c:1:8: note: the keys are instances, surplus
            """),
        Finding(
            "health: {ec2: {replace_after: 59s}}",
            "c:1:31: error: [health.ec2.replace_after] 59s is out of range: from 60.0 seconds to 3600.0 seconds"),
        Finding(
            "health: {ec2: {drain: maybe}}",
            "c:1:23: error: [health.ec2.drain] 'maybe' is not a truth value\nc:1:23: note: write true or false"),
        Finding("health: {port: 0}", "c:1:16: error: [health.port] 0 is out of range: from 1 to 65535"),
        Finding(
            "health: {user: app}",
            """
            c:1:16: error: [health.user] 'app' is not one of auth.users
            c:1:16: note: add it there, so that its password is known
            """),
        Finding(
            "auth: {users: [{name: appl, secret: s}]}\nhealth: {user: app}",
            """
            c:2:16: error: [health.user] 'app' is not one of auth.users
            c:2:16: note: did you mean appl?
            """),
        Finding(
            "health: {checks: SELECT 1}",
            """
            c:1:18: error: [health.checks] expected a list, found a single value
            c:1:18: note: write `checks: [first, second]`, or one item a line, each after `- `
            """),
        Finding("health: {checks: ['']}", "c:1:19: error: [health.checks[0]] is empty"),
        Finding(
            "health: {checks: [[a]]}",
            """
            c:1:19: error: [health.checks[0]] expected keys with values here, found a list
            c:1:19: note: the keys are query, operator, value
            """),
        Finding("health: {checks: [{value: 1}]}", "c:1:19: error: [health.checks[0].query] is missing"),
        Finding(
            "health: {checks: [{query: q, operator: '>'}]}",
            "c:1:19: error: [health.checks[0].value] is missing: the operator has nothing to compare with"),
        Finding(
            "health: {checks: [{query: q, operator: '!=', value: 1}]}",
            "c:1:40: error: [health.checks[0].operator] '!=' is not one of =, <, >\nc:1:40: note: did you mean =?"),
        Finding(
            "health: {checks: [{query: q, operater: '<', value: 1}]}",
            "c:1:30: error: [health.checks[0].operater] unknown key\nc:1:30: note: did you mean operator?"),
        Finding("health: {checks: [{query: q, value: ''}]}", "c:1:37: error: [health.checks[0].value] is empty"),
    ])
    func badValuesAreReported(_ finding: Finding) { finding.check() }

    @Test func aCheckIsAQueryOrAComparison() throws {
        let checks = try spec(
            """
            health:
              checks:
                - SELECT 1
                - {query: SELECT 2, value: 2}
                - {query: SELECT 3, operator: "<", value: 4}
                - {query: SELECT 4, operator: ">", value: 3}
                - {query: SELECT 5}
            """
        ).health.checks
        #expect(checks.map(\.query.value) == ["SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4", "SELECT 5"])
        #expect(checks.map { $0.comparison?.operator.rawValue } == [nil, "=", "<", ">", nil])
        #expect(checks.map { $0.comparison?.value } == [nil, "2", "4", "3", nil])
    }

    /// What is on by a section is off without it: other hosts have no group.
    @Test func onEC2AllIsOnByItsSection() throws {
        #expect(try spec("health: {port: 1}").health.ec2 == nil)
        #expect(try spec("fleet: {instances: 1}").health.ec2 == nil)
        let all = Health.EC2(metrics: true, replaces: true, replaceAfter: .seconds(300), drains: true)
        #expect(try spec("health: {ec2: {}}").health.ec2 == all)
        #expect(try spec("health: {ec2: }").health.ec2 == all)
        #expect(
            try spec("health: {ec2: {metrics: no, replace: no, replace_after: 1h, drain: no}}").health.ec2
                == Health.EC2(metrics: false, replaces: false, replaceAfter: .seconds(3600), drains: false))
    }
}
