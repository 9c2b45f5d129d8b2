"""Airflow: `dag.test()`, which runs the tasks of one DAG in this process without a scheduler: the fastest way it documents."""

import logging
import os

os.environ.setdefault("AIRFLOW__LOGGING__LOGGING_LEVEL", "CRITICAL")
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
# A test run asks the folder of DAGs for its own DAG.
os.environ.setdefault("AIRFLOW__CORE__DAGS_FOLDER", os.path.dirname(os.path.abspath(__file__)))

import workload
from airflow.sdk import dag, task

RESULT: dict[str, object] = {}
DIRECTORY = os.environ.get("PEER_DIRECTORY", "/tmp")


@task
def keep(value):
    """The last task says the result, because the DAG runs in this very process."""
    RESULT["value"] = value


add_one = task(workload.add_one)
pass_on = task(workload.pass_on)
square = task(workload.square)


@task
def total(values):
    return sum(values)


@dag(schedule=None)
def steps40():
    value = 0
    for _ in range(workload.STEPS):
        value = add_one(value)
    keep(value)


@dag(schedule=None)
def chain3():
    keep(pass_on(pass_on(pass_on(0))))


@dag(schedule=None, max_active_tasks=1000)
def fan1000():
    keep(total(square.expand(value=list(range(workload.FAN_OUT)))))


@dag(schedule=None)
def gigabyte():
    path = task(workload.write_bytes)(f"{DIRECTORY}/bytes")
    sample = task(workload.sample_bytes)
    samples = [sample(path) for _ in range(3)]
    keep(samples[-1])


@dag(schedule=None)
def iris():
    train, test, model = (f"{DIRECTORY}/{name}" for name in ("train.csv", "test.csv", "model"))
    score = task(workload.evaluate_trees)(test, model)
    task(workload.load_flowers)(train, test) >> task(workload.train_trees)(train, model) >> score
    keep(score)


DAGS = {definition.__name__: definition() for definition in (steps40, chain3, fan1000, gigabyte, iris)}


def run(definition):
    def execute(_directory: str):
        definition.test()
        return RESULT["value"]

    return execute


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    workload.main({name: run(definition) for name, definition in DAGS.items()})
