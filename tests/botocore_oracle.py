"""What botocore's validator refuses, plimsoll refuses: on random inputs made from AWS's models.

Usage: botocore_oracle.py KEYS COUNT, with a judge on the other end of stdin and stdout (in
tests/test_botocore.c): a scenario goes out as one line, and "ok" or the first complaint comes back.

COUNT inputs are judged. Every third is valid, drawn from the shapes of botocore's model of a call
around one key that the input must hold (each key takes its turn), with the choices and ranges of
plimsoll's tables and the few rules between keys that no shape knows. The others are such inputs that
plimsoll accepted, each with one mistake: so a refusal is owed to the mistake, and an acceptance of
what botocore.validate refuses is a finding. It is printed with everything cut off that it does not
need. So that none of this is empty, at least a fifth of the valid inputs of each call have to be
accepted, nine tenths of its keys have to stand in one of these, and every kind of mistake has to
occur 50 times in 5,000. Not counted are inputs around keys that are "not simulated yet".

All chance comes from one seed: the same models and tables give the same inputs.
"""

import collections
import copy
import json
import random
import sys

from botocore_calls import CALLS, Models, Tables, botocore, element, inner

SEED = 20200601
FULL = 5000
SHARE = 0.2        # of the valid inputs of a call must be accepted,
KEYS_SHARE = 0.9   # and of its keys stand in one of these, in FULL inputs
MISTAKES_MIN = 50  # of each kind, in FULL inputs
TURNS_MIN = 6      # of a call in a round, however few its keys
FINDINGS_MAX = 20
ATTEMPTS = 40 * len(CALLS)  # to find an input that can have a given mistake

# ---- scenarios around an input ----

GROUP = {"LaunchConfigurationName": "lc", "MinSize": 0, "MaxSize": 4,
         "AvailabilityZones": ["us-east-1a"]}
CONTAINER = {"name": "main", "image": "busybox", "memory": 128}
RULE = {"Name": "rule", "ScheduleExpression": "rate(5 minutes)"}
TARGET = {"ServiceNamespace": "ecs", "ResourceId": "service/web/scaled",
          "ScalableDimension": "ecs:service:DesiredCount", "MinCapacity": 1, "MaxCapacity": 9}


def scenario(call, value):
    """A small scenario without mistakes, with `value` as one more input of the call."""
    whole = {
        "plimsoll": 1, "name": "oracle", "duration": "1h",
        "network": {"subnets": {"subnet-1": {"availabilityZone": "us-east-1a"}}},
        "cluster": {"clusterName": "web", "capacityProviders": ["blue"],
                    "defaultCapacityProviderStrategy": [{"capacityProvider": "blue"}]},
        "launchConfigurations": [{
            "LaunchConfigurationName": "lc", "InstanceType": "t3.medium",
            "UserData": "#!/bin/bash\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\n"}],
        "launchTemplates": [{"LaunchTemplateName": "template",
                             "LaunchTemplateData": {"InstanceType": "t3.medium"}}],
        "autoScalingGroups": [
            dict(GROUP, AutoScalingGroupName="blue", NewInstancesProtectedFromScaleIn=True),
            dict(GROUP, AutoScalingGroupName="green", NewInstancesProtectedFromScaleIn=True)],
        "capacityProviders": [{
            "name": "blue", "autoScalingGroupProvider": {"autoScalingGroupArn": "blue"}}],
        "taskDefinitions": [
            {"family": "job", "containerDefinitions": [CONTAINER], "sim": {"duration": "1m"}},
            {"family": "net", "containerDefinitions": [CONTAINER], "networkMode": "awsvpc",
             "sim": {"duration": "1m"}}],
        "runTasks": [{"taskDefinition": "job", "at": "1m"}],
        "services": [{"serviceName": "base", "taskDefinition": "job", "desiredCount": 1},
                     {"serviceName": "scaled", "taskDefinition": "job", "desiredCount": 1}],
        "scalableTargets": [], "scalingPolicies": [], "scheduledActions": [], "alarms": [],
        "rules": [], "changes": [], "accountSettings": [],
    }
    place = call.prefix.rstrip(".")
    if place == "runTasks[]" and isinstance(value, dict):
        value = dict(value, at="2m")
    if call.service == "application-autoscaling" and place != "scalableTargets[]":
        whole["scalableTargets"].append(TARGET)
    if place.startswith("changes[]"):
        whole["changes"].append({"at": "2m", call.operation: value})
    elif place.startswith("rules[].Targets"):
        whole["rules"].append(dict(RULE, Targets=[value]))
    elif place.endswith("[]"):
        whole[place[:-2]].append(value)
    else:
        whole[place] = value
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False)


class Judge:
    """Plimsoll's loader, at the other end of the pipes."""

    def accepts(self, call, value):
        line = scenario(call, value)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        verdict = sys.stdin.readline()
        if not verdict:
            sys.exit("the judge broke down over:\n" + line)
        return verdict == "ok\n"


# ---- valid inputs ----

