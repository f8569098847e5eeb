@testable import AWSClient

// Our values, made of what botocore reads.

extension Reading {
    var tags: EC2.Tags {
        Dictionary(self["Tags"].list.map { ($0["Key"].text ?? "", $0["Value"].text ?? "") }) { first, _ in first }
    }

    var stateReason: EC2.StateReason? {
        self["StateReason"]["Code"].text.map {
            EC2.StateReason(code: $0, message: self["StateReason"]["Message"].text ?? "")
        }
    }

    func word<Word: EC2Word>(_ name: String) -> Word? { self[name].text.map { Word($0) } }

    func id(_ name: String) -> String { self[name].text ?? "(botocore has none)" }

    var credentials: Credentials {
        Credentials(
            accessKeyID: id("AccessKeyId"), secretAccessKey: id("SecretAccessKey"),
            sessionToken: self["SessionToken"].text, expiration: self["Expiration"].time)
    }

    var instance: EC2.Instance {
        let volumes = self["BlockDeviceMappings"].list.compactMap { mapping in
            mapping["Ebs"]["VolumeId"].text.map { (mapping.id("DeviceName"), $0) }
        }
        return EC2.Instance(
            id: id("InstanceId"), state: EC2.InstanceState(self["State"].id("Name")), stateReason: stateReason,
            clientToken: self["ClientToken"].text ?? "", imageID: self["ImageId"].text,
            instanceType: self["InstanceType"].text, zone: self["Placement"]["AvailabilityZone"].text,
            subnetID: self["SubnetId"].text, launchTime: self["LaunchTime"].time,
            rootDevice: self["RootDeviceName"].text, volumeIDs: Dictionary(volumes) { _, last in last },
            securityGroupIDs: self["SecurityGroups"].list.compactMap { $0["GroupId"].text }, tags: tags)
    }

    var stateChange: EC2.StateChange {
        EC2.StateChange(
            id: id("InstanceId"), before: EC2.InstanceState(self["PreviousState"].id("Name")),
            now: EC2.InstanceState(self["CurrentState"].id("Name")))
    }

    var image: EC2.Image {
        let disks = self["BlockDeviceMappings"].list.compactMap { mapping -> EC2.ImageDisk? in
            guard mapping["Ebs"] != .none else { return nil }
            return EC2.ImageDisk(
                device: mapping.id("DeviceName"), snapshotID: mapping["Ebs"]["SnapshotId"].text,
                size: mapping["Ebs"]["VolumeSize"].integer, isEncrypted: mapping["Ebs"]["Encrypted"].flag ?? false)
        }
        return EC2.Image(
            id: id("ImageId"), name: self["Name"].text ?? "", description: self["Description"].text ?? "",
            state: EC2.ImageState(id("State")), stateReason: stateReason, ownerID: self["OwnerId"].text,
            architecture: word("Architecture"), bootMode: word("BootMode"), hasENA: self["EnaSupport"].flag ?? false,
            requiresIMDSv2: self["ImdsSupport"].text == "v2.0", isPublic: self["Public"].flag ?? false,
            rootDevice: self["RootDeviceName"].text, isOnEBS: self["RootDeviceType"].text == "ebs", disks: disks,
            creationTime: self["CreationDate"].time, deprecationTime: self["DeprecationTime"].time,
            sourceInstanceID: self["SourceInstanceId"].text, tags: tags)
    }

    var snapshot: EC2.Snapshot {
        EC2.Snapshot(
            id: id("SnapshotId"), state: EC2.SnapshotState(id("State")), stateMessage: self["StateMessage"].text,
            progress: self["Progress"].text.flatMap { Int($0.dropLast()) },
            description: self["Description"].text ?? "", volumeID: self["VolumeId"].text,
            size: self["VolumeSize"].integer, isEncrypted: self["Encrypted"].flag ?? false,
            startTime: self["StartTime"].time, tags: tags)
    }

    var volume: EC2.Volume {
        EC2.Volume(
            id: id("VolumeId"), state: EC2.VolumeState(id("State")), size: self["Size"].integer,
            isEncrypted: self["Encrypted"].flag ?? false,
            instanceIDs: self["Attachments"].list.compactMap { $0["InstanceId"].text }, tags: tags)
    }
}
