"""Artifacts that already lie somewhere: imported with metadata from a parameter, and read where the installation keeps them."""
from kfp import dsl
from kfp.dsl import Artifact, Dataset, Input


@dsl.component(base_image='python:3')
def write(data: dsl.Output[Dataset]) -> str:
    with open(data.path, 'w') as file:
        file.write('kept')
    return data.uri


@dsl.component(base_image='python:3')
def read(data: Input[Dataset]) -> str:
    with open(data.path) as file:
        return f"{file.read()} {data.metadata['owner']} {data.metadata['fixed']}"


@dsl.component(base_image='python:3')
def look(data: Input[Artifact]) -> str:
    return data.uri


@dsl.component(base_image='python:3')
def same(text: str) -> str:
    return text


@dsl.pipeline(name='importers')
def pipeline(owner: str = "O'Brien", uri: str = 'gs://somewhere/else'):
    written = write()
    imported = dsl.importer(artifact_uri=written.outputs['Output'], artifact_class=Dataset, metadata={'owner': owner, 'fixed': 'yes'})
    read(data=imported.output)
    look(data=dsl.importer(artifact_uri=uri, artifact_class=Artifact, reimport=True).output)
    with dsl.ParallelFor(['a', 'b']) as name:
        each = same(text=name)
        again = dsl.importer(artifact_uri=written.outputs['Output'], artifact_class=Dataset, metadata={'owner': each.output, 'fixed': {each.output: [each.output, 'x']}})
        with dsl.Condition(each.output == 'b'):
            read(data=again.output).set_display_name('in a loop')


ARGUMENTS = {}


def check(run):
    assert run.output('read') == "kept O'Brien yes", run.output('read')
    assert run.outputs('in a loop') == ["kept b {'b': ['b', 'x']}"], run.outputs('in a loop')
    assert run.output('look') == 'gs://somewhere/else', run.output('look')
