"""The names that Pods look up (DNS, RFC 1035): those of Services and Pods from a table, all others by the machine's own servers."""
from __future__ import annotations

import collections
import ipaddress
import random
import re
import socket
import struct

from .bridge import Addresses
from .dns_messages import (
    IS_TRUNCATED, NO_SUCH_NAME, SERVER_FAILURE, TYPE_A, TYPE_ANY, TYPE_CNAME, TYPE_PTR, TYPE_SRV, Question, address_in, encode_name,
    ask_for, parse, record, reply, size_max, under_alias,
)
from .relay import Dialer, Relay, accept_all, close, open_listener

PORT = 53
SERVER_NUMBER = 10  # in the range of the Services, as is the custom
DATAGRAM_BYTES_MAX = 64 * 1024
QUESTION_COUNT_MAX = 1024  # that wait for other servers
UPSTREAM_SECONDS_MAX = 3.0
ALIAS_COUNT_MAX = 8
POD_NAME = re.compile(r'(\d+)-(\d+)-(\d+)-(\d+)\.[a-z0-9-]+\.pod\.')
RESOLVER_FILE = '/etc/resolv.conf'

#: A question for another server: its text, the message that it comes from, and the alias that it is about if it is about one.
Asked = collections.namedtuple('Asked', 'text message question source alias')


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
                alias = self.alias_outside(question)
                answer = None if alias else self.answer(message, question, size_max(message, question))
                if answer is not None:
                    self.datagrams.sendto(answer, source)
                elif self.waiting_count < QUESTION_COUNT_MAX:
                    asked = ask_for(question.number, alias, question.type) if alias else message
                    self.ask(Asked(asked, message, question, source, alias), upstream_servers())
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

    def alias_outside(self, question: Question) -> str | None:
        """The name elsewhere that a Service stands for, when its address is asked for: askers do not follow aliases themselves."""
        name = question.name if self.table is not None and question.type == TYPE_A else None
        alias = None if name is None else self.table['aliases'].get(name)
        return alias if alias is not None and self.addresses_of(alias) is None and not self.is_ours(alias) else None

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

    def ask(self, asked: Asked, servers: list[str]) -> None:
        """By a socket of its own for each question, so that its port cannot be guessed; the next server when one says nothing."""
        if not servers:
            return self.send(reply(asked.message, asked.question, [], SERVER_FAILURE), asked.source)
        self.waiting_count += 1
        self.loop.in_background(lambda: make_question(servers[0], asked.text), lambda connection: self.wait(asked, connection, servers))

    def wait(self, asked: Asked, connection: socket.socket | None, servers: list[str]) -> None:
        def finish(answer: bytes | None) -> None:
            self.loop.cancel(timer)
            self.waiting_count -= 1
            if connection is not None:
                self.loop.forget(connection)
                connection.close()
            if answer is None:
                self.ask(asked, servers[1:])
            else:
                self.send(under_alias(asked.message, asked.question, asked.alias, answer) if asked.alias else answer, asked.source)

        def read(_events: int) -> None:
            try:
                answer = connection.recv(DATAGRAM_BYTES_MAX)
            except OSError:
                return finish(None)
            if answer[:2] == asked.text[:2]:
                finish(answer)

        timer = self.loop.after(UPSTREAM_SECONDS_MAX, lambda: finish(None))
        if connection is None:
            return finish(None)
        self.loop.watch(connection, read)

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
