"""Pipelines of our own through the unmodified kfp.Client: all are submitted, all are waited for, each checks its results.

    python run_pipelines.py --host http://localhost:8080 --marks DIRECTORY

DIRECTORY is one that a recipe shows to steps with the image python:3, under its own name and writable.

Works with kfp 2.0.0 and with the newest one. Prints one line per check and fails at the first surprise.
"""
import argparse
import importlib
import json
import os
import pkgutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid

import kfp
from kfp import compiler

import pipelines

VERSION = tuple(int(part) for part in kfp.__version__.split('.')[:2])
#: What the oldest SDK can not write.
NEEDED_VERSIONS = {'branches': (2, 5), 'loops': (2, 5), 'exits': (2, 5), 'groups': (2, 5), 'collected': (2, 16), 'fstrings': (2, 16), 'members': (2, 16)}
RUN_TIME_SECONDS_MAX = 240
UNIQUE = uuid.uuid4().hex[:8]


class Run:
    """A finished run as the REST API tells it; tasks are named by display name, or by name when they have none."""

    def __init__(self, host, run_id):
        self._api = f'{host}/apis/v2beta1/runs/{run_id}'
        self.message = fetch(self._api)
        self._tasks = fetch(f'{self._api}/tasks?page_size=200').get('tasks', [])

    def _task(self, name):
        found = [task for task in self._tasks if name in (task.get('display_name'), task['name'])]
        assert found, f'{name} is none of {sorted(task["name"] for task in self._tasks)}'
        return found[0]

    def parameters(self, name):
        return {each['parameter_key']: each['value'] for each in self._task(name)['outputs']['parameters']}

    def output(self, name):
        return self.parameters(name)['Output']

    def outputs(self, name):
        """Of all tasks with this name, sorted."""
        tasks = [task for task in self._tasks if name in (task.get('display_name'), task['name']) and 'outputs' in task]
        return sorted((each['value'] for task in tasks for each in task['outputs']['parameters']), key=str)

    def artifacts(self, name):
        return {each['artifact_key']: each['artifacts'][0] for each in self._task(name)['outputs']['artifacts']}

    def state_of(self, name):
        return self._task(name).get('state')

    def done(self):
        """Names of the steps that have results, of their own or from the cache."""
        return {task.get('display_name') or task['name'] for task in self._tasks if task.get('state') in ('SUCCEEDED', 'CACHED')}

    def why_not_cached(self, name):
        return self._task(name)['status_metadata']['custom_properties'].get('cache_miss', '')

    def messages(self):
        return [task.get('status_metadata', {}).get('message', '') for task in self._tasks]

    def states(self):
        return {task.get('state') for task in self._tasks if task['type'] == 'RUNTIME'}

    def log(self, name):
        with urllib.request.urlopen(f'{self._api}/tasks/{self._task(name)["task_id"]}/log') as response:
            return response.read().decode()

    def explain(self):
        lines = [json.dumps(self.message.get('error'))]
        for task in self._tasks:
            lines.append(f"{task['name']}: {task.get('state')} {task.get('status_metadata', {}).get('message', '')}")
        return '\n'.join(lines)


def fetch(url, method='GET'):
    with urllib.request.urlopen(urllib.request.Request(url, method=method)) as response:
        return json.loads(response.read() or '{}')


def modules():
    for found in pkgutil.iter_modules(pipelines.__path__):
        if VERSION >= NEEDED_VERSIONS.get(found.name, (2, 0)):
            yield found.name, importlib.import_module(f'pipelines.{found.name}')


def submit(client, marks, directory, name, module):
    package = os.path.join(directory, f'{name}.yaml')
    compiler.Compiler().compile(module.pipeline, package)
    arguments = module.arguments(f'{marks}/{UNIQUE}-{name}') if hasattr(module, 'arguments') else module.ARGUMENTS
    return client.create_run_from_pipeline_package(package, arguments=arguments, run_name=f'{name} {UNIQUE}').run_id


def wait(client, host, run_id, state='SUCCEEDED'):
    ended = client.wait_for_run_completion(run_id, timeout=RUN_TIME_SECONDS_MAX, sleep_duration=1)
    run = Run(host, run_id)
    assert ended.state.upper() == state, f'the run ended {ended.state}, not {state}:\n{run.explain()}'
    return run


def wait_to_end(client, run_id):
    client.wait_for_run_completion(run_id, timeout=RUN_TIME_SECONDS_MAX, sleep_duration=1)
    return run_id


