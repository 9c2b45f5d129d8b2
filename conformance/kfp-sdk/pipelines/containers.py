"""Container components: placeholders in commands, optional parts of a command, outputs as files."""
from typing import Optional

from kfp import dsl


@dsl.container_component
def greet(who: str, out: dsl.OutputPath(str), title: Optional[str] = None):
    return dsl.ContainerSpec(
        image='busybox:1.36',
        command=['sh', '-c', 'mkdir -p "$(dirname "$0")"; printf "%s|" "$@" > "$0"; echo "said $*"'],
        args=[out, 'hello', who, dsl.IfPresentPlaceholder(input_name='title', then=['--title', title], else_=['untitled'])],
    )


@dsl.container_component
def store(data: dsl.Output[dsl.Dataset], lines: int):
    return dsl.ContainerSpec(image='alpine:3', command=['sh', '-c'], args=[f'mkdir -p "$(dirname {data.path})" && seq {lines} > {data.path}'])


@dsl.container_component
def count(data: dsl.Input[dsl.Dataset], total: dsl.OutputPath(int)):
    return dsl.ContainerSpec(image='debian:12-slim', command=['sh', '-ec', 'mkdir -p "$(dirname "$1")"; wc -l < "$0" > "$1"'], args=[data.path, total])


@dsl.pipeline(name='containers')
def pipeline(who: str = "O'Brien & \"friends\""):
    greet(who=who).set_display_name('plain')
    greet(who='you', title='Dr').set_display_name('titled')
    count(data=store(lines=4).outputs['data'])


ARGUMENTS = {}


def check(run):
    assert run.parameters('plain')['out'] == 'hello|O\'Brien & "friends"|untitled|', run.parameters('plain')
    assert run.parameters('titled')['out'] == 'hello|you|--title|Dr|', run.parameters('titled')
    assert run.parameters('count')['total'] == 4, run.parameters('count')
    assert 'said hello you --title Dr' in run.log('titled'), run.log('titled')
