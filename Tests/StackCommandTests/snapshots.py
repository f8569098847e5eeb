"""Looks at a simulated AWS, whose address is the argument, by AWS's own library. Prints what it saw as JSON.

A stack is made and deleted, and the snapshot that it leaves is found and deleted.
"""

import json
import sys
import time

import boto3
import botocore.exceptions

keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret", "region_name": "eu-west-1"}
cloud, rds, s3 = (boto3.client(name, endpoint_url=sys.argv[1], **keys) for name in ("cloudformation", "rds", "s3"))

template = {
    "Resources": {
        "Cluster": {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-postgresql"}},
        "Topic": {"Type": "AWS::SNS::Topic", "DeletionPolicy": "Retain"},
    },
    "Outputs": {"NLBEndpoint": {"Value": "template"}, "Other": {"Value": "<&>"}},
}
s3.put_object(Bucket="templates", Key="a/b.json", Body=json.dumps(template).encode())
cloud.create_change_set(
    StackName="orders", ChangeSetName="one", ChangeSetType="CREATE", TemplateURL=sys.argv[1] + "/templates/a/b.json"
)
cloud.get_waiter("change_set_create_complete").wait(
    StackName="orders", ChangeSetName="one", WaiterConfig={"Delay": 0.05, "MaxAttempts": 200}
)
cloud.execute_change_set(StackName="orders", ChangeSetName="one")
seen = {}


def until(status):
    for _ in range(400):
        stack = cloud.describe_stacks(StackName=made)["Stacks"][0]
        if stack["StackStatus"] == status:
            return stack
        time.sleep(0.02)
    raise SystemExit(f"still {stack}")


made = cloud.describe_stacks(StackName="orders")["Stacks"][0]["StackId"]
stack = until("CREATE_COMPLETE")
now = time.time()
seen["outputs"] = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
seen["on time"] = abs(stack["CreationTime"].timestamp() - now) < 60
seen["template"] = cloud.get_template(StackName="orders")["TemplateBody"] == template
seen["resources"] = [found["LogicalResourceId"] for found in cloud.list_stack_resources(StackName="orders")["StackResourceSummaries"]]
events = cloud.describe_stack_events(StackName="orders")["StackEvents"]
seen["last event"] = [events[0]["ResourceType"], events[0]["ResourceStatus"]]
cloud.delete_stack(StackName="orders")
until("DELETE_COMPLETE")

pages = rds.get_paginator("describe_db_cluster_snapshots").paginate(SnapshotType="manual")
snapshots = [snapshot for page in pages for snapshot in page["DBClusterSnapshots"]]
seen["snapshots"] = [[found["DBClusterIdentifier"], found["Status"], found["SnapshotType"]] for found in snapshots]
id = snapshots[0]["DBClusterSnapshotIdentifier"]
seen["name"] = id.startswith("orders-snapshot-cluster-")
if "--keep" not in sys.argv:
    deleted = rds.delete_db_cluster_snapshot(DBClusterSnapshotIdentifier=id)["DBClusterSnapshot"]
    seen["deleted"] = [deleted["DBClusterSnapshotIdentifier"] == id, deleted["Status"]]
    seen["left"] = rds.describe_db_cluster_snapshots()["DBClusterSnapshots"]
    try:
        rds.describe_db_cluster_snapshots(DBClusterSnapshotIdentifier=id)
    except botocore.exceptions.ClientError as error:
        seen["none"] = [error.response["Error"]["Code"], type(error).__name__]
s3.delete_object(Bucket="templates", Key="a/b.json")
print(json.dumps(seen))
