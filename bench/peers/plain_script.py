"""Iris as one plain script: the same code in one process, no steps."""

import workload


def iris(directory):
    train, test, model = (f"{directory}/{name}" for name in ("train.csv", "test.csv", "model"))
    workload.load_flowers(train, test)
    workload.train_trees(train, model)
    return workload.evaluate_trees(test, model)


if __name__ == "__main__":
    workload.main({"iris": iris})
