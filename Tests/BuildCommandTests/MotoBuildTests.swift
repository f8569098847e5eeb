import FoundationEssentials
import MotoServer
import ScriptedServer
import Subprocess
import SystemPackage
import TestBasics
import TestPython
import Testing
import ToolRuns

extension BuildCommands {
    /// Whole builds against moto, which knows nothing of our simulation; boto3 says what has come of them.
    @Suite(.serialized, .timeLimit(.minutes(10)))
    struct MotoBuildTests {
        private static let spec = """
            image:
              region: eu-west-1
              base: al2023
              artifact: {bucket: builds}
              pgpool:
                tarball: "https://pgpool.example/pgpool-II-4.5.12.tar.gz"
                sha256: "\(String(repeating: "0123456789abcdef", count: 4))"
              tags: {team: "data & <base>"}
              publish: {ssm_parameter: /images/pgpool}

            """

        @Test func aBuildIsWhatBoto3Sees() async throws {
            try await withMotoServer { moto in
                let proxy = MotoProxy(moto)
                try await withScriptedServer {
                    await proxy.answer($0)
                } while: { server in
                    try await build(try BuildScene(url: server.url), moto, proxy)
                }
                await proxy.shutDown()
            }
        }

        private func build(_ scene: BuildScene, _ moto: MotoServer, _ proxy: MotoProxy) async throws {
            try scene.folder.write("cluster.yaml", Self.spec)
            try await Self.boto3(
                moto,
                """
                boto3.client('s3').create_bucket(
                    Bucket='builds', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
                """)
            let run = try await scene.build()
            #expect(run.status == 0, "\(run.words)\n\(moto.log())")
            let build = try #require(scene.builds.first)
            let seen = try await Self.look(moto)
            let image = try #require(seen.images.first)
            #expect(run.output == "\(image.id)\n" && seen.images.count == 1)
            #expect(try scene.folder.read("stack.yaml") == BuildScene.parameters(image.id))
            #expect(image.name.hasPrefix("pgpool-4.5.12-"))
            #expect(image.tags["pgpool-aurora:build-id"] == build && image.tags["team"] == "data & <base>")
            #expect(image.tags["pgpool-aurora:digest"]?.count == 64)
            #expect(image.tags["pgpool-aurora:published"] != nil && image.tags["Name"] == image.name)
            #expect(image.snapshots.count == 1)
            #expect(image.snapshots.allSatisfy { $0["pgpool-aurora:published"] != nil })
            #expect(seen.parameter == "\(image.id) aws:ec2:image")
            #expect(seen.groups == [] && seen.objects == [])
            #expect(seen.instances.map(\.state) == ["terminated", "terminated"])
            // The first is of the base system and the second of the image; both were told which build they are of.
            #expect(seen.instances.map(\.image) == [seen.base, image.id])
            #expect(seen.instances.allSatisfy { $0.userData.contains("\nPGPOOL_AURORA_BUILD_ID=\(build)\n") })
            #expect(seen.instances.allSatisfy { $0.type == "t3.medium" && $0.tags["pgpool-aurora:build-id"] == build })
            #expect(
                seen.instances[0].userData.contains("PGPOOL_AURORA_TOOL_ADDRESS='\(scene.url)/builds/pgpool-aurora/"))
            let manifest = try scene.folder.read("\(image.id).manifest.json")
            #expect(manifest.contains("\"openssl\" : \"3.2.2\""))

            let again = try await scene.build()
            #expect(again.status == 0 && again.output == run.output, "\(again.words)")
            #expect(again.errors.contains("an equal image is there already"), "\(again.words)")
            let nothing = try await scene.reap()
            #expect(nothing.status == 0 && nothing.errors.contains("nothing to remove"), "\(nothing.words)")
            #expect(proxy.operations.contains("DescribeRouteTables"))
        }

        /// What was fetched by the presigned address is what was meant.
        @Test func aPresignedAddressIsOneThatMotoServes() async throws {
            try await withMotoServer { moto in
                let proxy = MotoProxy(moto)
                let target = SignalTarget()
                try await withScriptedServer { request in
                    // The object goes when the build is over: it is looked at while the guest would fetch it.
                    if request.text.contains("Action=GetConsoleOutput") { target.send(9) }
                    return await proxy.answer(request)
                } while: { server in
                    let scene = try BuildScene(url: server.url, target: target)
                    try scene.folder.write("cluster.yaml", Self.spec)
                    try await Self.boto3(
                        moto,
                        """
                        boto3.client('s3').create_bucket(
                            Bucket='builds', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
                        """)
                    let run = try await scene.build()
                    #expect(run.status == 137, "\(run.words)")
                    let fetched = try await Self.fetch(moto)
                    let tool = FileManager.default.contents(atPath: "/bin/true")
                    #expect(fetched.tool == tool?.base64EncodedString())
                    #expect(fetched.digest.count == 64 && fetched.digest == fetched.told)
                    let reaped = try await scene.reap()
                    #expect(reaped.status == 0, "\(reaped.words)")
                    let seen = try await Self.look(moto)
                    #expect(seen.images.isEmpty && seen.groups == [] && seen.objects == [])
                    #expect(seen.instances.map(\.state) == ["terminated"])
                }
                await proxy.shutDown()
            }
        }