# Texts that mean something, by the end of a key's path: names that exist in the scenario, and
# shapes that plimsoll asks for where AWS's model has any text.
NUMBER_3 = "3".zfill(32)
TEXTS = {
    "taskDefinitions[].cpu": ["256", "1024", "1 vCPU"],
    "taskDefinitions[].memory": ["512", "2048", "2 GB"],
    "resourceRequirements[].value": ["1"],
    "resourceRequirements[].type": ["GPU"],
    "environmentFiles[].value": ["arn:aws:s3:::bucket/file.env"],
    "efsVolumeConfiguration.fileSystemId": ["fs-12345678"],
    "efsVolumeConfiguration.rootDirectory": ["/"],
    "dnsSearchDomains[]": ["example.com"],
    "extraHosts[].ipAddress": ["10.0.0.1"],
    "systemControls[].namespace": ["net.core.somaxconn"],
    "systemControls[].value": ["1024"],
    "linuxParameters.capabilities.add[]": ["SYS_PTRACE", "NET_ADMIN"],
    "linuxParameters.capabilities.drop[]": ["CHOWN", "MKNOD"],
    "tmpfs[].containerPath": ["/scratch"],
    "tmpfs[].mountOptions[]": ["rw", "noexec"],
    "healthCheck.command[]": ["CMD-SHELL"],
    "services[].taskDefinition": ["job", "job:1"],
    "CreateService.taskDefinition": ["job", "job:1"],
    "UpdateService.taskDefinition": ["job", "job:1"],
    "services[].cluster": ["web"],
    "services[].launchType": ["EC2"],
    "CreateService.launchType": ["EC2"],
    "UpdateService.service": ["base", "arn:aws:ecs:us-east-1:111122223333:service/web/base"],
    "DeleteService.service": ["base"],
    "deploymentConfiguration.strategy": ["ROLLING"],
    "deploymentController.type": ["ECS"],
    "availabilityZoneRebalancing": ["DISABLED"],
    "clientToken": ["token-1"],
    "runTasks[].taskDefinition": ["job", "job:1"],
    "runTasks[].cluster": ["web"],
    "runTasks[].launchType": ["EC2"],
    "containerOverrides[].name": ["main"],
    "capacityProviderStrategy[].capacityProvider": ["blue"],
    "cluster.capacityProviders[]": ["blue"],
    "defaultCapacityProviderStrategy[].capacityProvider": ["blue"],
    "cluster.settings[].value": ["enabled", "disabled"],
    "autoScalingGroupProvider.autoScalingGroupArn": ["green"],
    "placementStrategy[].type": ["binpack"],
    "placementStrategy[].field": ["cpu", "memory"],
    "autoScalingGroups[].LaunchConfigurationName": ["lc"],
    "LaunchTemplate.LaunchTemplateName": ["template"],
    "LaunchTemplate.Version": ["1", "$Latest", "$Default"],
    "autoScalingGroups[].AvailabilityZones[]": ["us-east-1a", "us-east-1b"],
    "autoScalingGroups[].VPCZoneIdentifier": ["subnet-1"],
    "TerminationPolicies[]": ["Default", "OldestInstance"],
    "InstanceType": ["t3.medium", "c5.large"],
    "PlacementTenancy": ["default"],
    "UserData": ["#!/bin/bash\necho ECS_CLUSTER=web >> /etc/ecs/ecs.config\n"],
    "awsvpcConfiguration.subnets[]": ["subnet-1"],
    "assignPublicIp": ["DISABLED"],
    "accountSettings[].value": ["enabled", "disabled"],
    "PutAccountSettingDefault.value": ["enabled", "disabled"],
    "scalableTargets[].ResourceId": ["service/web/base"],
    "scalingPolicies[].ResourceId": ["service/web/scaled"],
    "scheduledActions[].ResourceId": ["service/web/scaled"],
    "PredefinedMetricType": ["ECSServiceAverageCPUUtilization"],
    "scheduledActions[].Schedule": ["rate(1 hour)", "cron(0 12 * * ? *)",
                                    "at(2024-01-01T00:30:00)"],
    "scheduledActions[].Timezone": ["UTC"],
    "rules[].ScheduleExpression": ["rate(1 hour)", "cron(0 12 * * ? *)"],
    "rules[].Targets[].Arn": ["arn:aws:ecs:us-east-1:111122223333:cluster/web"],
    "EcsParameters.TaskDefinitionArn": ["job", "job:1"],
    "EcsParameters.LaunchType": ["EC2"],
    "EcsParameters.CapacityProviderStrategy[].capacityProvider": ["blue"],
    "EcsParameters.PlacementStrategy[].type": ["binpack"],
    "EcsParameters.PlacementStrategy[].field": ["cpu", "memory"],
    "awsvpcConfiguration.Subnets[]": ["subnet-1"],
    "AssignPublicIp": ["DISABLED"],
    "cluster": ["web", "arn:aws:ecs:us-east-1:111122223333:cluster/web"],
    "PutClusterCapacityProviders.capacityProviders[]": ["blue"],
    "SetDesiredCapacity.AutoScalingGroupName": ["blue", "green"],
    "UpdateAutoScalingGroup.AutoScalingGroupName": ["blue", "green"],
    "UpdateAutoScalingGroup.LaunchConfigurationName": ["lc"],
    "DeleteAutoScalingGroup.AutoScalingGroupName": ["blue", "green"],
    "InstanceIds[]": ["i-00000000000000003"],
    "InstanceId": ["i-00000000000000003"],
    "containerInstance": [NUMBER_3],
    "containerInstances[]": [NUMBER_3],
    "StartTask.taskDefinition": ["job", "job:1"],
    "StopTask.task": [NUMBER_3, "arn:aws:ecs:us-east-1:111122223333:task/web/" + NUMBER_3],
    "attributes[].targetId": [NUMBER_3],
    "DeregisterTaskDefinition.taskDefinition": ["job:1"],
}
WORDS = ["alpha", "bravo-2", "charlie", "delta_4", "echo", "überall"]
ASCII_WORDS = WORDS[:-1]
PLAIN_NAMES = ("name", "family", "clusterName", "group", "image", "valueFrom", "Name", "Id", "Group", "serviceName",
               "value")


