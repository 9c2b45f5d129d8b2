"""Iris, from data to report: load -> train -> evaluate -> report.

An ordinary Kubeflow pipeline: nothing in this file knows Slipway. The report is only written when the accuracy exceeds a
threshold. The data comes with scikit-learn, so the steps need no network once their packages are installed.

Compile it with the official SDK:  kfp dsl compile --py pipeline.py --output iris.yaml
Or run it on Slipway:              slipway run examples/iris/pipeline.py -p accuracy_threshold=0.8 --follow
"""

from kfp import dsl
from kfp.dsl import ClassificationMetrics, Dataset, Input, Markdown, Metrics, Model, Output

PYTHON_IMAGE = "python:3.11"
PACKAGES = ["pandas>=2.2,<4", "scikit-learn>=1.5,<2"]


@dsl.component(base_image=PYTHON_IMAGE, packages_to_install=PACKAGES)
def load(test_fraction: float, seed: int, train_set: Output[Dataset], test_set: Output[Dataset]):
    """Splits the iris data set, stratified by species, into two CSV files."""
    from sklearn.datasets import load_iris
    from sklearn.model_selection import train_test_split

    iris = load_iris(as_frame=True)
    rows = iris.data.assign(species=iris.target.map(dict(enumerate(iris.target_names))))
    train_rows, test_rows = train_test_split(rows, test_size=test_fraction, random_state=seed, stratify=rows["species"])
    for artifact, part in ((train_set, train_rows), (test_set, test_rows)):
        part.to_csv(artifact.path, index=False)
        artifact.metadata["rows"] = len(part)
    print(f"loaded {len(rows)} flowers: {len(train_rows)} to train on, {len(test_rows)} to test with")


@dsl.component(base_image=PYTHON_IMAGE, packages_to_install=PACKAGES)
def train(train_set: Input[Dataset], trees: int, seed: int, model: Output[Model]):
    """Fits a random forest."""
    import joblib
    import pandas as pd
    from sklearn.ensemble import RandomForestClassifier

    rows = pd.read_csv(train_set.path)
    forest = RandomForestClassifier(n_estimators=trees, random_state=seed)
    forest.fit(rows.drop(columns="species"), rows["species"])
    joblib.dump(forest, model.path)
    model.metadata.update(framework="scikit-learn", trees=trees)
    print(f"trained {trees} trees on {len(rows)} flowers")


@dsl.component(base_image=PYTHON_IMAGE, packages_to_install=PACKAGES)
def evaluate(
    model: Input[Model],
    test_set: Input[Dataset],
    metrics: Output[Metrics],
    confusion: Output[ClassificationMetrics],
) -> float:
    """Measures the model on flowers that it has not seen; returns the accuracy."""
    import joblib
    import pandas as pd
    from sklearn.metrics import accuracy_score, confusion_matrix, f1_score

    rows = pd.read_csv(test_set.path)
    forest = joblib.load(model.path)
    actual, predicted = rows["species"], forest.predict(rows.drop(columns="species"))
    species = [str(name) for name in forest.classes_]
    accuracy = float(accuracy_score(actual, predicted))
    metrics.log_metric("accuracy", accuracy)
    metrics.log_metric("f1_macro", float(f1_score(actual, predicted, average="macro")))
    confusion.log_confusion_matrix(species, confusion_matrix(actual, predicted, labels=species).tolist())
    print(f"accuracy {accuracy:.3f} on {len(rows)} flowers")
    return accuracy


@dsl.component(base_image=PYTHON_IMAGE, packages_to_install=PACKAGES)
def report(model: Input[Model], accuracy: float, accuracy_threshold: float, summary: Output[Markdown]):
    """Writes a page about a model that is good enough."""
    import joblib

    forest = joblib.load(model.path)
    weights = sorted(zip(forest.feature_importances_, forest.feature_names_in_), reverse=True)
    lines = [
        "# Iris",
        "",
        f"Accuracy **{accuracy:.3f}**, above the threshold of {accuracy_threshold}.",
        "",
        "| feature | importance |",
        "|---|---|",
        *(f"| {name} | {weight:.2f} |" for weight, name in weights),
    ]
    with open(summary.path, "w", encoding="utf-8") as page:
        page.write("\n".join(lines) + "\n")
    print(f"accuracy {accuracy:.3f} > {accuracy_threshold}: report written")


@dsl.pipeline(name="iris", description="Trains and judges a classifier of iris flowers.")
def iris(accuracy_threshold: float = 0.9, trees: int = 50, test_fraction: float = 0.4, seed: int = 7) -> float:
    loaded = load(test_fraction=test_fraction, seed=seed)
    trained = train(train_set=loaded.outputs["train_set"], trees=trees, seed=seed)
    evaluated = evaluate(model=trained.outputs["model"], test_set=loaded.outputs["test_set"])
    with dsl.If(evaluated.outputs["Output"] > accuracy_threshold, name="good-enough"):
        report(
            model=trained.outputs["model"],
            accuracy=evaluated.outputs["Output"],
            accuracy_threshold=accuracy_threshold,
        )
    return evaluated.outputs["Output"]
