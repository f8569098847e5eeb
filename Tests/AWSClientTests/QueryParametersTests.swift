import AWSClient
import Testing

@Suite struct QueryParametersTests {
    @Test func listsAndStructuresAreFlattened() {
        var tag = QueryParameters([("Key", "Name")])
        tag.add("Value", "a b&c=ü")
        tag.add("None", nil as String?)
        var parameters = QueryParameters()
        parameters.add("MinCount", 1)
        parameters.add("DryRun", false)
        parameters.add("InstanceId", list: ["i-1", "i-2"])
        parameters.add("Tag", list: [tag])
        parameters.add("Ebs", QueryParameters([("Encrypted", "true")]))
        parameters.add("Empty", list: [] as [String])
        let call = AWSCall.query(ClientScene.ec2, "RunInstances", version: "2016-11-15", parameters)
        #expect(
            String(decoding: call.body, as: UTF8.self)
                == "Action=RunInstances&Version=2016-11-15&MinCount=1&DryRun=false&InstanceId.1=i-1&InstanceId.2=i-2"
                + "&Tag.1.Key=Name&Tag.1.Value=a%20b%26c%3D%C3%BC&Ebs.Encrypted=true")
        #expect(call.method == "POST")
        #expect(call.headers["content-type"] == "application/x-www-form-urlencoded; charset=utf-8")
    }
}
