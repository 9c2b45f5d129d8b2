"""A pipeline that uses every function of kfp.kubernetes, and the Pods that its steps became, field by field.

    python kubernetes_settings.py --host http://localhost:8080

Needs the package kfp-kubernetes. Prints one line at the end and fails at the first surprise.
"""
import argparse
import json
import tempfile
import time
import urllib.error
import urllib.request

import kfp
from kfp import compiler, dsl, kubernetes

NAMESPACE = 'kubeflow'
RUN_TIME_SECONDS_MAX = 240
LINUX = {'key': 'kubernetes.io/os', 'operator': 'In', 'values': ['linux']}
USED = set()


def use(name, *args, **more):
    """Calls a function of kfp.kubernetes, and notes that it was."""
    USED.add(name)
    return getattr(kubernetes, name)(*args, **more)


@dsl.component(base_image='python:3')
def look(paths: list) -> list:
    import os
    return [os.environ.get('FROM_SECRET'), os.environ.get('FROM_MAP'), os.environ.get('POD_NAME', '')[:8]] + [os.path.exists(path) for path in paths]


@dsl.pipeline(name='settings')
def pipeline(secret: str = 'settings-secret', selector: dict = {'kubernetes.io/os': 'linux'}, tolerations: list = [{'key': 'b', 'operator': 'Exists'}],
             affinity: dict = {'requiredDuringSchedulingIgnoredDuringExecution': {'nodeSelectorTerms': [{'matchExpressions': [LINUX]}]}}):
    claim = use('CreatePVC', pvc_name_suffix='-settings', access_modes=['ReadWriteOnce'], size='1Mi', annotations={'a': 'b'})
    step = look(paths=['/secret/key', '/map/key', '/scratch', '/claim', '/ephemeral']).set_caching_options(False).set_display_name('one')
    use('use_secret_as_env', step, secret, {'key': 'FROM_SECRET'})
    use('use_config_map_as_env', step, 'settings-map', {'key': 'FROM_MAP'})
    use('use_secret_as_volume', step, 'settings-secret', '/secret')
    use('use_config_map_as_volume', step, 'settings-map', '/map', optional=True)
    use('use_field_path_as_env', step, 'POD_NAME', 'metadata.name')
    use('empty_dir_mount', step, 'scratch', '/scratch', medium='Memory', size_limit='1Mi')
    use('mount_pvc', step, claim.outputs['name'], '/claim', sub_path='part')
    use('add_ephemeral_volume', step, 'ephemeral', '/ephemeral', ['ReadWriteOnce'], '1Mi', labels={'l': 'm'}, annotations={'n': 'o'})
    use('add_pod_label', step, 'team', 'vision')
    use('add_pod_annotation', step, 'note', 'hello')
    use('set_image_pull_policy', step, 'IfNotPresent')
    use('set_image_pull_secrets', step, ['registry'])
    use('set_timeout', step, 120)
    use('add_node_selector', step, 'kubernetes.io/os', 'linux')
    use('add_toleration', step, key='a', operator='Equal', value='v', effect='NoExecute', toleration_seconds=7)
    use('add_node_affinity', step, match_expressions=[LINUX])
    use('add_node_affinity', step, match_expressions=[{**LINUX, 'values': ['plan9']}], weight=3)
    other = look(paths=[]).set_caching_options(False).set_display_name('other').after(step)
    use('add_node_selector_json', other, selector)
    use('add_toleration_json', other, tolerations)
    use('add_node_affinity_json', other, affinity)
    refused = look(paths=[]).set_caching_options(False).set_display_name('user').after(other)
    use('set_security_context', refused, run_as_user=0, run_as_group=0, run_as_non_root=False)
    elsewhere = look(paths=[]).set_caching_options(False).set_display_name('elsewhere')
    use('add_node_selector', elsewhere, 'settings-test', 'here')
    use('DeletePVC', pvc_name=claim.outputs['name']).after(step)


def request(host, path, body=None, method=None, media_type='application/json'):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(host + path, data=data, method=method, headers={'content-type': media_type})) as response:
        return json.loads(response.read())


def create(host, kind, body):
    try:
        request(host, f'/api/v1/namespaces/{NAMESPACE}/{kind}', body)
    except urllib.error.HTTPError as error:
        assert error.code == 409, error


def expect(actual, expected, what):
    assert actual == expected, f'{what} is {json.dumps(actual)}, not {json.dumps(expected)}'


def subset(part, whole, what):
    for name, value in part.items():
        expect(whole.get(name), value, f'{what} {name}')


