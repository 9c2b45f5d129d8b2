"""Dagster: a job of ops, executed in this process with an instance that forgets (`execute_in_process`), its fastest way."""

import logging

import workload
from dagster import DynamicOut, DynamicOutput, graph, op

add_one = op(name="add_one")(lambda value: workload.add_one(value))
pass_on = op(name="pass_on")(lambda value: workload.pass_on(value))


@op
def zero() -> int:
    return 0


@graph
def steps40():
    value = zero()
    for _ in range(workload.STEPS):
        value = add_one(value)
    return value


@graph
def chain3():
    return pass_on(pass_on(pass_on(zero())))


@op(out=DynamicOut(int))
def numbers():
    for value in range(workload.FAN_OUT):
        yield DynamicOutput(value, mapping_key=str(value))


@op
def square(value: int) -> int:
    return workload.square(value)


@op
def total(values: list[int]) -> int:
    return sum(values)


@graph
def fan1000():
    return total(numbers().map(square).collect())


@op(config_schema={"directory": str})
def write_bytes(context) -> str:
    return workload.write_bytes(f"{context.op_config['directory']}/bytes")


@op
def sample_bytes(path: str) -> int:
    return workload.sample_bytes(path)


@graph
def gigabyte():
    path = write_bytes()
    return [sample_bytes(path) for _ in range(3)][-1]


@op(config_schema={"directory": str})
def load_flowers(context) -> str:
    directory = context.op_config["directory"]
    workload.load_flowers(f"{directory}/train.csv", f"{directory}/test.csv")
    return directory


@op
def train_trees(directory: str) -> str:
    workload.train_trees(f"{directory}/train.csv", f"{directory}/model")
    return directory


@op
def evaluate_trees(directory: str) -> float:
    return workload.evaluate_trees(f"{directory}/test.csv", f"{directory}/model")


@graph
def iris():
    return evaluate_trees(train_trees(load_flowers()))


def run(definition, first_op: str | None):
    def execute(directory: str):
        config = {"ops": {first_op: {"config": {"directory": directory}}}} if first_op else None
        job = definition.to_job(config=config)
        return job.execute_in_process().output_value()

    return execute


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    workload.main(
        {
            "steps40": run(steps40, None),
            "chain3": run(chain3, None),
            "fan1000": run(fan1000, None),
            "gigabyte": run(gigabyte, "write_bytes"),
            "iris": run(iris, "load_flowers"),
        }
    )
