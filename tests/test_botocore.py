"""Every input key of the AWS calls that a scenario takes is known to the binder.

Usage: test_botocore.py KEYS, a file with one known path a line, as `plimsoll list keys` names them.
Prints the keys that are missing, and exits 1 if there are any; 77 when botocore is not installed.
A key whose parent is known without members (taken whole, refused as "not simulated yet", or free)
counts as known.
"""

import sys

try:
    import botocore.session
except ImportError:
    sys.exit(77)

CALLS = [
    ("ecs", "RegisterTaskDefinition", "taskDefinitions[]."),
    ("ecs", "RunTask", "runTasks[]."),
    ("ecs", "CreateCapacityProvider", "capacityProviders[]."),
    ("ecs", "CreateCluster", "cluster."),
    ("autoscaling", "CreateAutoScalingGroup", "autoScalingGroups[]."),
    ("autoscaling", "CreateLaunchConfiguration", "launchConfigurations[]."),
]


def walk(shape, prefix, known, parents, missing, seen):
    """Collects paths below `prefix` that the binder does not know."""
    for name, member in shape.members.items():
        path = prefix + name
        if path not in known:
            missing.append(path)
            continue
        inner, suffix = member, "."
        if member.type_name == "list":
            inner, suffix = member.member, "[]."
        if inner.type_name == "structure" and inner.name not in seen and path + suffix in parents:
            walk(inner, path + suffix, known, parents, missing, seen + [inner.name])


def main():
    with open(sys.argv[1], encoding="utf-8") as lines:
        known = {line.rstrip("\n") for line in lines}
    parents = {path[: path.rfind(".") + 1] for path in known}
    session = botocore.session.get_session()
    missing = []
    for service, call, prefix in CALLS:
        model = session.get_service_model(service).operation_model(call)
        walk(model.input_shape, prefix, known, parents, missing, [])
    print("\n".join(missing))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
