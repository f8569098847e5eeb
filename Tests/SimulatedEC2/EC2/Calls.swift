extension State {
    typealias QueryHandler = @Sendable (inout State, Parameters) throws(SimulatedError) -> [XML]

    /// The calls of EC2.
    static let ec2: [String: QueryHandler] = [
        "CopyImage": { state, call throws(SimulatedError) in try state.copyImage(call) },
        "CreateImage": { state, call throws(SimulatedError) in try state.createImage(call) },
        "CreateSecurityGroup": { state, call throws(SimulatedError) in try state.createSecurityGroup(call) },
        "CreateTags": { state, call throws(SimulatedError) in try state.createTags(call) },
        "DeleteSecurityGroup": { state, call throws(SimulatedError) in try state.deleteSecurityGroup(call) },
        "DeleteSnapshot": { state, call throws(SimulatedError) in try state.deleteSnapshot(call) },
        "DeregisterImage": { state, call throws(SimulatedError) in try state.deregisterImage(call) },
        "DescribeImages": { state, call throws(SimulatedError) in try state.describeImages(call) },
        "DescribeInstanceTypeOfferings": { state, call throws(SimulatedError) in
            try state.describeInstanceTypeOfferings(call)
        },
        "DescribeInstanceTypes": { state, call throws(SimulatedError) in try state.describeInstanceTypes(call) },
        "DescribeInstances": { state, call throws(SimulatedError) in try state.describeInstances(call) },
        "DescribeRouteTables": { state, call throws(SimulatedError) in try state.describeRouteTables(call) },
        "DescribeSecurityGroups": { state, call throws(SimulatedError) in try state.describeSecurityGroups(call) },
        "DescribeSnapshots": { state, call throws(SimulatedError) in try state.describeSnapshots(call) },
        "DescribeSubnets": { state, call throws(SimulatedError) in try state.describeSubnets(call) },
        "DescribeVolumes": { state, call throws(SimulatedError) in try state.describeVolumes(call) },
        "DescribeVpcs": { state, call throws(SimulatedError) in try state.describeVPCs(call) },
        "EnableImageDeprecation": { state, call throws(SimulatedError) in try state.enableImageDeprecation(call) },
        "GetConsoleOutput": { state, call throws(SimulatedError) in try state.getConsoleOutput(call) },
        "ModifyImageAttribute": { state, call throws(SimulatedError) in try state.modifyImageAttribute(call) },
        "RunInstances": { state, call throws(SimulatedError) in try state.runInstances(call) },
        "StopInstances": { state, call throws(SimulatedError) in try state.stopInstances(call) },
        "TerminateInstances": { state, call throws(SimulatedError) in try state.terminateInstances(call) },
    ]
}
