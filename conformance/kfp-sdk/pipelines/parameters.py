"""Parameters of every type arrive as the values that were sent, through constants, run parameters and outputs of tasks."""
import json

from kfp import dsl

HOSTILE_TEXTS = [
    'plain',
    '',
    "single ' and double \" quotes",
    'back \\ slash, \\n that is none, and a tab\there',
    'two\nlines\r\nand a third\n',
    'Grüße, 世界, \U0001f6a2 and \u2028',
    '{"looks": "like JSON"}',
    '{{braces}} {single} }}{{',
    "{{$.inputs.parameters['text']}} {{$}} {{$.pipeline_job_name}}",
    '{"IfPresent": {"InputName": "text", "Then": ["x"]}}',
    '$HOME `date` $(date) ; rm -rf / #',
    '<b>&amp;</b>',
    'null',
    '007',
]
NUMBERS = [0, 1, -1, 7, 2**31, 2**53 - 1, -(2**53) + 1]
FLOATS = [0.0, 1.0, -2.5, 1e-7, 1e21, 1.5e300, 0.1, 123456789.125]


@dsl.component(base_image='python:3')
def same_text(text: str, expected: str) -> str:
    # What is compared with comes as JSON in ASCII: the encoding of texts itself is under test.
    import json
    wanted = json.loads(expected)
    assert isinstance(text, str) and text == wanted, f'{text!r} is not {wanted!r}'
    return text


@dsl.component(base_image='python:3')
def same_number(number: int, real: float, truth: bool, expected: str) -> float:
    import json
    wanted = json.loads(expected)
    assert [number, real, truth] == wanted, f'{[number, real, truth]!r} is not {wanted!r}'
    assert type(number) is int and type(truth) is bool, f'{type(number)} {type(truth)}'
    return real


@dsl.component(base_image='python:3')
def same_struct(items: list, members: dict, expected: str) -> dict:
    import json
    wanted = json.loads(expected)
    assert [items, members] == wanted, f'{[items, members]!r} is not {wanted!r}'
    return {'items': items, 'members': members}


@dsl.component(base_image='python:3')
def takes_outputs(text: str, real: float, members: dict) -> str:
    import json
    return json.dumps([text, real, members])


MEMBERS = {'text': HOSTILE_TEXTS[2], 'number': 1.5, 'deep': {'list': [1, 'two', None, [True]]}, '<&>': 'ü'}
ITEMS = ['a', 1, 2.5, True, None, {'b': '"'}]


@dsl.pipeline(name='parameters')
def pipeline(
    text: str,
    expected: str,
    items: list,
    members: dict,
    number: int = 3,
    real: float = 1e-7,
    truth: bool = True,
):
    # A placeholder in a constant would mean a value; in the value of a parameter it is only text.
    texts = [same_text(text=each, expected=json.dumps(each)) for each in HOSTILE_TEXTS if '{{$' not in each]
    given = same_text(text=text, expected=expected)
    for whole in NUMBERS:
        same_number(number=whole, real=1.0, truth=False, expected=json.dumps([whole, 1.0, False]))
    for broken in FLOATS:
        same_number(number=0, real=broken, truth=True, expected=json.dumps([0, broken, True]))
    numbers = same_number(number=number, real=real, truth=truth, expected=json.dumps([3, 1e-7, True]))
    struct = same_struct(items=items, members=members, expected=json.dumps([ITEMS, MEMBERS]))
    takes_outputs(text=texts[4].output, real=numbers.output, members=struct.output).set_display_name('outputs')
    takes_outputs(text=given.output, real=0.0, members={})


ARGUMENTS = {'text': HOSTILE_TEXTS[8], 'expected': json.dumps(HOSTILE_TEXTS[8]), 'items': ITEMS, 'members': MEMBERS}


def check(run):
    assert json.loads(run.output('outputs')) == [HOSTILE_TEXTS[4], 1e-7, {'items': ITEMS, 'members': MEMBERS}], run.output('outputs')
    assert run.output('same-number') == 1.0, run.output('same-number')
