"""Metaflow: flows run by its own command with the local datastore; every step is a process of its own, as it documents.

Its steps are methods, one for each step of the flow, so the flows with many steps are written down here by a loop.
"""

import json
import sys
import textwrap

HEAD = """
import json, sys
sys.path.insert(0, {here!r})
import workload
from metaflow import FlowSpec, step

class {name}(FlowSpec):
"""
FAN_OUT = """
    @step
    def start(self):
        self.values = list(range(workload.FAN_OUT))
        self.next(self.square, foreach="values")

    @step
    def square(self):
        self.squared = workload.square(self.input)
        self.next(self.total)

    @step
    def total(self, inputs):
        self.value = sum(each.squared for each in inputs)
        self.next(self.end)
"""


def chain(statements: list[str]) -> str:
    """A step for each statement, one after the other; the first is Metaflow's own `start`."""
    names = ["start", *[f"s{number}" for number in range(1, len(statements))], "end"]
    steps = [
        f"    @step\n    def {name}(self):\n        {statement}\n        self.next(self.{after})\n"
        for name, after, statement in zip(names, names[1:], statements, strict=False)
    ]
    return "\n".join(steps)


def bodies(directory: str) -> dict[str, str]:
    sample = "self.value = workload.sample_bytes(self.path)"
    train, test, model = (f"{directory}/{name}" for name in ("train.csv", "test.csv", "model"))
    return {
        "steps40": chain(["self.value = workload.add_one(0)", *["self.value = workload.add_one(self.value)"] * 39]),
        "chain3": chain(["self.value = workload.pass_on(0)", *["self.value = workload.pass_on(self.value)"] * 2]),
        "fan1000": FAN_OUT,
        "gigabyte": chain([f"self.path = workload.write_bytes({directory + '/bytes'!r})", sample, sample, sample]),
        "iris": chain([
            f"workload.load_flowers({train!r}, {test!r})",
            f"workload.train_trees({train!r}, {model!r})",
            f"self.value = workload.evaluate_trees({test!r}, {model!r})",
        ]),
    }


def write_flow(case: str, directory: str, here: str) -> str:
    """The path of the file that holds the flow of a case."""
    end = "    @step\n    def end(self):\n        open(%r, 'w').write(json.dumps(self.value))\n" % f"{directory}/result.json"
    path = f"{directory}/metaflow_{case}.py"
    name = case.capitalize()
    text = HEAD.format(here=here, name=name) + bodies(directory)[case] + "\n" + end + f"\nif __name__ == '__main__':\n    {name}()\n"
    with open(path, "w") as file:
        file.write(textwrap.dedent(text))
    return path
