"""ZenML: pipelines on the default stack (local orchestrator, local artifact store), logs of steps off."""

import logging
import os

os.environ.setdefault("ZENML_LOGGING_VERBOSITY", "CRITICAL")
os.environ.setdefault("ZENML_ANALYTICS_OPT_IN", "false")
os.environ.setdefault("ZENML_DISABLE_STEP_LOGS_STORAGE", "true")

import workload
from zenml import pipeline, step


@step
def add_one(value: int) -> int:
    return workload.add_one(value)


@step
def pass_on(value: int) -> int:
    return workload.pass_on(value)


@step
def write_bytes(directory: str) -> str:
    return workload.write_bytes(f"{directory}/bytes")


@step
def sample_bytes(path: str) -> int:
    return workload.sample_bytes(path)


@step
def load_flowers(directory: str) -> str:
    workload.load_flowers(f"{directory}/train.csv", f"{directory}/test.csv")
    return directory


@step
def train_trees(directory: str) -> str:
    workload.train_trees(f"{directory}/train.csv", f"{directory}/model")
    return directory


@step
def evaluate_trees(directory: str) -> float:
    return workload.evaluate_trees(f"{directory}/test.csv", f"{directory}/model")


def steps40(directory: str):
    value = 0
    for _ in range(workload.STEPS):
        value = add_one(value)


def chain3(directory: str):
    pass_on(pass_on(pass_on(0)))


def gigabyte(directory: str):
    path = write_bytes(directory)
    for _ in range(3):
        sample_bytes(path)


def iris(directory: str):
    evaluate_trees(train_trees(load_flowers(directory)))


def run(function, last_step: str, enable_cache: bool):
    def execute(directory: str):
        response = pipeline(function, name=f"{function.__name__}", enable_cache=enable_cache)(directory=directory)
        steps = response.steps
        return steps[last_step].output.load()

    return execute


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    workload.main(
        {
            "steps40": run(steps40, f"add_one_{workload.STEPS}", False),
            "cached": run(steps40, f"add_one_{workload.STEPS}", True),
            "chain3": run(chain3, "pass_on_3", False),
            "gigabyte": run(gigabyte, "sample_bytes_3", False),
            "iris": run(iris, "evaluate_trees", False),
        }
    )
