"""Every method of the unmodified kfp.Client against a running server.

    python client_methods.py --host http://localhost:8080

Works with kfp 2.0.0 and with the newest one. Prints one line per method and fails at the first surprise. Needs no engine:
runs only have to end when they are terminated.
"""
import argparse
import inspect
import json
import os
import tempfile
import time
import uuid

import kfp
import kfp_server_api
from kfp import compiler, dsl


@dsl.component
def greet(who: str, times: int = 1) -> str:
    return ' '.join([f'Hello {who}!'] * times)


@dsl.pipeline(name='sdk-methods', description='Greets twice.')
def greetings(who: str, times: int = 2):
    first = greet(who=who, times=times)
    greet(who=first.output).after(first)


SUFFIX = uuid.uuid4().hex[:8]
EXERCISED = set()


def step(method):
    """Marks the methods that a check exercises."""

    def register(check):
        for name in method.split():
            EXERCISED.add(name)
        CHECKS.append(check)
        return check

    return register


CHECKS = []


def expect_refusal(status, call, words):
    try:
        call()
    except kfp_server_api.ApiException as error:
        assert error.status == status, f'{error.status}, not {status}: {error.body}'
        assert words in str(error.body), f'{words!r} is not in {error.body}'
        return
    raise AssertionError(f'was not refused: {words}')


@step('get_kfp_healthz get_user_namespace set_user_namespace')
def health(client, state):
    assert client.get_kfp_healthz().multi_user is False
    assert client.get_user_namespace() == ''


@step('create_experiment get_experiment list_experiments archive_experiment unarchive_experiment')
def experiments(client, state):
    name = f'experiment {SUFFIX}'
    created = client.create_experiment(name, description='tests')
    again = client.create_experiment(name)
    assert again.experiment_id == created.experiment_id, 'an experiment is made once'
    assert client.get_experiment(experiment_name=name).experiment_id == created.experiment_id
    found = client.get_experiment(experiment_id=created.experiment_id)
    assert (found.display_name, found.description, found.storage_state) == (name, 'tests', 'AVAILABLE')
    if hasattr(found, 'last_run_created_at'):  # kfp 2.0.0 does not know it
        assert found.last_run_created_at.year == 1970
    try:
        client.get_experiment(experiment_name='no such experiment')
    except ValueError as error:
        assert 'No experiment is found' in str(error)
    client.archive_experiment(created.experiment_id)
    assert client.get_experiment(created.experiment_id).storage_state == 'ARCHIVED'
    client.unarchive_experiment(created.experiment_id)
    page = client.list_experiments(page_size=1, sort_by='created_at desc')
    assert page.experiments[0].experiment_id == created.experiment_id
    names = []
    token = ''
    while True:
        page = client.list_experiments(page_token=token, page_size=1)
        names += [row.display_name for row in page.experiments]
        token = page.next_page_token
        if not token:
            break
    assert len(names) == page.total_size == len(set(names))
    state['experiment_id'] = created.experiment_id
    expect_refusal(400, lambda: client.list_experiments(page_token='TOK=='), 'page_token')


@step('upload_pipeline upload_pipeline_version upload_pipeline_from_pipeline_func '
      'upload_pipeline_version_from_pipeline_func get_pipeline_id get_pipeline list_pipelines list_pipeline_versions '
      'get_pipeline_version')
def pipelines(client, state):
    name = f'Pipeline {SUFFIX}'
    pipeline = client.upload_pipeline(state['package'], pipeline_name=name, description='said hello')
    assert (pipeline.display_name, pipeline.description) == (name, 'said hello')
    assert client.get_pipeline_id(name) == pipeline.pipeline_id
    assert client.get_pipeline_id('no such pipeline') is None
    assert client.get_pipeline(pipeline.pipeline_id).display_name == name
    expect_refusal(409, lambda: client.upload_pipeline(state['package'], pipeline_name=name), 'already exists')
    version = client.upload_pipeline_version(state['package'], f'v2 {SUFFIX}', pipeline_name=name, description='second')
    assert (version.display_name, version.description) == (f'v2 {SUFFIX}', 'second')
    third = client.upload_pipeline_version(state['package'], f'v3 {SUFFIX}', pipeline_id=pipeline.pipeline_id)
    versions = client.list_pipeline_versions(pipeline.pipeline_id, page_size=10, sort_by='created_at desc')
    assert versions.total_size == 3
    assert versions.pipeline_versions[0].pipeline_version_id == third.pipeline_version_id
    found = client.get_pipeline_version(pipeline.pipeline_id, version.pipeline_version_id)
    assert found.pipeline_spec['pipelineInfo']['name'] == 'sdk-methods'
    listed = client.list_pipelines(page_size=100, filter=equals('display_name', name))
    assert [row.pipeline_id for row in listed.pipelines] == [pipeline.pipeline_id]
    if hasattr(client, 'upload_pipeline_from_pipeline_func'):
        from_function = client.upload_pipeline_from_pipeline_func(greetings, pipeline_name=f'Function {SUFFIX}')
        client.upload_pipeline_version_from_pipeline_func(greetings, f'w {SUFFIX}', pipeline_id=from_function.pipeline_id)
        state['function_pipeline_id'] = from_function.pipeline_id
    state['pipeline'] = pipeline
    state['version'] = version