class Generator:
    """Draws valid inputs from shapes."""

    def __init__(self, tables, chance):
        self.tables, self.chance, self.serial = tables, chance, 0

    def text(self, path, shape, key):
        for end, values in TEXTS.items():
            if path == end or path.endswith("." + end):
                return self.chance.choice(values)
        choices = key["choices"] if key and key["choices"] else getattr(shape, "enum", [])
        if choices:
            return self.chance.choice([c for c in choices if c not in ("FARGATE", "EXTERNAL")]
                                      or choices)
        self.serial += 1
        word = self.chance.choice(ASCII_WORDS if path.rpartition(".")[2] in PLAIN_NAMES else WORDS)
        text = f"{word}-{self.serial}"
        return text.ljust(shape.metadata.get("min", 0), "x")

    def number(self, shape, key):
        low, high = shape.metadata.get("min", 0), shape.metadata.get("max", 1 << 31)
        if key and key["max"] > 0:
            low, high = max(low, key["min"]), min(high, key["max"])
        return self.chance.choice([low, min(high, low + 1), min(high, low + 7),
                                   self.chance.randint(low, min(high, low + 100))])

    def value(self, path, shape, focus):
        """`focus`: names still to go through to the key that has to be there."""
        kind, key = shape.type_name, self.tables.keys.get(path)
        if kind == "structure":
            return self.structure(inner(path, shape), shape, focus)
        if kind == "list":
            held, least = shape.member, max(shape.metadata.get("min", 0), 1)
            if held.type_name == "structure":
                most = min(shape.metadata.get("max", 2), 2)
                return [self.structure(inner(path, shape), held, focus)
                        for _ in range(self.chance.randint(least, max(least, most)))]
            texts = [self.scalar(path + "[]", held, key) for _ in range(least)]
            return texts if self.chance.random() < 0.9 or least > 1 else texts + texts
        if kind == "map":
            return {self.chance.choice(WORDS): self.scalar(path, shape.value, None)}
        return self.scalar(path, shape, key)

    def scalar(self, path, shape, key):
        kind = shape.type_name
        if kind == "string":
            return self.text(path, shape, key)
        if kind == "boolean":
            return self.chance.random() < 0.5
        if kind in ("integer", "long"):
            return self.number(shape, key)
        if kind in ("float", "double"):
            return self.number(shape, key) + self.chance.choice([0, 0.5])
        return "2024-01-01T00:00:00Z"  # a timestamp

    def structure(self, prefix, shape, focus):
        required = shape.metadata.get("required", [])
        rare = min(0.15, 1.5 / max(len(shape.members), 1))
        value = {}
        for name, member in shape.members.items():
            key = self.tables.keys.get(prefix + name)
            wanted = bool(focus) and focus[0] == name
            needed = name in required or (key is not None and key["required"])
            ready = key is not None and not key["later"]
            if wanted or needed or (ready and self.chance.random() < rare):
                value[name] = self.value(prefix + name, member, focus[1:] if wanted else [])
        return value

    def input(self, call, shape, focus):
        value = self.structure(call.prefix, shape, focus)
        FIXES.get(call.operation, lambda value, focus: None)(value, focus)
        return value


def drop(value, *names):
    for name in names:
        value.pop(name, None)


# The rules between keys that no shape knows, met by taking away or adding; what `focus` asks for
# stays. They need not be complete: an input that plimsoll refuses only counts as refused.

