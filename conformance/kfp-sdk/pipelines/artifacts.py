"""Artifacts with metadata, directories, metrics: what one step writes the next one reads, and the server tells of it."""
from kfp import dsl
from kfp.dsl import HTML, Artifact, ClassificationMetrics, Dataset, Input, Markdown, Metrics, Model, Output


@dsl.component(base_image='python:3')
def produce(numbers: Output[Dataset], folder: Output[Artifact], page: Output[HTML], note: Output[Markdown], rows: int = 3):
    import os
    with open(numbers.path, 'w') as file:
        file.write('\n'.join(str(row) for row in range(rows)))
    numbers.metadata['rows'] = rows
    numbers.metadata['columns'] = ['a', "b's"]
    os.makedirs(os.path.join(folder.path, 'inner'))
    with open(os.path.join(folder.path, 'inner', 'file.txt'), 'w') as file:
        file.write('deep')
    with open(page.path, 'w') as file:
        file.write('<h1>Hello</h1>')
    with open(note.path, 'w') as file:
        file.write('# Hello')


@dsl.component(base_image='python:3')
def train(numbers: Input[Dataset], folder: Input[Artifact], model: Output[Model], metrics: Output[Metrics], curve: Output[ClassificationMetrics]) -> int:
    import os
    with open(numbers.path) as file:
        total = sum(int(line) for line in file)
    assert numbers.metadata['rows'] == 3, numbers.metadata
    assert numbers.uri.startswith('minio://'), numbers.uri
    with open(os.path.join(folder.path, 'inner', 'file.txt')) as file:
        assert file.read() == 'deep'
    try:
        with open(numbers.path, 'a') as file:
            file.write('changed')
        raise AssertionError('an input can be changed')
    except OSError:
        pass  # read-only, as it should be
    with open(model.path, 'w') as file:
        file.write('weights')
    model.framework = 'none'
    model.metadata['total'] = total
    metrics.log_metric('accuracy', 0.875)
    metrics.log_metric('loss', 1e-7)
    curve.log_roc_curve([0.0, 0.5, 1.0], [0.0, 0.75, 1.0], [1.0, 0.5, 0.0])
    curve.log_confusion_matrix(['cat', 'dog'], [[3, 1], [0, 4]])
    return total


@dsl.component(base_image='python:3')
def judge(model: Input[Model], metrics: Input[Metrics], total: int) -> str:
    assert model.metadata['total'] == total, model.metadata
    return f"{model.framework} {metrics.metadata['accuracy']} {total}"


@dsl.pipeline(name='artifacts')
def pipeline(rows: int = 3):
    made = produce(rows=rows)
    trained = train(numbers=made.outputs['numbers'], folder=made.outputs['folder'])
    judge(model=trained.outputs['model'], metrics=trained.outputs['metrics'], total=trained.outputs['Output'])


ARGUMENTS = {}


def check(run):
    assert run.output('judge') == 'none 0.875 3', run.output('judge')
    artifacts = run.artifacts('train')
    assert artifacts['metrics']['metadata'] == {'accuracy': 0.875, 'loss': 1e-7}, artifacts['metrics']
    assert artifacts['model']['type'] == 'Model' and artifacts['model']['metadata']['total'] == 3, artifacts['model']
    assert len(artifacts['curve']['metadata']['confidenceMetrics']) == 3, artifacts['curve']
    assert run.artifacts('produce')['numbers']['metadata']['columns'] == ['a', "b's"]
