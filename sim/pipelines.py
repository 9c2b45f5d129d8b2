"""The pipeline of the crash campaign: every step appends one line to a file outside its sandbox, so that executions count.

Compiled by the official SDK at the start of a campaign:  python pipelines.py OUTPUT_DIRECTORY
"""

import sys

from kfp import compiler, dsl
from kfp.dsl import Dataset, Input, Output


@dsl.component(base_image="python:3")
def make(step: str, run: str, seconds: float, numbers: Output[Dataset]) -> int:
    import os
    import time

    with open("/marks/executions", "a") as marks:
        marks.write(run + " " + step + "\n")
        marks.flush()
        os.fsync(marks.fileno())
    print("making", step, flush=True)
    time.sleep(seconds)
    with open(numbers.path, "w") as file:
        file.write("1\n2\n3\n")
    numbers.metadata["rows"] = 3
    return 3


@dsl.component(base_image="python:3")
def add(step: str, run: str, seconds: float, rows: int, numbers: Input[Dataset]) -> int:
    import os
    import subprocess
    import time

    with open("/marks/executions", "a") as marks:
        marks.write(run + " " + step + "\n")
        marks.flush()
        os.fsync(marks.fileno())
    # A grandchild that leaves its session: it must not outlive the Pod.
    subprocess.Popen(["sleep", "3600"], start_new_session=True)
    print("adding", step, flush=True)
    time.sleep(seconds)
    with open(numbers.path) as file:
        return rows + sum(int(line) for line in file)


@dsl.component(base_image="python:3")
def flaky(step: str, run: str) -> int:
    import os

    with open("/marks/executions", "a") as marks:
        marks.write(run + " " + step + "\n")
        marks.flush()
        os.fsync(marks.fileno())
    # Fails the first time: the file says whether there was one.
    marker = "/marks/failed-" + run + "-" + step
    if not os.path.exists(marker):
        open(marker, "w").close()
        raise RuntimeError("the first try fails on purpose")
    return 1


@dsl.component(base_image="python:3")
def constant(number: int, table: Output[Dataset]) -> int:
    import os

    # The same for all runs: it executes in one of them, the others reuse it.
    with open("/marks/executions", "a") as marks:
        marks.write("all constant\n")
        marks.flush()
        os.fsync(marks.fileno())
    with open(table.path, "w") as file:
        file.write("x\n" * number)
    return number


@dsl.component(base_image="python:3")
def tidy_up(run: str, status: dsl.PipelineTaskFinalStatus):
    import os

    with open("/marks/executions", "a") as marks:
        marks.write(run + " exit-" + status.state + "\n")
        marks.flush()
        os.fsync(marks.fileno())


@dsl.pipeline(name="crash-campaign")
def campaign(run: str, seconds: float = 0.05):
    last = tidy_up(run=run).set_caching_options(False)
    with dsl.ExitHandler(last, name="guarded"):
        cached = constant(number=4)
        first = make(step="first", run=run, seconds=seconds).set_caching_options(False).after(cached)
        rows = first.outputs["Output"]
        left = add(step="left", run=run, seconds=seconds, rows=rows, numbers=first.outputs["numbers"])
        right = add(step="right", run=run, seconds=seconds, rows=rows, numbers=first.outputs["numbers"])
        left.set_caching_options(False)
        right.set_caching_options(False)
        with dsl.ParallelFor(["loop-a", "loop-b", "loop-c"], parallelism=2) as item:
            inner = add(step=item, run=run, seconds=seconds, rows=rows, numbers=first.outputs["numbers"])
            inner.set_caching_options(False)
        with dsl.If(left.output > 5):
            again = flaky(step="flaky", run=run).set_caching_options(False)
            again.set_retry(num_retries=2, backoff_duration="1s", backoff_factor=1.0)
            again.after(right)


if __name__ == "__main__":
    compiler.Compiler().compile(campaign, sys.argv[1] + "/campaign.json")