def ok(name, started):
    print(f'ok {name} {time.monotonic() - started:.1f}s', flush=True)


def check_pipelines(client, host, marks, directory):
    submitted = [(name, module, submit(client, marks, directory, name, module)) for name, module in modules()]
    for name, module, run_id in submitted:
        started = time.monotonic()
        module.check(wait(client, host, run_id, getattr(module, 'STATE', 'SUCCEEDED')))
        ok(name, started)
    return {name: run_id for name, _, run_id in submitted}


def check_caching(client, host, directory):
    """The same pipeline again takes every result from the cache; switched off, or with other parameters, it runs."""
    started = time.monotonic()
    package = os.path.join(directory, 'artifacts.yaml')
    again = client.create_run_from_pipeline_package(package, arguments={}, run_name=f'cached {UNIQUE}').run_id
    uncached = client.create_run_from_pipeline_package(package, arguments={}, run_name='uncached', enable_caching=False).run_id
    cached = wait(client, host, again)
    assert cached.states() == {'CACHED'}, cached.explain()
    assert cached.output('judge') == 'none 0.875 3'
    assert cached.artifacts('train')['metrics']['metadata']['accuracy'] == 0.875
    assert wait(client, host, uncached).states() == {'SUCCEEDED'}
    other = client.create_run_from_pipeline_package(package, arguments={'rows': 3.0 + 1}, run_name=f'missed {UNIQUE}').run_id
    missed = Run(host, wait_to_end(client, other))
    assert 'parameter "rows" is 4 and was 3' in missed.why_not_cached('produce'), missed.why_not_cached('produce')
    ok('caching', started)


def check_retry(client, host, marks, directory):
    """A failed run that is retried by hand goes on where it failed."""
    started = time.monotonic()
    from pipelines import retries
    package = os.path.join(directory, 'by-hand.yaml')

    @kfp.dsl.pipeline(name='by-hand')
    def by_hand(counter: str):
        retries.flaky(counter=counter, failures=1).set_caching_options(False)

    compiler.Compiler().compile(by_hand, package)
    run_id = client.create_run_from_pipeline_package(package, arguments={'counter': f'{marks}/{UNIQUE}-by-hand'}).run_id
    failed = wait(client, host, run_id, 'FAILED')
    assert 'attempt 1 fails on purpose' in failed.explain(), failed.explain()
    fetch(f'{host}/apis/v2beta1/runs/{run_id}:retry', method='POST')
    assert wait(client, host, run_id).output('flaky') == 2
    ok('retry', started)


def check_terminate(client, host, directory):
    """A run that is terminated ends as FAILED, which is what kfp.Client waits for; its Pod dies long before it is done."""
    started = time.monotonic()
    package = os.path.join(directory, 'sleeper.yaml')

    @kfp.dsl.container_component
    def sleep():
        return kfp.dsl.ContainerSpec(image='busybox', command=['sleep', '600'])

    @kfp.dsl.pipeline(name='sleeper')
    def sleeper():
        sleep()

    compiler.Compiler().compile(sleeper, package)
    run_id = client.create_run_from_pipeline_package(package, arguments={}).run_id
    while Run(host, run_id).message.get('state') != 'RUNNING':
        time.sleep(0.05)
    client.terminate_run(run_id)
    wait(client, host, run_id, 'FAILED')
    ok('terminate', started)


def check_rows(client, runs):
    """Archive, unarchive and delete of runs that really ran."""
    started = time.monotonic()
    run_id = runs['failing']
    client.archive_run(run_id)
    assert client.get_run(run_id).storage_state == 'ARCHIVED'
    client.unarchive_run(run_id)
    client.delete_run(run_id)
    listed = client.list_runs(page_size=100).runs
    assert run_id not in [row.run_id for row in listed]
    assert runs['nested'] in [row.run_id for row in listed]
    ok('rows', started)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--host', required=True)
    parser.add_argument('--marks', required=True)
    options = parser.parse_args()
    host, marks = options.host, options.marks
    client = kfp.Client(host=host)
    with tempfile.TemporaryDirectory() as directory:
        runs = check_pipelines(client, host, marks, directory)
        check_caching(client, host, directory)
        check_retry(client, host, marks, directory)
        check_terminate(client, host, directory)
        check_rows(client, runs)
    print(f'kfp {kfp.__version__}: everything holds')


if __name__ == '__main__':
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    main()
