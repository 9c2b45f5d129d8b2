"""The pipelines of the engine benchmark:  python pipelines.py OUTPUT_DIRECTORY"""

import sys

from kfp import compiler, dsl
from kfp.dsl import Artifact, Dataset, Input, Output

CACHED_STEPS = 40


@dsl.component(base_image="python:3")
def double(number: int) -> int:
    return number * 2


@dsl.component(base_image="python:3", packages_to_install=["pandas"])
def double_with_pandas(number: int) -> int:
    import pandas

    return int(pandas.Series([number]).sum() * 2)


@dsl.component(base_image="python:3")
def produce(megabytes: int, files: int, table: Output[Dataset], a: Output[Artifact], b: Output[Artifact], c: Output[Artifact], d: Output[Artifact]) -> list:
    import os

    block = os.urandom(1024 * 1024)
    with open(table.path, "wb") as file:
        for _ in range(megabytes):
            file.write(block)
    for artifact in (a, b, c, d):
        os.makedirs(artifact.path)
        for index in range(files):
            with open(f"{artifact.path}/{index}", "w") as file:
                file.write(str(index))
    return [os.stat(path).st_ino for path in (table.path, f"{a.path}/0", f"{d.path}/{files - 1}")]


@dsl.component(base_image="python:3")
def consume(files: int, table: Input[Dataset], a: Input[Artifact], b: Input[Artifact], c: Input[Artifact], d: Input[Artifact]) -> list:
    import os

    assert len(os.listdir(b.path)) == len(os.listdir(c.path)) == files
    return [os.stat(path).st_ino for path in (table.path, f"{a.path}/0", f"{d.path}/{files - 1}")]


@dsl.pipeline(name="loop")
def loop(numbers: list):
    with dsl.ParallelFor(numbers) as number:
        double(number=number).set_caching_options(False)


@dsl.pipeline(name="pandas-loop")
def pandas_loop(numbers: list):
    with dsl.ParallelFor(numbers) as number:
        double_with_pandas(number=number).set_caching_options(False)


@dsl.pipeline(name="chain")
def chain(number: int):
    for _ in range(3):
        number = double(number=number).set_caching_options(False).output


@dsl.pipeline(name="cached")
def cached(number: int):
    for _ in range(CACHED_STEPS):
        number = double(number=number).output


@dsl.pipeline(name="artifacts")
def artifacts(megabytes: int, files: int):
    made = produce(megabytes=megabytes, files=files).set_caching_options(False)
    before = None
    for _ in range(3):
        inputs = {name: made.outputs[name] for name in ("table", "a", "b", "c", "d")}
        task = consume(files=files, **inputs).set_caching_options(False)
        if before is not None:
            task.after(before)
        before = task


if __name__ == "__main__":
    for pipeline in (loop, pandas_loop, chain, cached, artifacts):
        compiler.Compiler().compile(pipeline, f"{sys.argv[1]}/{pipeline.name}.yaml")