        // MARK: - boto3

        private struct Seen: Decodable {
            struct Image: Decodable {
                var id: String
                var name: String
                var tags: [String: String]
                /// The tags of each.
                var snapshots: [[String: String]]
            }

            struct Instance: Decodable {
                var state: String
                var image: String
                var type: String
                var tags: [String: String]
                var userData: String
            }

            var base: String
            var images: [Image]
            var instances: [Instance]
            var groups: [String]
            var objects: [String]
            var parameter: String
        }

        private struct Fetched: Decodable {
            var tool: String
            var digest: String
            var told: String
        }

        private static func look(_ moto: MotoServer) async throws -> Seen {
            let text = try await boto3(
                moto,
                """
                ec2, ssm, s3 = boto3.client('ec2'), boto3.client('ssm'), boto3.client('s3')
                def tags(thing): return {tag['Key']: tag['Value'] for tag in thing.get('Tags', [])}
                def snapshots(image):
                    ids = [disk['Ebs']['SnapshotId'] for disk in image['BlockDeviceMappings']]
                    return [tags(it) for it in ec2.describe_snapshots(SnapshotIds=ids)['Snapshots']]
                def user_data(id):
                    value = ec2.describe_instance_attribute(InstanceId=id, Attribute='userData')['UserData']['Value']
                    return gzip.decompress(base64.b64decode(value)).decode()
                instances = [it for one in ec2.describe_instances()['Reservations'] for it in one['Instances']]
                try:
                    parameter = ssm.get_parameter(Name='/images/pgpool')['Parameter']
                    parameter = parameter['Value'] + ' ' + parameter['DataType']
                except ssm.exceptions.ParameterNotFound:
                    parameter = ''
                print(json.dumps({
                    'base': ssm.get_parameter(
                        Name='/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64')['Parameter']['Value'],
                    'images': [
                        {'id': it['ImageId'], 'name': it['Name'], 'tags': tags(it), 'snapshots': snapshots(it)}
                        for it in ec2.describe_images(Owners=['self'])['Images']],
                    'instances': [
                        {'state': it['State']['Name'], 'image': it['ImageId'], 'type': it['InstanceType'],
                         'tags': tags(it), 'userData': user_data(it['InstanceId'])}
                        for it in sorted(instances, key=lambda it: it['LaunchTime'])],
                    'groups': [it['GroupName'] for it in ec2.describe_security_groups()['SecurityGroups']
                               if it['GroupName'] != 'default'],
                    'objects': [it['Key'] for it in s3.list_objects_v2(Bucket='builds').get('Contents', [])],
                    'parameter': parameter,
                }))
                """)
            return try JSONDecoder().decode(Seen.self, from: Data(text.utf8))
        }

        /// Fetches the tool as the guest of the only instance would.
        private static func fetch(_ moto: MotoServer) async throws -> Fetched {
            let text = try await boto3(
                moto,
                """
                import hashlib, re, urllib.request
                ec2 = boto3.client('ec2')
                id = ec2.describe_instances()['Reservations'][0]['Instances'][0]['InstanceId']
                value = ec2.describe_instance_attribute(InstanceId=id, Attribute='userData')['UserData']['Value']
                script = gzip.decompress(base64.b64decode(value)).decode()
                def variable(name): return re.search("^" + name + "='(.*)'$", script, re.M).group(1)
                body = urllib.request.urlopen(variable('PGPOOL_AURORA_TOOL_ADDRESS')).read()
                print(json.dumps({
                    'tool': base64.b64encode(body).decode(), 'digest': hashlib.sha256(body).hexdigest(),
                    'told': variable('PGPOOL_AURORA_TOOL_SHA256')}))
                """)
            return try JSONDecoder().decode(Fetched.self, from: Data(text.utf8))
        }

        @discardableResult
        private static func boto3(_ moto: MotoServer, _ script: String) async throws -> String {
            let head = "import base64, boto3, gzip, json\n"
            let result = try await Subprocess.run(
                .path(FilePath(try TestPython.path())), arguments: ["-I", "-c", head + script],
                environment: .custom([
                    "PATH": "/usr/bin:/bin", "AWS_ENDPOINT_URL": moto.url, "AWS_DEFAULT_REGION": "eu-west-1",
                    "AWS_ACCESS_KEY_ID": "AKIAOTHEREXAMPLE", "AWS_SECRET_ACCESS_KEY": "FAKE/other/key",
                    "AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
                ]), output: .string(limit: 1 << 22), error: .string(limit: 1 << 16))
            #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
            return result.standardOutput
        }
    }
}
