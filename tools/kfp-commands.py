"""Compiles small components with the installed KFP SDK and adds their executor commands to a fixture file.

Run once for each SDK release that writes commands of a new shape:
    python -m venv v && v/bin/pip install kfp==2.7.0 && v/bin/python tools/kfp-commands.py src/node/environments/testing/kfp-commands.json
Commands that differ from an earlier release's only by its version number are not repeated.
"""

import inspect
import json
import os
import sys
import tempfile

import kfp
from kfp import compiler, dsl

PACKAGES = ['six==1.16.0', "tomli; python_version < '3.11'", 'requests[socks]>=2,<3']
INDEX = 'https://packages.example/simple'
VARIANTS = {
    'plain': {},
    'packages': {'packages_to_install': PACKAGES},
    'index': {'packages_to_install': ['six'], 'pip_index_urls': [INDEX, 'https://more.example/simple']},
    'trusted': {'packages_to_install': ['six'], 'pip_index_urls': [INDEX], 'pip_trusted_hosts': ['packages.example:8443']},
    'not-trusted': {'packages_to_install': ['six'], 'pip_index_urls': [INDEX], 'pip_trusted_hosts': []},
    'venv': {'packages_to_install': ['six'], 'use_venv': True},
    'venv-plain': {'use_venv': True},
    'no-kfp': {'install_kfp_package': False},
    'no-kfp-packages': {'install_kfp_package': False, 'packages_to_install': ['six']},
    'kfp-given': {'packages_to_install': ['kfp>=2', 'six']},
    'kfp-address': {'kfp_package_path': 'kfp @ https://packages.example/kfp-2.7.0.tar.gz'},
    'kfp-repository': {'kfp_package_path': 'git+https://packages.example/kfp.git@main'},
    'containerized': {'target_image': 'registry.example/team/component:1'},
}


def add(a: int, b: int) -> int:
    return a + b


def command_of(options):
    """Command and args as the SDK writes them; None when this release lacks an option."""
    if not set(options) <= set(inspect.signature(dsl.component).parameters):
        return None
    component = dsl.component(add, **{'base_image': 'python:3.11', **options})

    @dsl.pipeline(name='fixture')
    def pipeline():
        component(a=1, b=2)

    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, 'pipeline.json')
        compiler.Compiler().compile(pipeline, path)
        with open(path) as file:
            ir = json.load(file)
    (executor,) = ir['deploymentSpec']['executors'].values()
    return {name: executor['container'].get(name, []) for name in ('command', 'args')}


def main(path):
    fixtures = []
    if os.path.exists(path):
        with open(path) as file:
            fixtures = json.load(file)
    fixtures = [fixture for fixture in fixtures if fixture['kfp'] != kfp.__version__]
    known = {json.dumps([f['variant'], f['command'], f['args']]).replace(f['kfp'], 'VERSION') for f in fixtures}
    for variant, options in VARIANTS.items():
        command = command_of(options)
        if command is None:
            continue
        key = json.dumps([variant, command['command'], command['args']]).replace(kfp.__version__, 'VERSION')
        if key not in known:
            fixtures.append({'kfp': kfp.__version__, 'variant': variant, **command})
    fixtures.sort(key=lambda fixture: [int(part) for part in fixture['kfp'].split('.')])
    with open(path, 'w') as file:
        json.dump(fixtures, file, indent=1)
        file.write('\n')


main(sys.argv[1])
