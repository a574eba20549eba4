"""The tables of keys agree with botocore's models of the AWS calls that a scenario takes.

Usage: test_botocore.py KEYS, a file of the tables as tests/test_botocore.c writes it.

Walks the input shape of every call of botocore_calls.CALLS beside the table. Each key must be known,
with its type; enums, ranges of numbers, of the length of texts and of the count of lists, and what is
required may be stricter in the table, never laxer. The other way round, each key of the table must
be one of AWS: of the input, of the matching describe output, of the table of keys newer than the
models, or the simulator's own. A key that is refused unless empty ("not simulated yet") needs no
members and no choices. Prints every disagreement, and exits 1 if there is any; 77 when botocore is
not installed.
"""

import sys

from botocore_calls import CALLS, Models, Tables, element, first_place, inner, is_own

OR_SIM = "or sim in its place, which says what the instances or tasks have in common"

# What differs from the model on purpose: how the finding begins, and why. A reason that no longer
# holds is a finding too.
EXCUSED = {
    "taskDefinitions[].containerDefinitions[].logConfiguration.logDriver":
        ("AWS has no value logentries", "the guide has it (LOG-01)"),
    "taskDefinitions[].placementConstraints[].type":
        ("AWS has no value distinctInstance", "refused with a hint where it may stand (CO-7)"),
    "runTasks[].placementStrategy[].type":
        ("takes any text", "checked against the list of strategies, which holds more than AWS's"),
    "rules[].Targets[].EcsParameters.PlacementStrategy[].type":
        ("takes any text", "checked against the list of strategies, which holds more than AWS's"),
    "services[].placementStrategy[].type":
        ("takes any text", "checked against the list of strategies, which holds more than AWS's"),
    "changes[].UpdateService.placementStrategy[].type":
        ("takes any text", "checked against the list of strategies, which holds more than AWS's"),
    "autoScalingGroups[].VPCZoneIdentifier":
        ("the length may not be above 2047", "so when the packaged model was made; 5,000 since"),
    "launchTemplates[].LaunchTemplateData.InstanceType":
        ("takes any text", "checked against the catalogue"),
    "changes[].StopInstances.InstanceIds": ("is required by AWS", OR_SIM),
    "changes[].StartInstances.InstanceIds": ("is required by AWS", OR_SIM),
    "changes[].TerminateInstances.InstanceIds": ("is required by AWS", OR_SIM),
    "changes[].TerminateInstanceInAutoScalingGroup.InstanceId": ("is required by AWS", OR_SIM),
    "changes[].DeregisterContainerInstance.containerInstance": ("is required by AWS", OR_SIM),
    "changes[].UpdateContainerInstancesState.containerInstances": ("is required by AWS", OR_SIM),
    "changes[].StopTask.task": ("is required by AWS", OR_SIM),
    "changes[].StartTask.containerInstances": ("is required by AWS", OR_SIM),
}
NEWER_MODELS = {"autoScalingGroups[].VPCZoneIdentifier"}  # agree with the table again

SCALARS = {
    "string": {"text"},
    "blob": {"text"},
    "character": {"text"},
    "integer": {"integer"},
    "long": {"integer"},
    "float": {"number", "integer"},
    "double": {"number", "integer"},
    "boolean": {"bool"},
    "timestamp": {"text"},
}
LISTS = {"structure": {"objects"}, "string": {"texts"}, "integer": {"integers"}}
MAPS = {"structure": {"object_map"}, "string": {"map"}}


def types_of(shape):
    """The types of the table that accept nothing which the shape does not."""
    if shape.type_name == "list":
        return LISTS.get(shape.member.type_name, set())
    if shape.type_name == "map":
        return MAPS.get(shape.value.type_name, set())
    if shape.type_name == "structure":
        return {"object"}
    return SCALARS[shape.type_name]


def range_of(shape):
    """(least, most) as the model has them, None where it has none."""
    return shape.metadata.get("min"), shape.metadata.get("max")


