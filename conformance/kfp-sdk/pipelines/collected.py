"""Loops in loops and what they yield: lists of lists, of artifacts, of nothing, out of pipelines and back into loops."""
from typing import List

from kfp import dsl
from kfp.dsl import Dataset, Input, Output


@dsl.component(base_image='python:3')
def numbers(count: int) -> List[int]:
    return list(range(count))


@dsl.component(base_image='python:3')
def join(outer: int, middle: int, inner: int = 0) -> str:
    return f'{outer}{middle}{inner}'


@dsl.component(base_image='python:3')
def show(items: list) -> str:
    import json
    return json.dumps(items)


@dsl.component(base_image='python:3')
def write(text: str, data: Output[Dataset]):
    data.metadata['text'] = text
    with open(data.path, 'w') as file:
        file.write(text)


@dsl.component(base_image='python:3')
def read(data: Input[Dataset]) -> str:
    with open(data.path) as file:
        return file.read()


@dsl.component(base_image='python:3')
def read_all(data: Input[List[Dataset]]) -> str:
    # The SDK makes None of an empty list of artifacts.
    return ','.join(f"{open(each.path).read()}={each.metadata['text']}" for each in data or [])


@dsl.pipeline(name='datasets')
def datasets(count: int) -> List[Dataset]:
    with dsl.ParallelFor(numbers(count=count).output, parallelism=1) as number:
        written = write(text=f'd{number}')
    return dsl.Collected(written.outputs['data'])


@dsl.pipeline(name='collected')
def pipeline(count: int = 2):
    with dsl.ParallelFor(numbers(count=count).output, parallelism=1) as outer:
        inside = numbers(count=2)
        with dsl.ParallelFor(inside.output, parallelism=2) as middle:
            with dsl.ParallelFor([7, 8]) as inner:
                joined = join(outer=outer, middle=middle, inner=inner)
            show(items=dsl.Collected(joined.output)).set_display_name('list')
        show(items=dsl.Collected(joined.output)).set_display_name('list of lists')
    show(items=dsl.Collected(joined.output)).set_display_name('lists of lists of lists')
    with dsl.ParallelFor([1, 2]):
        with dsl.ParallelFor(numbers(count=0).output) as none:
            nothing = join(outer=none, middle=none)
            unwritten = write(text='never')
    show(items=dsl.Collected(nothing.output)).set_display_name('lists of nothing')
    read_all(data=dsl.Collected(unwritten.outputs['data'])).set_display_name('no artifacts')
    with dsl.ParallelFor([1, 2, 3]) as number:
        with dsl.If(number != 2):
            odd = join(outer=number, middle=number)
    show(items=dsl.Collected(odd.output)).set_display_name('with a gap')
    made = datasets(count=3)
    read_all(data=made.output).set_display_name('artifacts of a pipeline')
    with dsl.ParallelFor(made.output, parallelism=2) as each:
        kept = read(data=each)
    show(items=dsl.Collected(kept.output)).set_display_name('over artifacts')


ARGUMENTS = {}


def check(run):
    import json
    expected = {
        'list of lists': None,
        'lists of lists of lists': [[['007', '008'], ['017', '018']], [['107', '108'], ['117', '118']]],
        'lists of nothing': [[], []],
        'with a gap': ['110', '330'],
        'over artifacts': ['d0', 'd1', 'd2'],
    }
    for name, value in expected.items():
        assert value is None or json.loads(run.output(name)) == value, f'{name}: {run.output(name)}'
    assert run.output('no artifacts') == '', run.output('no artifacts')
    assert run.output('artifacts of a pipeline') == 'd0=d0,d1=d1,d2=d2', run.output('artifacts of a pipeline')
