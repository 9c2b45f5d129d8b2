"""Messages of DNS as bytes: one question, its answer (RFC 1035, 2782)."""
from __future__ import annotations

import collections
import struct

TYPE_A, TYPE_CNAME, TYPE_PTR, TYPE_SRV, TYPE_ANY, CLASS_IN = 1, 5, 12, 33, 255, 1
NO_ERROR, SERVER_FAILURE, NO_SUCH_NAME = 0, 2, 3
IS_ANSWER, IS_AUTHORITATIVE, IS_TRUNCATED, IS_RECURSION_WANTED, IS_RECURSION_DONE = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080
UDP_BYTES_MAX = 512
TTL_SECONDS = 5

Question = collections.namedtuple('Question', 'number flags name type end')  # `end`: where it ends in the message


def parse(message: bytes) -> Question | None:
    """The one question of a message; None for what is not one."""
    try:
        number, flags, count = struct.unpack_from('!HHH', message)
        labels, at = [], 12
        while message[at]:
            size = message[at]
            if size > 63 or at + 1 + size >= len(message):
                return None
            labels.append(message[at + 1:at + 1 + size].decode('latin-1').lower())
            at += 1 + size
        kind, kind_class = struct.unpack_from('!HH', message, at + 1)
    except (struct.error, IndexError):
        return None
    if flags & IS_ANSWER or count != 1 or kind_class != CLASS_IN:
        return None
    return Question(number, flags, '.'.join(labels), kind, at + 5)


def size_max(message: bytes, question: Question) -> int:
    """Of an answer by UDP: the asker may allow for more than the usual (EDNS, RFC 6891)."""
    if len(message) >= question.end + 11 and message[question.end:question.end + 3] == b'\0\0\x29':
        return max(UDP_BYTES_MAX, struct.unpack_from('!H', message, question.end + 3)[0])
    return UDP_BYTES_MAX


def reply(message: bytes, question: Question, records: list[bytes], code: int = NO_ERROR, more_flags: int = 0) -> bytes:
    flags = IS_ANSWER | IS_AUTHORITATIVE | IS_RECURSION_DONE | question.flags & IS_RECURSION_WANTED | more_flags | code
    return struct.pack('!HHHHHH', question.number, flags, 1, len(records), 0, 0) + message[12:question.end] + b''.join(records)


def ask_for(number: int, name: str, kind: int) -> bytes:
    return struct.pack('!HHHHHH', number, IS_RECURSION_WANTED, 1, 0, 0, 0) + encode_name(name) + struct.pack('!HH', kind, CLASS_IN)


def under_alias(message: bytes, question: Question, alias: str, answer: bytes) -> bytes:
    """The addresses in another server's answer about the alias, as an answer to the question."""
    records = [record(question.name, TYPE_CNAME, encode_name(alias))]
    records += [record(alias, TYPE_A, address) for address in addresses_in(answer)]
    return reply(message, question, records, code=answer[3] & 15)


def addresses_in(message: bytes) -> list[bytes]:
    found = []
    try:
        _, _, question_count, answer_count = struct.unpack_from('!HHHH', message)
        at = 12
        for _ in range(question_count):
            at = end_of_name(message, at) + 4
        for _ in range(answer_count):
            at = end_of_name(message, at)
            kind, _, _, size = struct.unpack_from('!HHIH', message, at)
            if kind == TYPE_A and size == 4:
                found.append(message[at + 10:at + 14])
            at += 10 + size
    except (struct.error, IndexError):
        pass  # it was cut off: what came counts
    return found


def end_of_name(message: bytes, at: int) -> int:
    while message[at] and message[at] < 0xC0:
        at += 1 + message[at]
    return at + (2 if message[at] else 1)


def record(name: str, kind: int, content: bytes) -> bytes:
    return encode_name(name) + struct.pack('!HHIH', kind, CLASS_IN, TTL_SECONDS, len(content)) + content


def encode_name(name: str) -> bytes:
    return b''.join(bytes((len(label),)) + label.encode('latin-1') for label in name.split('.')) + b'\0'


def address_in(name: str) -> str:
    """Of the name of a reverse question: 5.0.88.10.in-addr.arpa is 10.88.0.5."""
    return '.'.join(reversed(name.removesuffix('.in-addr.arpa').split('.')))
