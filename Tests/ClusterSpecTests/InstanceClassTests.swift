import ClusterSpec
import Testing

@Suite struct InstanceClassTests {
    @Test(arguments: [
        ("db.t3.medium", 405), ("db.t4g.medium", 405), ("db.t3.large", 844), ("db.t4g.large", 844),
        ("db.r4.large", 1600), ("db.r4.xlarge", 3200), ("db.r4.2xlarge", 5000), ("db.r4.16xlarge", 5000),
        ("db.r5.large", 1600), ("db.r5.xlarge", 3300), ("db.r5.2xlarge", 5000), ("db.r5.24xlarge", 5000),
        ("db.r6g.large", 1600), ("db.r6g.xlarge", 3300), ("db.r6i.32xlarge", 5000), ("db.r8g.48xlarge", 5000),
        ("db.x2g.large", 3300), ("db.x2g.xlarge", 5000),
    ])
    func aClassHasTheSmallestDocumentedNumberOfItsMemory(_ name: String, _ connections: Int) {
        #expect(InstanceClass.maxConnections(name) == connections)
    }

    @Test(arguments: [
        "", "db", "db.r5", "r5.large", "db.r5.huge", "db.t3.small", "db.m5.large", "db.r5.large.x", "db..large",
    ])
    func aClassWhoseMemoryIsNotKnownHasNoNumber(_ name: String) {
        #expect(InstanceClass.maxConnections(name) == nil)
    }
}