def fix_container(number, container, definition, focus):
    container["name"] = f"c{number}"
    container.setdefault("memory", 256)
    container["memory"] = max(container["memory"], 128)
    container["memoryReservation"] = min(container.get("memoryReservation", 64), 64)
    if "essential" in container:
        container["essential"] = number == 0
    for mapping in container.get("portMappings", []):
        mapping["containerPort"] = 8000 + number
        drop(mapping, "hostPort" if number else "protocol")
    for name, other in (("links", None), ("dependsOn", "containerName"),
                        ("volumesFrom", "sourceContainer")):
        if name in container and number == 0 and "links" not in focus:
            drop(container, name)
        elif name in container:
            container[name] = [dict(item, **{other: "c0"}) if other else "c0"
                               for item in container[name][:1]]
    for item in container.get("dependsOn", []):
        item["condition"] = "START"
    for item in container.get("mountPoints", []):
        item["sourceVolume"] = "disk"
        definition.setdefault("volumes", [{"name": "disk"}])[0]["name"] = "disk"
    if {"secrets", "environmentFiles", "repositoryCredentials", "logConfiguration"} & set(container):
        definition.setdefault("executionRoleArn", "arn:aws:iam::111122223333:role/execution")
    if "firelensConfiguration" in container:
        container["essential"] = True
        if number > 0:
            drop(container, "firelensConfiguration")
            return
        if "options" in container["firelensConfiguration"]:
            container["firelensConfiguration"]["options"] = {"enable-ecs-log-metadata": "true"}
    if "logConfiguration" in container:
        container["logConfiguration"].update(
            logDriver="awslogs", options={"awslogs-group": "g", "awslogs-region": "us-east-1"})
    for limit in container.get("ulimits", []):
        limit["softLimit"] = min(limit["softLimit"], limit["hardLimit"])


PROXY = {"AppPorts": "80", "ProxyIngressPort": "15000", "ProxyEgressPort": "15001",
         "IgnoredUID": "1337", "EgressIgnoredIPs": "169.254.170.2"}
NOT_AWSVPC = ("links", "hostname", "dnsServers", "dnsSearchDomains", "extraHosts",
              "disableNetworking", "portMappings", "systemControls")


def fix_volume(number, volume, focus):
    volume.setdefault("name", f"volume-{number}")
    kinds = [kind for kind in volume if kind == "host" or kind.endswith("VolumeConfiguration")]
    kept = focus[1] if len(focus) > 1 and focus[1] in kinds else (kinds or [None])[0]
    drop(volume, *(kind for kind in kinds if kind != kept))
    if "autoprovision" in volume.get("dockerVolumeConfiguration", {}):
        volume["dockerVolumeConfiguration"]["scope"] = "shared"
    efs = volume.get("efsVolumeConfiguration", {})
    if "authorizationConfig" in efs or "transitEncryptionPort" in efs:
        efs["transitEncryption"] = "ENABLED"
        drop(efs, "rootDirectory")


def fix_definition(value, focus):
    containers = value["containerDefinitions"]
    if any(set(c) & {"links", "dependsOn", "volumesFrom"} for c in containers):
        containers.insert(0, {"name": "c0", "image": "busybox", "memory": 128})
    for number, container in enumerate(containers):
        fix_container(number, container, value, focus)
    if "networkMode" in value and "networkMode" not in focus:
        drop(value, "networkMode")
    for number, volume in enumerate(value.get("volumes", [])):
        fix_volume(number, volume, focus)
    if "proxyConfiguration" in value:
        value["networkMode"] = "awsvpc"
        value["proxyConfiguration"].update(
            containerName="c0",
            properties=[{"name": name, "value": value} for name, value in PROXY.items()])
        for container in containers:
            drop(container, *NOT_AWSVPC)
    if "requiresCompatibilities" in value:
        value["requiresCompatibilities"] = ["EC2"]
    drop(value, *({"cpu", "memory", "placementConstraints", "proxyConfiguration"} - set(focus)))
    if "runtimePlatform" in value:
        value["runtimePlatform"].pop("cpuArchitecture", None)
        value["runtimePlatform"]["operatingSystemFamily"] = "LINUX"


def fix_service(value, focus):
    """Keys of load balancers go, and what a DAEMON does not take."""
    value.setdefault("taskDefinition", "job")
    daemon = value.get("schedulingStrategy") == "DAEMON"
    if daemon and not {"desiredCount", "placementStrategy", "capacityProviderStrategy"} & set(focus):
        drop(value, "desiredCount", "placementStrategy", "capacityProviderStrategy")
        value["launchType"] = "EC2"
        value.get("deploymentConfiguration", {}).pop("maximumPercent", None)
    else:
        drop(value, "schedulingStrategy")
        value["desiredCount"] = value.get("desiredCount", 2) % 100
    fix_service_parts(value, focus)


def fix_service_parts(value, focus):
    drop(value, "platformVersion", "role")
    if "healthCheckGracePeriodSeconds" in value:
        value["healthCheckGracePeriodSeconds"] = 0
    if "deploymentConfiguration" in value:
        value["deploymentConfiguration"].pop("alarms", None)
    drop(value, "serviceConnectConfiguration")
    fix_run(value, focus)


def fix_service_update(value, focus):
    if "networkConfiguration" not in focus:
        drop(value, "networkConfiguration")
    if "capacityProviderStrategy" in value:
        value["forceNewDeployment"] = True
    if "desiredCount" in value:
        value["desiredCount"] %= 100
    fix_service_parts(value, focus)


