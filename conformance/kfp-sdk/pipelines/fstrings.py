"""Texts with values from every level around them; placeholders of the run in every position; dollars that mean nothing."""
from typing import Dict, List

from kfp import dsl
from kfp.dsl import PipelineTaskFinalStatus


@dsl.component(base_image='python:3')
def say(words: str) -> str:
    return words


@dsl.component(base_image='python:3')
def rows() -> List[Dict[str, str]]:
    return [{'first': 'ada'}, {'first': 'bob'}]


@dsl.component(base_image='python:3')
def count(number: int) -> int:
    return number


@dsl.component(base_image='python:3')
def show(items: list, members: dict, run: str = dsl.PIPELINE_JOB_NAME_PLACEHOLDER) -> str:
    import json
    return json.dumps([items, members, run])


@dsl.container_component
def echo(text: str, out: dsl.OutputPath(str)):
    return dsl.ContainerSpec(image='busybox', command=['sh', '-c', 'mkdir -p "$(dirname "$0")"; printf "%s" "$*" > "$0"'], args=[out, text, '$(SIZE)', '$$(SIZE)', '$$'])


@dsl.component(base_image='python:3')
def goodbye(status: PipelineTaskFinalStatus) -> str:
    return status.state


@dsl.pipeline(name='fstrings')
def pipeline(who: str = 'you', name: str = dsl.PIPELINE_JOB_NAME_PLACEHOLDER):
    first = say(words='up')
    with dsl.ParallelFor(['a', 'b']) as outer:
        then = say(words=outer)
        with dsl.ParallelFor(['c']) as middle:
            with dsl.If(middle == 'c'):
                with dsl.ParallelFor(['d', 'e']) as inner:
                    say(words=f'{who} {first.output} {then.output} {outer}{middle}{inner}').set_display_name('deep')
    with dsl.ExitHandler(goodbye()):
        with dsl.ParallelFor(rows().output) as row:
            with dsl.ParallelFor(['x']) as item:
                say(words=f'{row.first}{item}{who}').set_display_name('of rows')
    say(words=f'<{dsl.PIPELINE_JOB_NAME_PLACEHOLDER}> of {who} in {dsl.PIPELINE_TASK_NAME_PLACEHOLDER}').set_display_name('placeholders')
    say(words=name).set_display_name('default')
    counted = count(number=3)
    show(items=[counted.output, 'n', f'{who}!'], members={'number': counted.output, 'run': dsl.PIPELINE_JOB_NAME_PLACEHOLDER}).set_display_name('constants')
    echo(text='$$5 and $(SIZE)').set_env_variable('SIZE', 'L').set_display_name('dollars')


ARGUMENTS = {}


def check(run):
    import json
    name = run.message['display_name']
    assert run.outputs('deep') == ['you up a acd', 'you up a ace', 'you up b bcd', 'you up b bce'], run.outputs('deep')
    assert run.outputs('of rows') == ['adaxyou', 'bobxyou'], run.outputs('of rows')
    assert run.output('placeholders').startswith(f'<{name}> of you in say'), run.output('placeholders')
    assert run.output('default') == name, run.output('default')
    assert json.loads(run.output('constants')) == [[3, 'n', 'you!'], {'number': 3, 'run': name}, name], run.output('constants')
    assert run.parameters('dollars')['out'] == '$$5 and $(SIZE) L $(SIZE) $$', run.parameters('dollars')
