"""A step that fails twice and is tried again, also with the pipeline around it: it counts its attempts in a directory that a recipe of the installation shows."""
from kfp import dsl


@dsl.component(base_image='python:3')
def flaky(counter: str, failures: int) -> int:
    with open(counter, 'a') as file:
        file.write('x')
    with open(counter) as file:
        attempts = len(file.read())
    print(f'attempt {attempts}')
    if attempts <= failures:
        raise RuntimeError(f'attempt {attempts} fails on purpose')
    return attempts


@dsl.pipeline(name='inner')
def inner(counter: str):
    flaky(counter=counter, failures=2).set_retry(num_retries=1).set_caching_options(False).set_display_name('nested')


@dsl.pipeline(name='retries')
def pipeline(counter: str):
    flaky(counter=counter, failures=2).set_retry(num_retries=3, backoff_duration='0s').set_caching_options(False)
    with dsl.ParallelFor(['a', 'b'], parallelism=1) as item:
        inner(counter=f'{counter}-{item}').set_retry(num_retries=1, backoff_duration='1s')


def arguments(counter):
    return {'counter': counter}


def check(run):
    assert run.output('flaky') == 3, run.output('flaky')
    assert run.outputs('nested') == [3, 3], run.outputs('nested')
