"""Prefect 3: a flow of tasks in one process against the temporary local server that it starts itself."""

import os

os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

import workload
from prefect import flow, task
from prefect.cache_policies import INPUTS, NO_CACHE
from prefect.task_runners import ThreadPoolTaskRunner

add_one = task(workload.add_one, cache_policy=NO_CACHE)
add_one_cached = task(workload.add_one, cache_policy=INPUTS, persist_result=True)
pass_on = task(workload.pass_on, cache_policy=NO_CACHE)
square = task(workload.square, cache_policy=NO_CACHE)


@flow
def steps40(directory: str, step=add_one) -> int:
    value = 0
    for _ in range(workload.STEPS):
        value = step(value)
    return value


@flow
def cached(directory: str) -> int:
    value = 0
    for _ in range(workload.STEPS):
        value = add_one_cached(value)
    return value


@flow
def chain3(directory: str) -> int:
    return pass_on(pass_on(pass_on(0)))


@flow(task_runner=ThreadPoolTaskRunner())
def fan1000(directory: str) -> int:
    return sum(square.map(range(workload.FAN_OUT)).result())


@flow
def gigabyte(directory: str) -> int:
    path = task(workload.write_bytes, cache_policy=NO_CACHE)(f"{directory}/bytes")
    sample = task(workload.sample_bytes, cache_policy=NO_CACHE)
    return [sample(path) for _ in range(3)][-1]


@flow
def iris(directory: str) -> float:
    paths = [f"{directory}/{name}" for name in ("train.csv", "test.csv", "model")]
    task(workload.load_flowers, cache_policy=NO_CACHE)(paths[0], paths[1])
    task(workload.train_trees, cache_policy=NO_CACHE)(paths[0], paths[2])
    return task(workload.evaluate_trees, cache_policy=NO_CACHE)(paths[1], paths[2])


if __name__ == "__main__":
    workload.main({f.name: f for f in (steps40, chain3, fan1000, cached, gigabyte, iris)})
