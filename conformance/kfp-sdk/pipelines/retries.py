"""A step that fails twice and is tried again. /marks is a directory that recipes of the installation map in."""
from kfp import dsl


@dsl.component(base_image='python:3')
def flaky(key: str, failures: int) -> int:
    path = f'/marks/{key}'
    with open(path, 'a') as file:
        file.write('x')
    with open(path) as file:
        attempts = len(file.read())
    print(f'attempt {attempts}')
    if attempts <= failures:
        raise RuntimeError(f'attempt {attempts} fails on purpose')
    return attempts


@dsl.pipeline(name='retries')
def pipeline(key: str):
    flaky(key=key, failures=2).set_retry(num_retries=3, backoff_duration='0s').set_caching_options(False)


def arguments(unique):
    return {'key': unique}


def check(run):
    assert run.output('flaky') == 3, run.output('flaky')
