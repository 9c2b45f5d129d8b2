"""Optional inputs of every type through two pipelines: given, not given, given as nothing; parts of a command that depend on them."""
from typing import Dict, List, Optional

from kfp import dsl
from kfp.dsl import Dataset, Input, Output


@dsl.component(base_image='python:3')
def show(text: Optional[str] = None, number: Optional[int] = None, items: Optional[List[str]] = None, members: Optional[Dict] = None,
         flag: Optional[bool] = None, share: Optional[float] = 2.5, data: Input[Dataset] = None) -> list:
    return [text, number, items, members, flag, share, data and open(data.path).read()]


@dsl.component(base_image='python:3')
def write(data: Output[Dataset]):
    with open(data.path, 'w') as file:
        file.write('written')


@dsl.container_component
def command(out: dsl.OutputPath(str), name: str, share: float, items: list, option: Optional[str] = None, data: Input[Dataset] = None):
    return dsl.ContainerSpec(
        image='alpine',
        command=['sh', '-c', 'mkdir -p "$(dirname "$0")"; printf "[%s]" "$@" > "$0"'],
        args=[
            out,
            dsl.ConcatPlaceholder(['pre-', name, dsl.IfPresentPlaceholder(input_name='option', then=dsl.ConcatPlaceholder(['+', option]), else_='-none')]),
            dsl.IfPresentPlaceholder(input_name='option', then=['--option', dsl.ConcatPlaceholder([option, '!'])], else_=['--no-option']),
            dsl.IfPresentPlaceholder(input_name='data', then=['--data', data.path], else_=['--no-data']),
            share, items,
        ],
    )


@dsl.pipeline(name='inner')
def inner(text: Optional[str] = None, number: Optional[int] = 7, items: Optional[List[str]] = None, members: Optional[Dict] = {'z': 1},
          flag: Optional[bool] = None, data: Input[Dataset] = None) -> list:
    return show(text=text, number=number, items=items, members=members, flag=flag, data=data).output


@dsl.pipeline(name='outer')
def outer(text: Optional[str] = None, items: Optional[List[str]] = None, data: Input[Dataset] = None, flag: Optional[bool] = False) -> list:
    return inner(text=text, items=items, data=data, flag=flag).output


@dsl.pipeline(name='grouped')
def grouped(text: Optional[str] = None, items: Optional[List[str]] = None, data: Input[Dataset] = None):
    with dsl.ParallelFor([1]) as one:
        with dsl.Condition(one == 1):
            show(text=text, items=items, data=data).set_display_name('in groups')


@dsl.pipeline(name='optional')
def pipeline(text: Optional[str] = None, items: Optional[List[str]] = None):
    data = write().outputs['data']
    outer().set_display_name('nothing')
    outer(text=text, items=items).set_display_name('some')
    outer(text='T', items=['a'], data=data, flag=True).set_display_name('all')
    grouped(text=text)
    grouped(items=items, data=data)
    command(name='A"q\' $HOME', share=1.0, items=[1, 'ü', {'x': '<'}]).set_display_name('without')
    command(name='é', share=1e-7, items=[], option='', data=data).set_display_name('with')


ARGUMENTS = {'items': ['zz']}


def check(run):
    expected = {
        'nothing': [None, 7, None, {'z': 1}, False, 2.5, None],
        'some': [None, 7, ['zz'], {'z': 1}, False, 2.5, None],
        'all': ['T', 7, ['a'], {'z': 1}, True, 2.5, 'written'],
    }
    for name, value in expected.items():
        assert run.output(name) == value, f'{name}: {run.output(name)}'
    grouped_outputs = run.outputs('in groups')
    assert grouped_outputs == [[None, None, None, None, None, 2.5, None], [None, None, ['zz'], None, None, 2.5, 'written']], grouped_outputs
    without, given = run.parameters('without')['out'], run.parameters('with')['out']
    assert without == '[pre-A"q\' $HOME-none][--no-option][--no-data][1][[1,"ü",{"x":"\\u003c"}]]', without
    assert given.startswith('[pre-é+][--option][!][--data][/') and given.endswith('/data][1e-07][[]]'), given
