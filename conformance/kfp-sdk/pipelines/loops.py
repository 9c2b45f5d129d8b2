"""Loops over constants and outputs, their results collected in order; an exit task that learns how it ended."""
from typing import List

from kfp import dsl
from kfp.dsl import PipelineTaskFinalStatus

@dsl.component(base_image='python:3')
def numbers() -> List[int]:
    return [3, 1, 2]


@dsl.component(base_image='python:3')
def square(number: int) -> int:
    return number * number


@dsl.component(base_image='python:3')
def shout(text: str) -> str:
    return text.upper()


@dsl.component(base_image='python:3')
def total(squares: List[int]) -> str:
    return ','.join(str(each) for each in squares)


@dsl.component(base_image='python:3')
def goodbye(status: PipelineTaskFinalStatus) -> str:
    return status.pipeline_task_name


@dsl.pipeline(name='loops')
def pipeline():
    with dsl.ExitHandler(goodbye()):
        with dsl.ParallelFor(numbers().output, parallelism=2) as number:
            squared = square(number=number)
        total(squares=dsl.Collected(squared.output))
        with dsl.ParallelFor([{'city': 'a', 'more': 5}]) as item:
            shout(text=item.city).set_display_name('of-dict')


ARGUMENTS = {}


def check(run):
    assert run.output('total') == '9,1,4', run.output('total')
    assert run.output('of-dict') == 'A', run.output('of-dict')
    assert run.output('goodbye') == 'exit-handler-1', run.output('goodbye')
