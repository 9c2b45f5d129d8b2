"""Items of lists whose types kfp does not know, and members of such items: in branches, deeper loops, texts, lists and conditions."""
from typing import Dict, List

from kfp import dsl
from kfp.dsl import PipelineTaskFinalStatus


@dsl.component(base_image='python:3')
def say(words: str) -> str:
    return words


@dsl.component(base_image='python:3')
def show(items: list) -> str:
    import json
    return json.dumps(items)


@dsl.component(base_image='python:3')
def take(number: int, share: float = 0.5, truth: bool = True, members: dict = {}) -> list:
    return [number, share, truth, members]


@dsl.component(base_image='python:3')
def goodbye(status: PipelineTaskFinalStatus) -> str:
    return status.state


@dsl.pipeline(name='members')
def pipeline(rows: List[Dict], numbers: list, who: str = 'you'):
    with dsl.ExitHandler(goodbye()):
        with dsl.ParallelFor(rows) as row:
            with dsl.If(row.number == 10):
                say(words=f'{row.label} {row.number} {who}').set_display_name('in a branch')
                with dsl.ParallelFor(['p', 'q']) as letter:
                    show(items=[row.deep, row.number, letter, {'k': row.label}]).set_display_name('in a list')
            with dsl.Else():
                with dsl.If(who == 'you'):
                    with dsl.ParallelFor(row.list) as each:
                        say(words=f'{each} {row.label}').set_display_name('over a member')
    with dsl.ParallelFor(rows) as line:
        with dsl.If(line.number > 9):
            take(number=line.number, share=line.share, truth=line.truth, members=line.deep).set_display_name('more than nine')
        with dsl.If(line.truth == False):  # noqa: E712
            take(number=line.number).set_display_name('false')
    with dsl.ParallelFor(numbers) as number:
        with dsl.If(number > 9):
            take(number=number).set_display_name('number')
    # kfp takes the type of the first value for that of all.
    with dsl.ParallelFor([{'size': 1, 'share': 0.9, 'word': 'a'}, {'size': 2, 'share': 0.5, 'word': 'b'}]) as raw:
        with dsl.If(raw.share < 0.75):
            say(words='small').set_display_name('share')
        with dsl.If(raw.word == 'b'):
            say(words='b').set_display_name('text')
    with dsl.ParallelFor([1, 2.5]) as part:
        with dsl.If(part > 2):
            show(items=[part]).set_display_name('part')


ARGUMENTS = {
    'rows': [
        {'number': 10, 'label': "O'Brien", 'share': 1, 'truth': True, 'deep': {'a': [1]}, 'list': []},
        {'number': 9, 'label': 'b', 'share': 0.25, 'truth': False, 'deep': {}, 'list': [7]},
    ],
    'numbers': [9, 10, 100],
}


def check(run):
    import json
    assert run.output('in a branch') == "O'Brien 10 you", run.output('in a branch')
    shown = [json.loads(each) for each in run.outputs('in a list')]
    assert shown == [[{'a': [1]}, 10, letter, {'k': "O'Brien"}] for letter in 'pq'], shown
    assert run.output('over a member') == '7 b', run.output('over a member')
    assert run.output('more than nine') == [10, 1, True, {'a': [1]}], run.output('more than nine')
    assert run.output('false')[0] == 9, run.output('false')
    assert [each[0] for each in run.outputs('number')] == [10, 100], run.outputs('number')
    assert [run.outputs(name) for name in ('share', 'text', 'part')] == [['small'], ['b'], ['[2.5]']], [run.outputs(name) for name in ('share', 'text', 'part')]
