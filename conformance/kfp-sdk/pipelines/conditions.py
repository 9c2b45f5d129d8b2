"""Conditions in conditions, on numbers, texts and booleans; what waits for a task that was skipped."""
from kfp import dsl


@dsl.component(base_image='python:3')
def measure(value: float) -> float:
    return value


@dsl.component(base_image='python:3')
def decide(truth: bool) -> bool:
    return truth


@dsl.component(base_image='python:3')
def say(words: str) -> str:
    print(words)
    return words


@dsl.pipeline(name='conditions')
def pipeline(value: float = 0.5, name: str = 'Ada'):
    measured = measure(value=value)
    with dsl.Condition(measured.output > 0.25):
        with dsl.Condition(measured.output < 0.3):
            say(words='never').set_display_name('never')
        with dsl.Condition(measured.output != 1):
            say(words='inner').set_display_name('inner')
    with dsl.Condition(measured.output >= 10):
        unreached = say(words='skipped').set_display_name('skipped')
        say(words=unreached.output).set_display_name('after-skipped')
    with dsl.Condition(decide(truth=False).output == False):  # noqa: E712
        say(words='false is false').set_display_name('booleans')
    with dsl.Condition(name == 'Ada'):
        say(words='hello').set_display_name('texts')


ARGUMENTS = {}


def check(run):
    assert {'inner', 'booleans', 'texts'} <= run.done(), run.done()
    assert not {'never', 'skipped', 'after-skipped'} & run.done(), run.done()
    assert any('condition false: 0.5 >= 10' in message for message in run.messages()), run.messages()
