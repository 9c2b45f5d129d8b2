"""Branches in loops, in a pipeline with nested ones that have groups of the same names, which kfp mixes up in what it compiles."""
from typing import List

from kfp import dsl


@dsl.component(base_image='python:3')
def say(text: str) -> str:
    return text


@dsl.component(base_image='python:3')
def join(texts: List[str]) -> str:
    return ','.join(texts)


@dsl.pipeline(name='branch')
def branch(number: int) -> str:
    with dsl.If(number == 1):
        one = say(text='one')
    with dsl.Elif(number == 2):
        two = say(text='two')
    with dsl.Else():
        many = say(text='many')
    return dsl.OneOf(one.output, two.output, many.output)


@dsl.pipeline(name='branches')
def branches(numbers: List[int]) -> List[str]:
    with dsl.ParallelFor(numbers) as number:
        said = say(text=branch(number=number).output)
    return dsl.Collected(said.output)


@dsl.pipeline(name='groups')
def pipeline(numbers: List[int] = [1, 2, 3]):
    with dsl.ParallelFor(numbers) as number:
        with dsl.If(number == 1):
            first = say(text='I')
        with dsl.Else():
            other = say(text='J')
        chosen = say(text=dsl.OneOf(first.output, other.output))
    join(texts=dsl.Collected(chosen.output)).set_display_name('of its own')
    join(texts=branches(numbers=numbers).output).set_display_name('of a pipeline')


ARGUMENTS = {}


def check(run):
    assert run.output('of its own') == 'I,J,J', run.output('of its own')
    assert run.output('of a pipeline') == 'one,two,many', run.output('of a pipeline')