@step('run_pipeline create_run_from_pipeline_func create_run_from_pipeline_package get_run list_runs')
def runs(client, state):
    arguments = {'who': 'you', 'times': 3}
    run = client.run_pipeline(state['experiment_id'], 'from a package', state['package'], params=arguments)
    found = client.get_run(run.run_id)
    assert found.pipeline_spec['root'] == run.pipeline_spec['root']
    assert found.runtime_config.parameters == arguments, found.runtime_config.parameters
    assert found.state in ('PENDING', 'RUNNING', 'SUCCEEDED'), found.state
    if found.state == 'PENDING':
        assert found.finished_at.year == 1970
    of_version = client.run_pipeline(
        state['experiment_id'], 'from a version', params=arguments, pipeline_id=state['pipeline'].pipeline_id,
        version_id=state['version'].pipeline_version_id)
    reference = of_version.pipeline_version_reference
    assert reference.pipeline_version_id == state['version'].pipeline_version_id
    uncached = client.run_pipeline(
        state['experiment_id'], 'uncached', state['package'], params=arguments, enable_caching=False,
        pipeline_root='minio://mlpipeline/elsewhere')
    assert uncached.runtime_config.pipeline_root == 'minio://mlpipeline/elsewhere'
    from_function = client.create_run_from_pipeline_func(greetings, arguments=arguments)
    from_package = client.create_run_from_pipeline_package(
        state['package'], arguments=arguments, run_name='named', experiment_name=f'experiment {SUFFIX}')
    assert client.get_experiment(experiment_name='Default').experiment_id
    listed = client.list_runs(experiment_id=state['experiment_id'], page_size=100, sort_by='created_at desc')
    assert [row.display_name for row in listed.runs] == ['named', 'uncached', 'from a version', 'from a package']
    assert client.list_runs(page_size=2).total_size >= 5
    named = client.list_runs(experiment_id=state['experiment_id'], filter=equals('display_name', 'named'))
    assert [row.run_id for row in named.runs] == [from_package.run_id]
    state['runs'] = [run, of_version, uncached, from_function, from_package]
    expect_refusal(
        400, lambda: client.run_pipeline(state['experiment_id'], 'x', state['package'], params={'times': 1}), 'who')
    expect_refusal(
        400, lambda: client.run_pipeline(
            state['experiment_id'], 'x', state['package'], params={'who': 'x', 'times': 'many'}), 'times')
    expect_refusal(404, lambda: client.get_run('no-such-run'), 'no-such-run')


@step('terminate_run wait_for_run_completion archive_run unarchive_run delete_run')
def ends_of_runs(client, state):
    run = state['runs'][0]
    terminate_unless_ended(client, run.run_id)
    ended = client.wait_for_run_completion(run.run_id, timeout=60, sleep_duration=1)
    assert ended.state.upper() in ('FAILED', 'SUCCEEDED'), ended.state
    assert ended.finished_at.year > 1970
    expect_refusal(400, lambda: client.terminate_run(run.run_id), 'only a pending or running run')
    client.archive_run(run.run_id)
    assert client.get_run(run.run_id).storage_state == 'ARCHIVED'
    client.unarchive_run(run.run_id)
    assert client.get_run(run.run_id).storage_state == 'AVAILABLE'
    for each in state['runs']:
        terminate_unless_ended(client, each.run_id)
        client.wait_for_run_completion(each.run_id, timeout=60, sleep_duration=1)
        client.delete_run(each.run_id)
    assert not client.list_runs(experiment_id=state['experiment_id']).runs


def terminate_unless_ended(client, run_id):
    """A run that ends between the question and the order refuses the order."""
    if client.get_run(run_id).state not in ('PENDING', 'RUNNING'):
        return
    try:
        client.terminate_run(run_id)
    except kfp_server_api.ApiException as refusal:
        assert refusal.status == 400 and 'only a pending or running run' in refusal.body, refusal