class Walk:
    """Collects what table and model disagree about."""

    def __init__(self, tables):
        self.tables, self.findings, self.compared = tables, [], 0
        self.idle = set(EXCUSED) - NEWER_MODELS

    def find(self, path, text):
        place = first_place(path)
        if place in EXCUSED and text.startswith(EXCUSED[place][0]):
            self.idle.discard(place)
        else:
            self.findings.append(f"{path}: {text}")

    def compare_range(self, path, ours, theirs, what):
        """`ours` is (min, max) of a table, no range unless max > 0; nothing is below 0 in length."""
        (low, high), (least, most) = ours, theirs
        free = high <= 0
        if least is not None and not (what != "the value" and least <= 0):
            if free or low < least:
                self.find(path, f"{what} may not be below {least}")
        if most is not None and (free or high > most):
            self.find(path, f"{what} may not be above {most}")

    def compare_text(self, path, key, shape, ours, what):
        """A text, or the texts of a list or map."""
        values = set(getattr(shape, "enum", []))
        choices = set(key["choices"])
        if values:
            alien = choices - values - self.tables.newer_values(path)
            if not choices and not key["later"]:
                self.find(path, "takes any text, and AWS only: " + " ".join(sorted(values)))
            elif alien:
                self.find(path, "AWS has no value " + " ".join(sorted(alien)))
        if not choices:
            self.compare_range(path, ours, range_of(shape), what)

    def compare(self, path, key, shape, seen):
        """One key that both sides have."""
        self.compared += 1
        if key["type"] not in types_of(shape):
            self.find(path, f"is {key['type']} here and {shape.type_name} there")
            return
        held = element(shape)
        if held.type_name == "structure":
            if key["members"]:
                self.walk(held, inner(path, shape), seen + [held.name])
            elif not key["later"]:
                self.find(path, "its members are not checked")
            elif held.metadata.get("required") and shape.type_name == "structure":
                self.compare_range(path, (key["min"], key["max"]), (1, None), "the count")
        if shape.type_name == "string":
            self.compare_text(path, key, shape, (key["min"], key["max"]), "the length")
        elif shape.type_name in ("list", "map"):
            if shape.type_name == "list":
                self.compare_range(path, (key["min"], key["max"]), range_of(shape), "the count")
            if held.type_name == "string":
                ours = key["item_min"], key["item_max"]
                self.compare_text(path, key, held, ours, "the length of an element")
        elif shape.type_name in SCALARS:
            self.compare_range(path, (key["min"], key["max"]), range_of(shape), "the value")

    def walk(self, shape, prefix, seen):
        """Every member of a structure whose keys stand below `prefix`."""
        required = shape.metadata.get("required", [])
        for name, member in shape.members.items():
            path = prefix + name
            key = self.tables.keys.get(path)
            if key is None:
                self.find(path, "is not known")
                continue
            if name in required and not key["required"]:
                self.find(path, "is required by AWS")
            if element(member).name not in seen:
                self.compare(path, key, member, seen)

    def reverse(self, shapes, prefix):
        """Every key of the table is one of AWS: of any of the shapes, or in the newer table."""
        for key in self.tables.below[prefix]:
            path = key["path"]
            name = path[len(prefix):]
            if is_own(path) or self.tables.is_newer(path):
                continue
            members = [shape.members[name] for shape in shapes if name in shape.members]
            if not members:
                self.find(path, "is no key of AWS, nor among the newer ones")
            elif key["members"]:
                held = [element(m) for m in members if element(m).type_name == "structure"]
                self.reverse(held, inner(path, members[0]))


def main():
    tables, models = Tables(sys.argv[1]), Models()
    walk = Walk(tables)
    for call in CALLS:
        shape, output = models.input(call), models.output(call)
        walk.walk(shape, call.prefix, [])
        walk.reverse([s for s in (shape, output) if s is not None], call.prefix)
    for path in sorted(walk.idle):
        walk.findings.append(f"{path}: is excused for nothing")
    for path, value in tables.newer:
        if path not in tables.keys:
            walk.find(path, "is listed as newer and not known")
        elif value and value not in tables.keys[path]["choices"]:
            walk.find(path, f"{value} is listed as newer and no choice")
    print("\n".join(walk.findings))
    print(f"{walk.compared} keys compared with botocore, {len(walk.findings)} findings")
    return 1 if walk.findings else 0


if __name__ == "__main__":
    sys.exit(main())
