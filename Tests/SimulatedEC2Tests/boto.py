"""A build by AWS's own library, on a simulation whose address is the argument. Prints what it saw as JSON."""

import base64
import json
import sys
import time
import urllib.request

import boto3
import botocore.exceptions
from botocore.config import Config

keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}
config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}, signature_version="v4")


def client(service):
    settings = config if service != "s3" else config.merge(Config(signature_version="s3v4"))
    return boto3.client(service, endpoint_url=sys.argv[1], config=settings, **keys)


ec2, sts, ssm, s3 = client("ec2"), client("sts"), client("ssm"), client("s3")


def until(ask, wanted):
    for _ in range(1000):
        value = ask()
        if value == wanted:
            return value
        time.sleep(0.005)
    raise SystemExit(f"still {value}")


def error(call, **parameters):
    try:
        call(**parameters)
    except botocore.exceptions.ClientError as problem:
        answer = problem.response
        return [answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"], "RequestId" in answer["ResponseMetadata"]]
    return None


seen = {"account": sts.get_caller_identity()["Account"]}
s3.put_object(Bucket="builds", Key="a b", Body=b"tool", ChecksumAlgorithm="SHA256")
address = s3.generate_presigned_url("get_object", Params={"Bucket": "builds", "Key": "a b"}, ExpiresIn=60)
with urllib.request.urlopen(address) as answer:
    seen["fetched"] = answer.read().decode()
head = s3.head_object(Bucket="builds", Key="a b", ChecksumMode="ENABLED")
seen["head"] = [head["ContentLength"], "ChecksumSHA256" in head]
seen["range"] = s3.get_object(Bucket="builds", Key="a b", Range="bytes=1-2")["Body"].read().decode()
seen["region"] = s3.head_bucket(Bucket="builds")["BucketRegion"]
s3.delete_object(Bucket="builds", Key="a b")
seen["no key"] = error(s3.get_object, Bucket="builds", Key="a b")

base = ssm.get_parameter(Name="/aws/service/debian/release/12/latest/arm64")["Parameter"]["Value"]
image = ec2.describe_images(ImageIds=[base])["Images"][0]
seen["image"] = [
    image["State"], image["Architecture"], image["BootMode"], image["Public"], image["RootDeviceName"],
    image["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"], image["ImageOwnerAlias"],
]
types = ec2.describe_instance_types(InstanceTypes=["t4g.medium"])["InstanceTypes"][0]
seen["type"] = [types["Hypervisor"], types["ProcessorInfo"]["SupportedArchitectures"], types["SupportedBootModes"]]
offers = ec2.describe_instance_type_offerings(LocationType="availability-zone", Filters=[{"Name": "instance-type", "Values": ["t4g.medium"]}])
seen["zones"] = [offer["Location"] for offer in offers["InstanceTypeOfferings"]]
vpc = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
seen["subnets"] = [[subnet["AvailabilityZone"], subnet["DefaultForAz"], subnet["MapPublicIpOnLaunch"]] for subnet in subnets]
table = ec2.describe_route_tables()["RouteTables"][0]
seen["routes"] = [[route["DestinationCidrBlock"], route["GatewayId"][:4], route["State"]] for route in table["Routes"]]
seen["main"] = [association["Main"] for association in table["Associations"]]

tags = [{"Key": "pgpool-aurora:build-id", "Value": "b <1>"}]


def tagged(*kinds):
    return [{"ResourceType": kind, "Tags": tags} for kind in kinds]


group = ec2.create_security_group(GroupName="build", Description="a build", TagSpecifications=tagged("security-group"))["GroupId"]
seen["group"] = [
    [found["GroupName"], found["IpPermissions"], found["Tags"]]
    for found in ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
]
seen["dry run"] = error(ec2.run_instances, ImageId=base, InstanceType="t4g.medium", MinCount=1, MaxCount=1, DryRun=True)
made = ec2.run_instances(
    ImageId=base, InstanceType="t4g.medium", MinCount=1, MaxCount=1, ClientToken="t", UserData="PGPOOL_AURORA_BUILD_ID=b\n",
    SecurityGroupIds=[group], TagSpecifications=tagged("instance", "volume", "network-interface"),
    InstanceInitiatedShutdownBehavior="terminate", MetadataOptions={"HttpTokens": "required"},
)["Instances"][0]
seen["launched"] = [made["State"]["Name"], made["Placement"]["AvailabilityZone"], made["Tags"], made["Architecture"]]


def instance():
    return ec2.describe_instances(InstanceIds=[made["InstanceId"]])["Reservations"][0]["Instances"][0]


until(lambda: instance()["State"]["Name"], "running")
volume = ec2.describe_volumes(VolumeIds=[instance()["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]])["Volumes"][0]
seen["volume"] = [volume["State"], volume["Size"], volume["Attachments"][0]["InstanceId"] == made["InstanceId"], volume["VolumeType"]]
until(
    lambda: "PGPOOL-AURORA b ok" in ec2.get_console_output(InstanceId=made["InstanceId"], Latest=True).get("Output", ""), True)
change = ec2.stop_instances(InstanceIds=[made["InstanceId"]])["StoppingInstances"][0]
seen["stopping"] = [change["PreviousState"]["Name"], change["CurrentState"]["Name"], change["CurrentState"]["Code"]]
until(lambda: instance()["State"]["Name"], "stopped")
seen["reason"] = instance()["StateReason"]["Code"]
ami = ec2.create_image(InstanceId=made["InstanceId"], Name="image", TagSpecifications=tagged("image", "snapshot"))["ImageId"]


def candidate():
    return ec2.describe_images(ImageIds=[ami])["Images"][0]


until(lambda: candidate()["State"], "available")
snapshot = ec2.describe_snapshots(OwnerIds=["self"])["Snapshots"][0]
seen["snapshot"] = [
    snapshot["State"], snapshot["Progress"], snapshot["Description"] == f"Created by CreateImage({made['InstanceId']}) for {ami}",
    snapshot["SnapshotId"] == candidate()["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"], snapshot["Tags"],
]
ec2.modify_image_attribute(ImageId=ami, ImdsSupport={"Value": "v2.0"})
ec2.modify_image_attribute(ImageId=ami, LaunchPermission={"Add": [{"UserId": "210987654321"}]})
ec2.enable_image_deprecation(ImageId=ami, DeprecateAt="2031-01-01T00:00:00Z")
seen["attributes"] = [candidate()["ImdsSupport"], candidate()["DeprecationTime"][:16]]
ssm.put_parameter(Name="/ami", Value=ami, Type="String", DataType="aws:ec2:image")
until(lambda: error(ssm.get_parameter, Name="/ami"), None)
seen["parameter"] = ssm.get_parameter(Name="/ami")["Parameter"]["Value"] == ami
ssm.delete_parameter(Name="/ami")
seen["no parameter"] = error(ssm.delete_parameter, Name="/ami")
copy = boto3.client("ec2", endpoint_url=sys.argv[1], config=config, **{**keys, "region_name": "us-east-1"})
copied = copy.copy_image(SourceImageId=ami, SourceRegion="eu-west-1", Name="copy")["ImageId"]
seen["copied"] = copy.describe_images(ImageIds=[copied])["Images"][0]["State"]
copy.deregister_image(ImageId=copied)
ec2.create_tags(Resources=[ami], Tags=[{"Key": "more", "Value": ""}])
seen["tags"] = candidate()["Tags"]
seen["missing"] = error(ec2.describe_instances, InstanceIds=["i-0123456789abcdef0"])
ec2.terminate_instances(InstanceIds=[made["InstanceId"]])
until(lambda: instance()["State"]["Name"], "terminated")
ec2.delete_security_group(GroupId=group)
gone = ec2.deregister_image(ImageId=ami, DeleteAssociatedSnapshots=True)
seen["deleted"] = [result["ReturnCode"] for result in gone["DeleteSnapshotResults"]]
seen["pages"] = [len(page["Images"]) for page in ec2.get_paginator("describe_images").paginate(PaginationConfig={"PageSize": 5})]
print(json.dumps(seen))
