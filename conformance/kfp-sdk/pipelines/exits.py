"""Tasks that run whatever became of others: after a loop that fails, as a pipeline, in a chain that ignores a failure."""
from kfp import dsl
from kfp.dsl import PipelineTaskFinalStatus


@dsl.component(base_image='python:3')
def refuse_two(number: int) -> int:
    if number == 2:
        raise ValueError('two is bad')
    return number


@dsl.component(base_image='python:3')
def refuse() -> str:
    raise RuntimeError('no')


@dsl.component(base_image='python:3')
def goodbye(note: str, status: PipelineTaskFinalStatus) -> str:
    return f'{note} {status.state} {status.pipeline_task_name}: {status.error_message}'


@dsl.component(base_image='python:3')
def say(text: str = 'by default') -> str:
    return text


@dsl.pipeline(name='clean-up')
def clean_up(number: int):
    with dsl.ParallelFor([1, 2]) as each:
        say(text=f'{number}{each}').set_display_name('cleaned')


@dsl.pipeline(name='exits')
def pipeline(number: int = 3):
    with dsl.ExitHandler(goodbye(note='loop'), name='around a loop'):
        with dsl.ParallelFor([1, 2, 3], parallelism=1) as each:
            refuse_two(number=refuse_two(number=each).output)
    ignoring = say(text=refuse().output).ignore_upstream_failure().set_display_name('ignores')
    say(text=ignoring.output).set_display_name('goes on')
    with dsl.ExitHandler(clean_up(number=number)):
        say(text='inside')


ARGUMENTS = {}
STATE = 'FAILED'


def check(run):
    said = run.output('goodbye')
    assert said.startswith('loop FAILED exit-handler-1: ') and 'two is bad' in said, said
    assert run.output('goes on') == 'by default', run.output('goes on')
    assert run.outputs('cleaned') == ['31', '32'], run.outputs('cleaned')
