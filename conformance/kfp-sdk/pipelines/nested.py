"""Pipelines in pipelines, with inputs, outputs and artifacts through two levels; order without data; optional inputs."""
from typing import Optional

from kfp import dsl
from kfp.dsl import Dataset, Input, Output


@dsl.component(base_image='python:3')
def double(number: int, copy: Output[Dataset]) -> int:
    with open(copy.path, 'w') as file:
        file.write(str(number))
    return 2 * number


@dsl.component(base_image='python:3')
def read(copy: Input[Dataset]) -> str:
    with open(copy.path) as file:
        return file.read()


@dsl.pipeline(name='inner')
def inner(number: int) -> int:
    once = double(number=number)
    return double(number=once.outputs['Output']).outputs['Output']


@dsl.pipeline(name='outer')
def outer(number: int) -> Dataset:
    four_times = inner(number=number)
    return double(number=four_times.output).outputs['copy']


@dsl.component(base_image='python:3')
def present(required: str, text: Optional[str] = None, number: int = 5, items: Optional[list] = None, data: Input[Dataset] = None) -> str:
    import json
    return json.dumps([required, text, number, items, data is None])


@dsl.component(base_image='python:3')
def stamp(number: int = 0) -> float:
    import time
    return time.time()


@dsl.pipeline(name='with-defaults')
def with_defaults(text: str = 'inner default', nothing: Optional[str] = None) -> str:
    return present(required=text, text=nothing).output


@dsl.pipeline(name='nested')
def pipeline(number: int = 3, absent: Optional[str] = None):
    read(copy=outer(number=number).output).set_display_name('read')
    present(required='none').set_display_name('none given')
    present(required='some', text='', number=0, items=[]).set_display_name('empty given')
    present(required='absent', text=absent).set_display_name('absent given')
    with_defaults().set_display_name('defaults of a pipeline')
    early = stamp().set_display_name('early')
    stamp(number=1).after(early).set_display_name('late')


ARGUMENTS = {}


def check(run):
    import json
    assert run.output('read') == '12', run.output('read')
    assert json.loads(run.output('none given')) == ['none', None, 5, None, True]
    assert json.loads(run.output('empty given')) == ['some', '', 0, [], True]
    assert json.loads(run.output('absent given')) == ['absent', None, 5, None, True]
    assert json.loads(run.output('defaults of a pipeline')) == ['inner default', None, 5, None, True]
    assert run.output('early') < run.output('late')
