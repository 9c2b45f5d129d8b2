"""The names that Pods look up (DNS, RFC 1035): those of Services and Pods from a table, all others by the machine's own servers."""
from __future__ import annotations

import collections
import ipaddress
import random
import re
import socket
import struct

from .bridge import Addresses
from .relay import Dialer, Relay, accept_all, close, open_listener

PORT = 53
SERVER_NUMBER = 10  # in the range of the Services, as is the custom
TYPE_A, TYPE_CNAME, TYPE_PTR, TYPE_AAAA, TYPE_SRV, TYPE_ANY, CLASS_IN = 1, 5, 12, 28, 33, 255, 1
NO_ERROR, SERVER_FAILURE, NO_SUCH_NAME = 0, 2, 3
IS_ANSWER, IS_AUTHORITATIVE, IS_TRUNCATED, IS_RECURSION_WANTED, IS_RECURSION_DONE = 0x8000, 0x0400, 0x0200, 0x0100, 0x0080
UDP_BYTES_MAX = 512
DATAGRAM_BYTES_MAX = 64 * 1024
TTL_SECONDS = 5
QUESTION_COUNT_MAX = 1024  # that wait for other servers
UPSTREAM_SECONDS_MAX = 3.0
ALIAS_COUNT_MAX = 8
POD_NAME = re.compile(r'(\d+)-(\d+)-(\d+)-(\d+)\.[a-z0-9-]+\.pod\.')
RESOLVER_FILE = '/etc/resolv.conf'

Question = collections.namedtuple('Question', 'number flags name type end')  # `end`: where it ends in the message