def fix_limits(value):
    """Capacities in order, and both of them there."""
    value["MinCapacity"] = value.get("MinCapacity", 1) % 10
    value["MaxCapacity"] = 10 + value.get("MaxCapacity", 1) % 10


def fix_scalable_target(value, focus):
    fix_limits(value)


def fix_alarm(value, focus):
    value["EvaluationPeriods"] = 1 + value["EvaluationPeriods"] % 10
    value.pop("DatapointsToAlarm", None) if "DatapointsToAlarm" not in focus else None
    if "DatapointsToAlarm" in value:
        value["DatapointsToAlarm"] = 1


def fix_steps(value):
    """Two steps at the threshold."""
    steps = value.setdefault("StepScalingPolicyConfiguration", {})
    steps.setdefault("AdjustmentType", "PercentChangeInCapacity")
    steps.pop("MetricAggregationType", None)
    if "MinAdjustmentMagnitude" in steps:
        steps["AdjustmentType"] = "PercentChangeInCapacity"
    steps["StepAdjustments"] = [{"MetricIntervalUpperBound": 0, "ScalingAdjustment": 1},
                                {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 2}]


def fix_policy(value, focus):
    if "StepScalingPolicyConfiguration" in focus:
        value["PolicyType"] = "StepScaling"
        value.pop("TargetTrackingScalingPolicyConfiguration", None)
        fix_steps(value)
        return
    value.pop("StepScalingPolicyConfiguration", None)
    value["PolicyType"] = "TargetTrackingScaling"
    tracking = value.setdefault("TargetTrackingScalingPolicyConfiguration", {})
    tracking["TargetValue"] = 1 + abs(tracking.get("TargetValue", 74)) % 1000
    tracking.setdefault("PredefinedMetricSpecification",
                        {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"})


def fix_action(value, focus):
    value.setdefault("Schedule", "rate(1 hour)")
    fix_limits(value.setdefault("ScalableTargetAction", {}))


RUN_NAMES = {"TaskDefinitionArn": "taskDefinition", "LaunchType": "launchType",
             "NetworkConfiguration": "networkConfiguration",
             "CapacityProviderStrategy": "capacityProviderStrategy",
             "PlacementConstraints": "placementConstraints",
             "PlacementStrategy": "placementStrategy"}


def fix_overrides(overrides):
    """Those of the one container that the definitions have; GPUs fit on no instance here."""
    overrides["containerOverrides"] = overrides.get("containerOverrides", [])[:1]
    for container in overrides["containerOverrides"]:
        container["name"] = "main"
        container.pop("resourceRequirements", None)
        if "environmentFiles" in container:
            overrides.setdefault("executionRoleArn", "arn:aws:iam::111122223333:role/execution")
        for key, size in (("cpu", 128), ("memory", 256), ("memoryReservation", 128)):
            if key in container:
                container[key] = size
    overrides.pop("inferenceAcceleratorOverrides", None)
    for key, size in (("cpu", "1024"), ("memory", "1024")):
        if key in overrides:
            overrides[key] = size


def fix_run(value, focus):
    if "overrides" in value:
        fix_overrides(value["overrides"])
    if "launchType" in value and "capacityProviderStrategy" in value:
        drop(value, "launchType" if "capacityProviderStrategy" in focus
             else "capacityProviderStrategy")
    if "networkConfiguration" in value:
        value["taskDefinition"] = "net"
    if "capacityProviderStrategy" in value:
        value["capacityProviderStrategy"] = value["capacityProviderStrategy"][:1]
        value["capacityProviderStrategy"][0].update(
            {"weight": 1} if "weight" in value["capacityProviderStrategy"][0] else {})
    if "networkConfiguration" in value:
        value["networkConfiguration"].setdefault("awsvpcConfiguration", {"subnets": ["subnet-1"]})
    for rule in value.get("placementStrategy", []):
        rule.setdefault("type", "binpack")
        rule.setdefault("field", "cpu")
    for constraint in value.get("placementConstraints", []):
        constraint["type"] = "distinctInstance"
        drop(constraint, "expression")


def fix_provider(value, focus):
    scaling = value.get("autoScalingGroupProvider", {}).get("managedScaling")
    if scaling and {"minimumScalingStepSize", "maximumScalingStepSize"} <= set(scaling):
        scaling["maximumScalingStepSize"] = 10000
    protection = value.get("autoScalingGroupProvider", {})
    if protection.get("managedTerminationProtection") == "ENABLED":
        protection.setdefault("managedScaling", {})["status"] = "ENABLED"


def fix_cluster(value, focus):
    if "defaultCapacityProviderStrategy" in value:
        value["capacityProviders"] = ["blue"]
        value["defaultCapacityProviderStrategy"] = value["defaultCapacityProviderStrategy"][:1]
        item = value["defaultCapacityProviderStrategy"][0]
        item.update({"weight": 1} if "weight" in item else {})


def fix_group(value, focus):
    value["MinSize"], value["MaxSize"] = 0, 9
    if "DesiredCapacity" in value:
        value["DesiredCapacity"] %= 10
    if "LaunchTemplate" in value:
        drop(value, "LaunchConfigurationName")
        drop(value["LaunchTemplate"], "LaunchTemplateId")
        value["LaunchTemplate"]["LaunchTemplateName"] = "template"
    else:
        value["LaunchConfigurationName"] = "lc"
    value.setdefault("AvailabilityZones", ["us-east-1a"])


def renamed(value, names):
    return {names.get(key, key): member for key, member in value.items()}


def fix_target(value, focus):
    """EcsParameters are a RunTask with other names, to the same rules."""
    run = renamed(value.setdefault("EcsParameters", {"TaskDefinitionArn": "job"}), RUN_NAMES)
    fix_run(run, focus)
    value["EcsParameters"] = renamed(run, {new: old for old, new in RUN_NAMES.items()})
    network = value["EcsParameters"].get("NetworkConfiguration", {})
    if "awsvpcConfiguration" in network:
        network["awsvpcConfiguration"] = {key[0].upper() + key[1:]: member for key, member
                                          in network["awsvpcConfiguration"].items()}


def fix_rule(value, focus):
    value.setdefault("ScheduleExpression", "rate(1 day)")


def fix_instances(value, focus):
    if "DryRun" in value:
        value["DryRun"] = False


def fix_sizes(value, focus):
    if "MinSize" in value:
        value["MinSize"] = 0
    if "LaunchTemplate" in value:
        drop(value, "LaunchConfigurationName")
        value["LaunchTemplate"] = {"LaunchTemplateName": "template", "Version": "1"}


def fix_attributes(value, focus):
    """One call changes one instance here."""
    for number, attribute in enumerate(value["attributes"]):
        attribute.update(name=f"stack-{number}", targetId=NUMBER_3)


FIXES = {
    "RegisterScalableTarget": fix_scalable_target,
    "PutScalingPolicy": fix_policy,
    "PutMetricAlarm": fix_alarm,
    "PutScheduledAction": fix_action,
    "RegisterTaskDefinition": fix_definition,
    "RunTask": fix_run,
    "StartTask": fix_run,
    "CreateService": fix_service,
    "UpdateService": fix_service_update,
    "CreateCapacityProvider": fix_provider,
    "CreateCluster": fix_cluster,
    "CreateAutoScalingGroup": fix_group,
    "PutRule": fix_rule,
    "PutTargets": fix_target,
    "PutClusterCapacityProviders": fix_cluster,
    "UpdateAutoScalingGroup": fix_sizes,
    "PutAttributes": fix_attributes,
    "DeleteAttributes": fix_attributes,
    "StopInstances": fix_instances,
    "StartInstances": fix_instances,
    "TerminateInstances": fix_instances,
}

# ---- mistakes ----


class Spot:
    """One place in an input: `holder[step]`, of a shape, below a structure, list or map."""

    def __init__(self, holder, step, shape, parent, path):
        self.holder, self.step, self.shape = holder, step, shape
        self.parent, self.path = parent, path

    @property
    def value(self):
        return self.holder[self.step]

    @value.setter
    def value(self, new):
        self.holder[self.step] = new


def spots(value, shape, path):
    """Every place below `value`."""
    if shape.type_name == "structure":
        items = [(name, shape.members[name]) for name in value]
    elif shape.type_name == "list":
        items = [(index, shape.member) for index in range(len(value))]
    elif shape.type_name == "map":
        items = [(name, shape.value) for name in value]
    else:
        return
    for step, member in items:
        where = inner(path, shape) + step if isinstance(step, str) else path + "[]"
        yield Spot(value, step, member, shape, where)
        yield from spots(value[step], member, where)


SAMPLES = ["text", "", 7, 0, 1.5, True, False, [], ["a"], [1], [{}], {}, {"a": "b"}]
KINDS = {"string": str, "integer": int, "long": int, "boolean": bool, "list": list,
         "structure": dict, "map": dict}


def wrong_type(value, shape, path, chance):
    spot = chance.choice(list(spots(value, shape, path)))
    right = KINDS.get(spot.shape.type_name, (int, float))
    spot.value = chance.choice([s for s in SAMPLES if not isinstance(s, right)])


def pick(chance, places):
    """Any of the places; raises LookupError when there are none."""
    places = list(places)
    if not places:
        raise LookupError
    return chance.choice(places)


def numbers(value, shape, path):
    return (s for s in spots(value, shape, path) if s.shape.type_name in ("integer", "long"))


def number_as_text(value, shape, path, chance):
    spot = pick(chance, numbers(value, shape, path))
    spot.value = str(spot.value)


def number_as_fraction(value, shape, path, chance):
    spot = pick(chance, numbers(value, shape, path))
    spot.value = float(spot.value)


def text_as_number(value, shape, path, chance):
    spot = pick(chance, (s for s in spots(value, shape, path) if s.shape.type_name == "string"))
    spot.value = chance.choice([0, 1, 256])


def bool_as_text(value, shape, path, chance):
    spot = pick(chance, (s for s in spots(value, shape, path) if s.shape.type_name == "boolean"))
    spot.value = chance.choice(["true", "false", "", 1, 0])


def null(value, shape, path, chance):
    pick(chance, spots(value, shape, path)).value = None


def missing_required(value, shape, path, chance):
    spot = pick(chance, (s for s in spots(value, shape, path) if s.parent.type_name == "structure"
                         and s.step in s.parent.metadata.get("required", [])))
    del spot.holder[spot.step]


def unknown_key(value, shape, path, chance):
    """A known key, misspelt."""
    spot = pick(chance, (s for s in spots(value, shape, path) if s.parent.type_name == "structure"))
    name = spot.step
    at = chance.randrange(len(name))
    other = chance.choice([name[:at] + name[at:].swapcase(), name + "s", name[:at] + name[at + 1:],
                           name.upper(), name[:at] + "x" + name[at:]])
    if other in spot.parent.members or not other:
        raise LookupError
    spot.holder[other] = spot.holder.pop(name) if chance.random() < 0.5 else spot.value


def below_min(value, shape, path, chance):
    spot = pick(chance, (s for s in numbers(value, shape, path) if "min" in s.shape.metadata))
    spot.value = spot.shape.metadata["min"] - chance.choice([1, 2, 1000])


def too_short(value, shape, path, chance):
    spot = pick(chance, (s for s in spots(value, shape, path)
                         if s.shape.type_name in ("string", "list")
                         and s.shape.metadata.get("min", 0) > 0))
    length = chance.randrange(spot.shape.metadata["min"])
    spot.value = [] if spot.shape.type_name == "list" else chance.choice(["ü", "x"]) * length


def list_for_one(value, shape, path, chance):
    spot = pick(chance, (s for s in spots(value, shape, path) if s.shape.type_name != "list"))
    spot.value = [spot.value]


def one_for_list(value, shape, path, chance):
    spot = pick(chance, (s for s in spots(value, shape, path)
                         if s.shape.type_name == "list" and s.value))
    first = spot.value[0]
    spot.value = chance.choice([first, {"a": first}])


def wrong_element(value, shape, path, chance):
    """Of a list or map."""
    spot = pick(chance, (s for s in spots(value, shape, path)
                         if s.shape.type_name in ("list", "map") and s.value))
    wrong = chance.choice([3, 1.5, None, True, [], {}, "x"])
    if spot.shape.type_name == "map":
        spot.value[next(iter(spot.value))] = wrong
    elif chance.random() < 0.5:
        spot.value.append(wrong)
    else:
        spot.value[0] = wrong


def empty_of_wrong_kind(value, shape, path, chance):
    """At a key that the input does not have: plimsoll lets what is empty pass in many places."""
    places = [(value, shape)] + [(s.value, s.shape) for s in spots(value, shape, path)
                                 if s.shape.type_name == "structure"]
    holder, owner = chance.choice(places)
    absent = [name for name in owner.members if name not in holder]
    if not absent:
        raise LookupError
    holder[chance.choice(absent)] = chance.choice([[], {}, "", 0, False, None])


MISTAKES = [wrong_type, number_as_text, number_as_fraction, text_as_number, bool_as_text, null,
            missing_required, unknown_key, below_min, too_short, list_for_one, one_for_list,
            wrong_element, empty_of_wrong_kind]

# ---- what is not needed ----


def cuts(value):
    """Copies of `value`, each with one member or element less."""
    steps = list(value) if isinstance(value, dict) else range(len(value)) \
        if isinstance(value, list) else []
    for step in steps:
        smaller = copy.copy(value)
        del smaller[step]
        yield smaller
    for step in steps:
        for inside in cuts(value[step]):
            smaller = copy.copy(value)
            smaller[step] = inside
            yield smaller


def minimised(value, is_finding):
    """The smallest that taking away leads to and that still is one."""
    found = True
    while found:
        found = False
        for smaller in cuts(value):
            if is_finding(smaller):
                value, found = smaller, True
                break
    return value


# ---- the whole ----


def ways_of(shape, seen=(), way=()):
    """The names that lead to each key of a structure."""
    for name, member in shape.members.items():
        yield [*way, name]
        held = element(member)
        if held.type_name == "structure" and held.name not in seen:
            yield from ways_of(held, (*seen, held.name), (*way, name))


def turns_of(ways):
    """The calls in the order of their turns: the more keys, the more often, spread evenly. Two
    places of one operation share its turns."""
    places = collections.Counter(call.operation for call in CALLS)
    shares = {call: max(TURNS_MIN, len(ways[call.operation]) // places[call.operation])
              for call in CALLS}
    return [CALLS[number] for _, number in
            sorted(((i + 0.5) / share, CALLS.index(call)) for call, share in shares.items()
                   for i in range(share))]


class Run:
    """COUNT inputs, judged by both sides."""

    def __init__(self, tables, count):
        self.models, self.judge, self.count = Models(), Judge(), count
        self.chance = random.Random(SEED)
        self.generator = Generator(tables, self.chance)
        self.validator = botocore.validate.ParamValidator()
        self.shapes = {call: self.models.input(call) for call in CALLS}
        self.ways = {call.operation: list(ways_of(self.shapes[call])) for call in CALLS}
        self.pool = {call: [] for call in CALLS}
        self.drawn, self.taken_turns = collections.Counter(), collections.Counter()
        self.valid, self.accepted = collections.Counter(), collections.Counter()
        self.mistakes, self.findings = collections.Counter(), []
        self.held = {operation: set() for operation in self.ways}
        self.tables, self.mistaken = tables, collections.Counter()

    def refuses(self, call, value):
        """Botocore's validator."""
        return self.validator.validate(value, self.shapes[call]).has_errors()

    def is_taken(self, call, way):
        """Whether plimsoll takes the key at the end of the way with something in it."""
        shape, path = self.shapes[call], call.prefix
        for name in way:
            member = shape.members[name]
            key = self.tables.keys.get(path + name)
            if key is None or key["later"]:
                return False
            path, shape = inner(path + name, member), element(member)
        return True

    def try_valid(self, call):
        """One valid input around the key whose turn it is."""
        ways = self.ways[call.operation]
        way = ways[self.drawn[call.operation] % len(ways)]
        self.drawn[call.operation] += 1
        value = self.generator.input(call, self.shapes[call], way)
        if self.refuses(call, value):
            sys.exit(f"{call.operation}: what botocore refuses was drawn as a valid input: "
                     + json.dumps(value))
        counts = self.is_taken(call, way)
        self.valid[call] += counts
        if self.judge.accepts(call, value):
            self.accepted[call] += counts
            self.pool[call].append(value)
            self.held[call.operation].add(tuple(way))

    def try_mistake(self, first, mistake):
        """One accepted input with one mistake, of the call `first` unless it cannot have this one:
        then of the next."""
        for attempt in range(ATTEMPTS):
            at = CALLS.index(first) + attempt * len(CALLS) // ATTEMPTS
            call = CALLS[at % len(CALLS)]
            if not self.pool[call]:
                continue
            value = copy.deepcopy(self.chance.choice(self.pool[call]))
            try:
                mistake(value, self.shapes[call], call.prefix.rstrip("[]."), self.chance)
            except LookupError:
                continue
            if not self.refuses(call, value):
                continue
            self.mistakes[mistake] += 1
            if self.judge.accepts(call, value):
                self.findings.append((call, mistake, value))
            return

    def print_finding(self, call, mistake, value):
        least = minimised(value, lambda v: self.refuses(call, v) and self.judge.accepts(call, v))
        why = self.validator.validate(least, self.shapes[call]).generate_report()
        print(f"{call.operation}: accepted, though {why} ({mistake.__name__})\n    "
              + json.dumps(least, ensure_ascii=False), file=sys.stderr)

    def lacks(self):
        """What the inputs were too poor in."""
        for call in CALLS:
            if self.accepted[call] < SHARE * self.valid[call] or not self.valid[call]:
                yield (f"{call.operation}: only {self.accepted[call]} of {self.valid[call]} valid "
                       "inputs were accepted")
            ways = [way for way in self.ways[call.operation] if self.is_taken(call, way)]
            held = self.held[call.operation]
            if self.count >= FULL and len(held) < KEYS_SHARE * len(ways):
                missing = (".".join(way) for way in ways if tuple(way) not in held)
                yield f"{call.operation}: no accepted input held " + ", ".join(missing)
        for mistake in MISTAKES:
            if self.mistakes[mistake] < MISTAKES_MIN * self.count // FULL:
                yield f"{mistake.__name__}: only {self.mistakes[mistake]} inputs had it"

    def report(self):
        for finding in self.findings[:FINDINGS_MAX]:
            self.print_finding(*finding)
        lacks = list(self.lacks())
        for lack in lacks:
            print(lack, file=sys.stderr)
        print(f"{self.count} inputs: {self.accepted.total()} of {self.valid.total()} valid ones "
              f"accepted, {len(self.findings)} of {self.mistakes.total()} with a mistake",
              file=sys.stderr)
        return 1 if self.findings or lacks else 0

    def run(self):
        turns = turns_of(self.ways)
        for turn in range(self.count):
            call = turns[turn % len(turns)]
            if self.taken_turns[call] < 2 or self.taken_turns[call] % 3 == 0:
                self.try_valid(call)
            else:
                self.try_mistake(call, MISTAKES[self.mistaken[call] % len(MISTAKES)])
                self.mistaken[call] += 1
            self.taken_turns[call] += 1
        return self.report()


def main():
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdin.reconfigure(errors="replace")
    return Run(Tables(sys.argv[1]), int(sys.argv[2])).run()


if __name__ == "__main__":
    sys.exit(main())
