"""What every peer runs: the bodies of the steps, so that nobody's steps do more than another's.

A step takes and returns small values; files go by their path. `kfp_pipelines.py` says the same bodies once more, because the
SDK compiles a step from its own source alone.
"""

import json
import sys
import time
from pathlib import Path

STEPS = 40
STEP_SECONDS = 0.01
FAN_OUT = 1000
BYTES = 1_000_000_000
BLOCK = bytes(range(256)) * 4096
SAMPLE_EVERY = 97_000_003


def add_one(value: int) -> int:
    """One of the 40 steps."""
    time.sleep(STEP_SECONDS)
    return value + 1


def pass_on(value: int) -> int:
    """One of the three steps of the short chain."""
    return value + 1


def square(value: int) -> int:
    return value * value


def write_bytes(path: str) -> str:
    """A gigabyte, written once."""
    with open(path, "wb") as file:
        for _ in range(BYTES // len(BLOCK)):
            file.write(BLOCK)
        file.write(BLOCK[: BYTES % len(BLOCK)])
    return path


def sample_bytes(path: str) -> int:
    """Reads a few bytes spread over the file: what a consumer does before it decides what to read."""
    total = Path(path).stat().st_size
    with open(path, "rb") as file:
        for position in range(0, total, SAMPLE_EVERY):
            file.seek(position)
            total += file.read(1)[0]
    return total


def load_flowers(train_path: str, test_path: str) -> None:
    import pandas as pd
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    frame: pd.DataFrame = load_iris(as_frame=True).frame
    train, test = train_test_split(frame, test_size=0.4, random_state=7, stratify=frame["target"])
    train.to_csv(train_path, index=False)
    test.to_csv(test_path, index=False)


def train_trees(train_path: str, model_path: str) -> None:
    import joblib
    import pandas as pd
    from sklearn.ensemble import RandomForestClassifier

    frame = pd.read_csv(train_path)
    model = RandomForestClassifier(n_estimators=50, random_state=7).fit(frame.drop(columns="target"), frame["target"])
    joblib.dump(model, model_path)


def evaluate_trees(test_path: str, model_path: str) -> float:
    import joblib
    import pandas as pd

    frame = pd.read_csv(test_path)
    return round(float(joblib.load(model_path).score(frame.drop(columns="target"), frame["target"])), 4)


def main(cases: dict) -> None:
    """`python PEER.py CASE DIRECTORY`: runs one case twice in this process, the first time to warm up where the case says so,
    and prints one line of JSON: the result and the seconds that the run itself took, imports left out."""
    case, directory = sys.argv[1], sys.argv[2]
    begin = time.perf_counter()
    result = cases[case](directory)
    print("\n" + json.dumps({"result": result, "seconds": time.perf_counter() - begin}), flush=True)
