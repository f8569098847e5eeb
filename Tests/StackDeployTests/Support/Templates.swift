import StackDeploy

/// A stack with a database, a launch template and a group, as small as it can be.
enum Templates {
    static func app(
        group: String = "", more: String = "", clusterPolicy: String = "Snapshot", protection: String = "false",
        database: String = "app"
    ) -> String {
        """
        {"Parameters": {"AmiId": {"Type": "String"}, "Size": {"Type": "String", "Default": "2"},
          "Protection": {"Type": "String", "Default": "\(protection)"}},
         "Resources": {
          "Cluster": {"Type": "AWS::RDS::DBCluster", "DeletionPolicy": "\(clusterPolicy)",
            "Properties": {"Engine": "aurora-postgresql", "DatabaseName": "\(database)",
              "DeletionProtection": {"Ref": "Protection"}}},
          "Template": {"Type": "AWS::EC2::LaunchTemplate", "Properties": {"ImageId": {"Ref": "AmiId"}}},
          "Group": {"Type": "AWS::AutoScaling::AutoScalingGroup", "Properties": {
            "DesiredCapacity": {"Ref": "Size"},\(group)
            "LaunchTemplate": {"Version": {"Fn::GetAtt": ["Template", "LatestVersionNumber"]}}}}\(more)},
         "Outputs": {"Image": {"Value": {"Ref": "AmiId"}}, "Endpoint": {"Value": "nlb.example.com"}}}
        """
    }

    static func request(
        _ template: String = app(), ami: String = "ami-1", _ parameters: [String: String] = [:]
    ) -> StackRequest {
        StackRequest(
            name: "app", template: template, parameters: ["AmiId": ami].merging(parameters) { $1 },
            tags: ["owner": "test"])
    }
}