def check_one(pod):
    spec, container = pod['spec'], pod['spec']['containers'][0]
    subset({'team': 'vision'}, pod['metadata']['labels'], 'label')
    subset({'note': 'hello'}, pod['metadata']['annotations'], 'annotation')
    subset({'nodeSelector': {'kubernetes.io/os': 'linux'}, 'imagePullSecrets': [{'name': 'registry'}], 'activeDeadlineSeconds': 120}, spec, 'spec')
    assert {'key': 'a', 'operator': 'Equal', 'value': 'v', 'effect': 'NoExecute', 'tolerationSeconds': 7} in spec['tolerations'], spec['tolerations']
    affinity = spec['affinity']['nodeAffinity']
    expect(affinity['requiredDuringSchedulingIgnoredDuringExecution'], {'nodeSelectorTerms': [{'matchExpressions': [LINUX]}]}, 'required affinity')
    expect([(each['weight'], each['preference']['matchExpressions'][0]['values']) for each in affinity['preferredDuringSchedulingIgnoredDuringExecution']], [(3, ['plan9'])], 'preferred affinity')
    expect(container['imagePullPolicy'], 'IfNotPresent', 'imagePullPolicy')
    sources = {each['name']: each.get('valueFrom') for each in container['env']}
    expect(sources['FROM_SECRET']['secretKeyRef']['name'], 'settings-secret', 'secretKeyRef')
    expect(sources['FROM_MAP']['configMapKeyRef']['key'], 'key', 'configMapKeyRef')
    expect(sources['POD_NAME']['fieldRef']['fieldPath'], 'metadata.name', 'fieldRef')
    volumes = {mount['mountPath']: (mount, next(each for each in spec['volumes'] if each['name'] == mount['name'])) for mount in container['volumeMounts']}
    expect(volumes['/secret'][1]['secret']['secretName'], 'settings-secret', 'secret volume')
    subset({'name': 'settings-map', 'optional': True}, volumes['/map'][1]['configMap'], 'config map volume')
    expect(volumes['/scratch'][1]['emptyDir'], {'medium': 'Memory', 'sizeLimit': '1Mi'}, 'emptyDir')
    expect(volumes['/claim'][0]['subPath'], 'part', 'subPath')
    assert volumes['/claim'][1]['persistentVolumeClaim']['claimName'].endswith('-settings')
    template = volumes['/ephemeral'][1]['ephemeral']['volumeClaimTemplate']
    subset({'labels': {'l': 'm'}, 'annotations': {'n': 'o'}}, template['metadata'], 'volumeClaimTemplate')
    subset({'accessModes': ['ReadWriteOnce'], 'resources': {'requests': {'storage': '1Mi'}}}, template['spec'], 'volumeClaimTemplate')


def check_other(pod):
    spec = pod['spec']
    expect(spec['nodeSelector'], {'kubernetes.io/os': 'linux'}, 'nodeSelector')
    assert {'key': 'b', 'operator': 'Exists'} in spec['tolerations'], spec['tolerations']
    expect(spec['affinity']['nodeAffinity']['requiredDuringSchedulingIgnoredDuringExecution']['nodeSelectorTerms'], [{'matchExpressions': [LINUX]}], 'affinity')


def tasks_of(host, run_id):
    return {task.get('display_name') or task['name']: task for task in request(host, f'/apis/v2beta1/runs/{run_id}/tasks?page_size=200').get('tasks', [])}


def go_where_it_wants(host, run_id):
    """A step that wants another node says so and waits; when the node gets the label, the step runs."""
    deadline = time.monotonic() + RUN_TIME_SECONDS_MAX
    message = ''
    while 'settings-test=here' not in message:
        assert time.monotonic() < deadline, f'the step says: {message}'
        time.sleep(0.2)
        message = tasks_of(host, run_id).get('elsewhere', {}).get('status_metadata', {}).get('message', '')
    node = request(host, '/api/v1/nodes')['items'][0]['metadata']['name']
    request(host, f'/api/v1/nodes/{node}', {'metadata': {'labels': {'settings-test': 'here'}}}, 'PATCH', 'application/merge-patch+json')


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--host', required=True)
    host = parser.parse_args().host
    expect(sorted(set(kubernetes.__all__) - USED), [], 'what this pipeline does not use')
    create(host, 'secrets', {'metadata': {'name': 'settings-secret'}, 'stringData': {'key': 'from the secret'}})
    create(host, 'configmaps', {'metadata': {'name': 'settings-map'}, 'data': {'key': 'from the map'}})
    with tempfile.NamedTemporaryFile(suffix='.yaml') as package:
        compiler.Compiler().compile(pipeline, package.name)
        client = kfp.Client(host=host)
        run_id = client.create_run_from_pipeline_package(package.name, arguments={}).run_id
    go_where_it_wants(host, run_id)
    state = client.wait_for_run_completion(run_id, timeout=RUN_TIME_SECONDS_MAX, sleep_duration=1).state
    tasks = tasks_of(host, run_id)
    told = '\n'.join(f"{name}: {task.get('state')} {task.get('status_metadata', {}).get('message', '')}" for name, task in tasks.items())
    expect(state.upper(), 'SUCCEEDED', f'the state of the run ({told})')
    pod_of = lambda name: request(host, f"/api/v1/namespaces/{NAMESPACE}/pods/{tasks[name]['pods'][0]['name']}")
    check_one(pod_of('one'))
    check_other(pod_of('other'))
    expect(pod_of('user')['spec']['containers'][0]['securityContext'], {'runAsUser': 0, 'runAsGroup': 0, 'runAsNonRoot': False}, 'securityContext')
    seen = next(each['value'] for each in tasks['one']['outputs']['parameters'])
    expect(seen, ['from the secret', 'from the map', 'settings', True, True, True, True, True], 'what the step saw')
    print(f'kfp-kubernetes {kubernetes.__version__}: {len(USED)} functions')


if __name__ == '__main__':
    main()