@step('delete_pipeline_version delete_pipeline delete_experiment')
def deletions(client, state):
    pipeline_id = state['pipeline'].pipeline_id
    expect_refusal(400, lambda: client.delete_pipeline(pipeline_id), 'versions')
    for pipeline in filter(None, [pipeline_id, state.get('function_pipeline_id')]):
        for version in client.list_pipeline_versions(pipeline).pipeline_versions:
            client.delete_pipeline_version(pipeline, version.pipeline_version_id)
        client.delete_pipeline(pipeline)
    assert client.get_pipeline_id(state['pipeline'].display_name) is None
    client.delete_experiment(state['experiment_id'])
    expect_refusal(404, lambda: client.get_experiment(state['experiment_id']), 'experiment')


@step('create_recurring_run list_recurring_runs get_recurring_run enable_recurring_run disable_recurring_run '
      'delete_recurring_run')
def recurring_runs(client, state):
    experiment_id = client.create_experiment(f'recurring {SUFFIX}').experiment_id
    create = lambda name, **more: client.create_recurring_run(
        experiment_id, name, pipeline_package_path=state['package'], params={'who': '[[Index]]'}, **more)
    hourly = create('hourly', interval_second=3600, description='tests', max_concurrency=3, no_catchup=True)
    assert (hourly.status, hourly.mode, hourly.experiment_id) == ('ENABLED', 'ENABLE', experiment_id)
    assert (hourly.trigger.periodic_schedule.interval_second, hourly.max_concurrency, hourly.no_catchup) == ('3600', '3', True)
    daily = create('daily', cron_expression='0 0 9 ? * 2-6', enabled=False,
                   start_time='2030-01-01T00:00:00Z', end_time='2031-01-01T00:00:00Z')
    assert (daily.status, daily.trigger.cron_schedule.cron) == ('DISABLED', '0 0 9 ? * 2-6')
    assert daily.trigger.cron_schedule.start_time.year == 2030
    assert client.get_recurring_run(daily.recurring_run_id).display_name == 'daily'
    listed = lambda **query: {one.display_name for one in client.list_recurring_runs(**query).recurring_runs or []}
    assert listed(experiment_id=experiment_id) == {'hourly', 'daily'}
    assert listed(experiment_id=experiment_id, filter=equals('display_name', 'daily')) == {'daily'}
    assert client.list_recurring_runs(experiment_id=experiment_id, page_size=1).next_page_token
    client.enable_recurring_run(daily.recurring_run_id)
    assert client.get_recurring_run(daily.recurring_run_id).status == 'ENABLED'
    client.disable_recurring_run(daily.recurring_run_id)
    assert client.get_recurring_run(daily.recurring_run_id).status == 'DISABLED'
    expect_refusal(400, lambda: create('often', cron_expression='* * *'), 'trigger.cron_schedule.cron')
    expect_refusal(400, lambda: create('many', interval_second=60, max_concurrency=11), 'max_concurrency')
    for one in (hourly, daily):
        client.delete_recurring_run(one.recurring_run_id)
    expect_refusal(404, lambda: client.get_recurring_run(daily.recurring_run_id), 'recurring run')
    assert listed(experiment_id=experiment_id) == set()


def equals(key, value):
    return json.dumps({'predicates': [{'operation': 1, 'key': key, 'stringValue': value}]})


#: Old names of methods above, and what asks no server.
NOT_EXERCISED = {
    'create_job', 'delete_job', 'disable_job', 'enable_job', 'get_job', 'list_jobs', 'update_job',
}


def check_completeness(client):
    public = {
        name for name, _ in inspect.getmembers(type(client), inspect.isfunction) if not name.startswith('_')
    }
    forgotten = public - EXERCISED - NOT_EXERCISED
    assert not forgotten, f'methods that nothing exercises: {sorted(forgotten)}'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--host', required=True)
    host = parser.parse_args().host
    os.environ.pop('KF_PIPELINES_DEFAULT_EXPERIMENT_NAME', None)
    client = kfp.Client(host=host)
    check_completeness(client)
    with tempfile.TemporaryDirectory() as directory:
        state = {'package': os.path.join(directory, 'pipeline.yaml')}
        compiler.Compiler().compile(greetings, state['package'])
        for check in CHECKS:
            started = time.monotonic()
            check(client, state)
            print(f'ok {check.__name__} {time.monotonic() - started:.2f}s', flush=True)
    print(f'kfp {kfp.__version__}: {len(EXERCISED)} methods')


if __name__ == '__main__':
    main()
