"""If, Elif, Else in a pipeline that is used three times, and the value of the branch that ran."""
from kfp import dsl

@dsl.component(base_image='python:3')
def toss(face: str) -> str:
    return face


@dsl.component(base_image='python:3')
def say(words: str) -> str:
    print(words)
    return words


@dsl.pipeline(name='branch')
def branch(face: str) -> str:
    tossed = toss(face=face)
    with dsl.If(tossed.output == 'heads'):
        first = say(words='it is heads')
    with dsl.Elif(tossed.output == 'tails'):
        second = say(words='it is tails')
    with dsl.Else():
        third = say(words='it is neither')
    return dsl.OneOf(first.output, second.output, third.output)


@dsl.pipeline(name='branches')
def pipeline():
    for face in ['heads', 'tails', 'edge']:
        said = branch(face=face)
        say(words=said.output).set_display_name(f'said-{face}')


ARGUMENTS = {}


def check(run):
    assert [run.output(f'said-{face}') for face in ['heads', 'tails', 'edge']] == ['it is heads', 'it is tails', 'it is neither']