class Names:
    def __init__(self, loop, dialer: Dialer, addresses: Addresses) -> None:
        """In the bridge's namespace. Raises OSError."""
        self.loop, self.dialer, self.addresses = loop, dialer, addresses
        self.address = str(addresses.services[SERVER_NUMBER])
        self.table: dict | None = None
        self.pointers: dict[str, str] = {}
        self.waiting_count = 0
        self.datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.datagrams.bind((self.address, PORT))
        self.datagrams.setblocking(False)
        loop.watch(self.datagrams, self.receive)
        self.listener = open_listener((self.address, PORT))
        loop.watch(self.listener, self.accept)

    def apply(self, table: dict) -> None:
        """`zone` (cluster.local), `addresses` by name, `aliases` by name, `ports` by name of an SRV record: port and name."""
        self.table = table
        self.pointers = {}
        for name, found in table['addresses'].items():
            for address in found:
                known = self.pointers.get(address)
                if known is None or len(name) > len(known):
                    self.pointers[address] = name  # the name of a Pod is longer than that of its Service

    def receive(self, _events: int) -> None:
        try:
            while True:
                message, source = self.datagrams.recvfrom(DATAGRAM_BYTES_MAX)
                question = parse(message)
                if question is None:
                    continue
                answer = self.answer(message, question, size_max(message, question))
                if answer is not None:
                    self.datagrams.sendto(answer, source)
                elif self.waiting_count < QUESTION_COUNT_MAX:
                    self.ask(message, question, source, upstream_servers())
        except OSError:
            return

    # ---------------------------------------------------------------------------------------------- the own names

    def answer(self, message: bytes, question: Question, bytes_max: int) -> bytes | None:
        """None: not ours to say."""
        if self.table is None:
            return reply(message, question, [], SERVER_FAILURE)
        if question.type == TYPE_PTR:
            name = self.pointers.get(address_in(question.name))
            return None if name is None else reply(message, question, [record(question.name, TYPE_PTR, encode_name(name))])
        records, rest = [], question.name
        for _ in range(ALIAS_COUNT_MAX):
            alias = self.table['aliases'].get(rest)
            if alias is None:
                break
            records.append(record(rest, TYPE_CNAME, encode_name(alias)))
            rest = alias
        found = self.addresses_of(rest)
        ports = self.table['ports'].get(rest)
        if found is None and ports is None:
            if records:
                return reply(message, question, records)  # the asker goes on with the alias
            return reply(message, question, [], NO_SUCH_NAME) if self.is_ours(rest) else None
        if question.type in (TYPE_A, TYPE_ANY) and found:
            records += [record(rest, TYPE_A, socket.inet_aton(address)) for address in random.sample(found, len(found))]
        if question.type in (TYPE_SRV, TYPE_ANY) and ports:
            records += [record(rest, TYPE_SRV, struct.pack('!HHH', 0, 100, port) + encode_name(name)) for port, name in ports]
        whole = reply(message, question, records)
        return whole if len(whole) <= bytes_max else reply(message, question, [], more_flags=IS_TRUNCATED)

    def addresses_of(self, name: str) -> list[str] | None:
        """None: there is no such name."""
        found = self.table['addresses'].get(name)
        if found is not None:
            return found
        pod = POD_NAME.match(name)
        if pod is not None and self.is_ours(name):
            try:
                address = ipaddress.IPv4Address('.'.join(pod.groups()))
            except ValueError:
                return None
            return [str(address)] if address in self.addresses.pods else None
        suffix = f'.{name}'  # a name with names below it exists
        return [] if any(known.endswith(suffix) for known in self.table['addresses']) else None

    def is_ours(self, name: str) -> bool:
        zone = self.table['zone']
        return name == zone or name.endswith(f'.{zone}')

    # ------------------------------------------------------------------------------------------- the machine's servers

    def ask(self, message: bytes, question: Question, source: tuple[str, int], servers: list[str]) -> None:
        """By a socket of its own for each question, so that its port cannot be guessed; the next server when one says nothing."""
        if not servers:
            return self.send(reply(message, question, [], SERVER_FAILURE), source)
        self.waiting_count += 1
        self.loop.in_background(lambda: make_question(servers[0], message), lambda asked: self.wait(asked, message, question, source, servers))

    def wait(self, asked: socket.socket | None, message: bytes, question: Question, source: tuple[str, int], servers: list[str]) -> None:
        def finish(answer: bytes | None) -> None:
            self.loop.cancel(timer)
            self.waiting_count -= 1
            if asked is not None:
                self.loop.forget(asked)
                asked.close()
            if answer is None:
                self.ask(message, question, source, servers[1:])
            else:
                self.send(answer, source)

        def read(_events: int) -> None:
            try:
                answer = asked.recv(DATAGRAM_BYTES_MAX)
            except OSError:
                return finish(None)
            if answer[:2] == message[:2]:
                finish(answer)

        timer = self.loop.after(UPSTREAM_SECONDS_MAX, lambda: finish(None))
        if asked is None:
            return finish(None)
        self.loop.watch(asked, read)

    def send(self, message: bytes, target: tuple[str, int]) -> None:
        try:
            self.datagrams.sendto(message, target)
        except OSError:
            pass  # the asker asks again

    # -------------------------------------------------------------------------------------------------- by TCP

    def accept(self, _events: int) -> None:
        for connection, _ in accept_all(self.listener):
            connection.setblocking(False)
            received = bytearray()
            self.loop.watch(connection, lambda _events, connection=connection, received=received: self.read_stream(connection, received))

    def read_stream(self, connection: socket.socket, received: bytearray) -> None:
        """Questions about own names are answered here. The first other one takes its connection to another server."""
        try:
            chunk = connection.recv(DATAGRAM_BYTES_MAX)
            received += chunk
            while chunk and len(received) >= 2 and len(received) >= 2 + (size := struct.unpack_from('!H', received)[0]):
                message = bytes(received[2:2 + size])
                question = parse(message)
                answer = None if question is None else self.answer(message, question, DATAGRAM_BYTES_MAX)
                if answer is None:
                    self.loop.forget(connection)
                    return self.pass_on(connection, bytes(received), upstream_servers())
                connection.send(struct.pack('!H', len(answer)) + answer)
                del received[:2 + size]
        except BlockingIOError:
            return
        except OSError:
            chunk = b''
        if not chunk:
            self.loop.forget(connection)
            connection.close()

    def pass_on(self, connection: socket.socket, received: bytes, servers: list[str]) -> None:
        def join(server: socket.socket | None, _problem: str) -> None:
            if server is None:
                return self.pass_on(connection, received, servers[1:])
            server.send(received)
            Relay(self.loop, connection, server)

        if not servers:
            return close(connection, is_abort=True)
        self.dialer.dial((servers[0], PORT), join, UPSTREAM_SECONDS_MAX)


def upstream_servers() -> list[str]:
    """Those of the machine, as they are now."""
    try:
        with open(RESOLVER_FILE) as file:
            words = [line.split() for line in file]
    except OSError:
        return []
    return [line[1] for line in words if len(line) > 1 and line[0] == 'nameserver' and ':' not in line[1]]


def make_question(server: str, message: bytes) -> socket.socket | None:
    try:
        asked = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        asked.setblocking(False)
        asked.connect((server, PORT))
        asked.send(message)
        return asked
    except OSError:
        return None


# ----------------------------------------------------------------------------------------------------------- messages

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


def record(name: str, kind: int, content: bytes) -> bytes:
    return encode_name(name) + struct.pack('!HHIH', kind, CLASS_IN, TTL_SECONDS, len(content)) + content


def encode_name(name: str) -> bytes:
    return b''.join(bytes((len(label),)) + label.encode('latin-1') for label in name.split('.')) + b'\0'


def address_in(name: str) -> str:
    """Of the name of a reverse question: 5.0.88.10.in-addr.arpa is 10.88.0.5."""
    return '.'.join(reversed(name.removesuffix('.in-addr.arpa').split('.')))
