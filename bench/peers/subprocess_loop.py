"""The floor: no engine at all, one bare interpreter after the other (as many at a time as there are processors)."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import workload

HERE = os.path.dirname(os.path.abspath(__file__))


def call(function: str, *arguments) -> str:
    code = f"import workload; print(workload.{function}(*{arguments!r}))"
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=HERE).stdout.strip()


def steps40(_directory):
    value = 0
    for _ in range(workload.STEPS):
        value = int(call("add_one", value))
    return value


def chain3(_directory):
    value = 0
    for _ in range(3):
        value = int(call("pass_on", value))
    return value


def fan1000(_directory):
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return sum(int(text) for text in pool.map(lambda value: call("square", value), range(workload.FAN_OUT)))


def gigabyte(directory):
    path = call("write_bytes", f"{directory}/bytes")
    return [int(call("sample_bytes", path)) for _ in range(3)][-1]


def iris(directory):
    train, test, model = (f"{directory}/{name}" for name in ("train.csv", "test.csv", "model"))
    call("load_flowers", train, test)
    call("train_trees", train, model)
    return float(call("evaluate_trees", test, model))


if __name__ == "__main__":
    workload.main({f.__name__: f for f in (steps40, chain3, fan1000, gigabyte, iris)})
