"""The cases as Kubeflow pipelines, for Slipway and for `kfp.local` alike. `python kfp_pipelines.py DIRECTORY` compiles them.

Steps hold the bodies of `workload.py` once more: the SDK compiles a step from its own source alone.
"""

import sys

from kfp import compiler, dsl
from kfp.dsl import Dataset, Input, Model, Output

FLOWERS = ["pandas==3.1.1", "scikit-learn==1.9.1"]


@dsl.component
def add_one(value: int) -> int:
    import time

    time.sleep(0.01)
    return value + 1


@dsl.component
def pass_on(value: int) -> int:
    return value + 1


@dsl.component
def square(value: int) -> int:
    return value * value


@dsl.component
def total(values: list[int]) -> int:
    return sum(values)


@dsl.component
def write_bytes(data: Output[Dataset]):
    block = bytes(range(256)) * 4096
    with open(data.path, "wb") as file:
        for _ in range(1_000_000_000 // len(block)):
            file.write(block)
        file.write(block[: 1_000_000_000 % len(block)])


@dsl.component
def sample_bytes(data: Input[Dataset]) -> int:
    import os

    total = os.stat(data.path).st_size
    with open(data.path, "rb") as file:
        for position in range(0, total, 97_000_003):
            file.seek(position)
            total += file.read(1)[0]
    return total


@dsl.component(packages_to_install=FLOWERS)
def load_flowers(train: Output[Dataset], test: Output[Dataset]):
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    frame = load_iris(as_frame=True).frame
    train_frame, test_frame = train_test_split(frame, test_size=0.4, random_state=7, stratify=frame["target"])
    train_frame.to_csv(train.path, index=False)
    test_frame.to_csv(test.path, index=False)


@dsl.component(packages_to_install=FLOWERS)
def train_trees(train: Input[Dataset], model: Output[Model]):
    import joblib
    import pandas as pd
    from sklearn.ensemble import RandomForestClassifier

    frame = pd.read_csv(train.path)
    joblib.dump(RandomForestClassifier(n_estimators=50, random_state=7).fit(frame.drop(columns="target"), frame["target"]), model.path)


@dsl.component(packages_to_install=FLOWERS)
def evaluate_trees(test: Input[Dataset], model: Input[Model]) -> float:
    import joblib
    import pandas as pd

    frame = pd.read_csv(test.path)
    return round(float(joblib.load(model.path).score(frame.drop(columns="target"), frame["target"])), 4)


@dsl.pipeline
def steps40() -> int:
    value = 0
    for _ in range(40):
        value = add_one(value=value).output
    return value


@dsl.pipeline
def chain3() -> int:
    return pass_on(value=pass_on(value=pass_on(value=0).output).output).output


@dsl.pipeline
def fan1000() -> int:
    with dsl.ParallelFor(items=list(range(1000))) as value:
        squared = square(value=value)
    return total(values=dsl.Collected(squared.output)).output


@dsl.pipeline
def gigabyte() -> int:
    data = write_bytes()
    samples = [sample_bytes(data=data.output)]
    for _ in range(2):
        samples.append(sample_bytes(data=data.output).after(samples[-1]))
    return samples[-1].output


@dsl.pipeline
def iris() -> float:
    flowers = load_flowers()
    model = train_trees(train=flowers.outputs["train"])
    return evaluate_trees(test=flowers.outputs["test"], model=model.output).output


PIPELINES = {pipeline.name: pipeline for pipeline in (steps40, chain3, fan1000, gigabyte, iris)}

if __name__ == "__main__":
    for name, pipeline in PIPELINES.items():
        compiler.Compiler().compile(pipeline, f"{sys.argv[1]}/{name}.yaml")
