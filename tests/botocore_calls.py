"""What tests/test_botocore.py and tests/botocore_oracle.py share: the calls whose input a scenario
takes, and the tables of keys as tests/test_botocore.c writes them.

A call that plimsoll learns to take is one more row of CALLS. A key that is the simulator's own and
stands beside AWS's is one more of OWN.
"""

import collections
import json
import sys

try:
    import botocore.session
    import botocore.validate
except ImportError:
    sys.exit(77)

# prefix: where the input stands in a scenario. describe: the call whose output is taken in place of
# the input, and the member of it that holds that; or None. member: the list of the input whose
# elements stand in a scenario in place of the whole; or None.
Call = collections.namedtuple("Call", "service operation prefix describe member",
                              defaults=(None, None))


def change(service, operation, describe=None):
    """A call that an operator makes during the run."""
    return Call(service, operation, f"changes[].{operation}.", describe)


CALLS = [
    Call("ecs", "RegisterTaskDefinition", "taskDefinitions[].",
         ("DescribeTaskDefinition", "taskDefinition")),
    Call("ecs", "RunTask", "runTasks[]."),
    Call("ecs", "CreateService", "services[].", ("DescribeServices", "services")),
    Call("ecs", "CreateCapacityProvider", "capacityProviders[].",
         ("DescribeCapacityProviders", "capacityProviders")),
    Call("ecs", "CreateCluster", "cluster.", ("DescribeClusters", "clusters")),
    Call("autoscaling", "CreateAutoScalingGroup", "autoScalingGroups[].",
         ("DescribeAutoScalingGroups", "AutoScalingGroups")),
    Call("autoscaling", "CreateLaunchConfiguration", "launchConfigurations[].",
         ("DescribeLaunchConfigurations", "LaunchConfigurations")),
    Call("ec2", "CreateLaunchTemplate", "launchTemplates[].",
         ("DescribeLaunchTemplateVersions", "LaunchTemplateVersions")),
    Call("ecs", "PutAccountSettingDefault", "accountSettings[].",
         ("ListAccountSettings", "settings")),
    Call("application-autoscaling", "RegisterScalableTarget", "scalableTargets[].",
         ("DescribeScalableTargets", "ScalableTargets")),
    Call("application-autoscaling", "PutScalingPolicy", "scalingPolicies[].",
         ("DescribeScalingPolicies", "ScalingPolicies")),
    Call("application-autoscaling", "PutScheduledAction", "scheduledActions[].",
         ("DescribeScheduledActions", "ScheduledActions")),
    Call("cloudwatch", "PutMetricAlarm", "alarms[].", ("DescribeAlarms", "MetricAlarms")),
    Call("events", "PutRule", "rules[]."),
    Call("events", "PutTargets", "rules[].Targets[].", member="Targets"),
    change("ecs", "PutClusterCapacityProviders"),
    change("autoscaling", "SetDesiredCapacity"),
    change("autoscaling", "UpdateAutoScalingGroup"),
    change("autoscaling", "DeleteAutoScalingGroup"),
    change("ec2", "StopInstances"),
    change("ec2", "StartInstances"),
    change("ec2", "TerminateInstances"),
    change("autoscaling", "TerminateInstanceInAutoScalingGroup"),
    change("ecs", "DeregisterContainerInstance"),
    change("ecs", "UpdateContainerInstancesState"),
    change("ecs", "StopTask"),
    change("ecs", "StartTask"),
    change("ecs", "RegisterTaskDefinition", ("DescribeTaskDefinition", "taskDefinition")),
    change("ecs", "DeregisterTaskDefinition"),
    change("ecs", "CreateService", ("DescribeServices", "services")),
    change("ecs", "UpdateService"),
    change("ecs", "DeleteService"),
    change("ecs", "PutAttributes"),
    change("ecs", "DeleteAttributes"),
    change("ecs", "PutAccountSettingDefault"),
    change("ecs", "DeleteCluster"),
]

# Keys that no call of AWS has, or that stand elsewhere there.
OWN = {"runTasks[].at", "runTasks[].name", "rules[].Targets"}


# What has the table of another place.
SAME = {"changes[].RegisterTaskDefinition.": "taskDefinitions[].",
        "changes[].PutAccountSettingDefault.": "accountSettings[].",
        "changes[].CreateService.": "services[]."}


def first_place(path):
    """The path of the same key where it is written down once."""
    for place, other in SAME.items():
        if path.startswith(place):
            return other + path[len(place):]
    return path


def is_own(path):
    """True of the simulator's own keys and of what stands below them."""
    return path in OWN or ".sim." in path + "."


class Tables:
    """The tables of keys: `keys` by path, `newer` as (path, value) -> first epoch."""

    def __init__(self, name):
        self.keys, self.newer, self.below = {}, {}, collections.defaultdict(list)
        with open(name, encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if "newer" in row:
                    self.newer[row["newer"], row["value"]] = row["epoch"]
                    continue
                row["choices"] = row["choices"].split()
                self.keys[row["path"]] = row
                self.below[row["path"][: row["path"].rfind(".") + 1]].append(row)

    def newer_values(self, path):
        """The choices of a key that came after the packaged models."""
        return {value for (where, value) in self.newer if where == first_place(path) and value}

    def is_newer(self, path):
        return (first_place(path), "") in self.newer


def inner(path, shape):
    """The prefix of what stands below a key of this shape."""
    return path + {"list": "[].", "map": ".*."}.get(shape.type_name, ".")


def element(shape):
    """What a list or map holds; of anything else the shape itself."""
    if shape.type_name == "list":
        return shape.member
    return shape.value if shape.type_name == "map" else shape


class Models:
    """Shapes of the calls, each service read once."""

    def __init__(self):
        self.session = botocore.session.get_session()
        self.services = {}

    def operation(self, service, name):
        if service not in self.services:
            self.services[service] = self.session.get_service_model(service)
        return self.services[service].operation_model(name)

    def input(self, call):
        shape = self.operation(call.service, call.operation).input_shape
        return element(shape.members[call.member]) if call.member else shape

    def output(self, call):
        """The shape of one element of the matching describe output, or None."""
        if call.describe is None:
            return None
        operation, member = call.describe
        return element(self.operation(call.service, operation).output_shape.members[member])
