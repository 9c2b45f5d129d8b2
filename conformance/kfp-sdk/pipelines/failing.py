"""A step that fails: the run fails with its sentence, what depends on it does not run, what does not runs to its end."""
from kfp import dsl


@dsl.component(base_image='python:3')
def fail(reason: str) -> str:
    print('about to fail')
    raise ValueError(reason)


@dsl.component(base_image='python:3')
def use(text: str) -> str:
    return text


@dsl.pipeline(name='failing')
def pipeline():
    failed = fail(reason='the cake is a lie')
    use(text=failed.output).set_display_name('never')
    use(text='apart').set_display_name('apart')


ARGUMENTS = {}
STATE = 'FAILED'


def check(run):
    message = run.message['error']['message']
    assert 'fail' in message and 'the cake is a lie' in message, message
    assert run.state_of('fail') == 'FAILED'
    assert 'apart' in run.done() and 'never' not in run.done(), run.done()
    log = run.log('fail')
    assert 'about to fail' in log and 'ValueError: the cake is a lie' in log, log
