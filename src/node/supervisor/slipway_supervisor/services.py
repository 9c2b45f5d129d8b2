"""Addresses of Services: each connection is joined with one of the Pods behind it."""
from __future__ import annotations

import collections
import os
import socket
import zlib

from .relay import Dialer, Relay, accept_all, close, make_datagram_socket, open_listener

TARGET_SECONDS_MAX = 3.0  # a Pod that is gone does not answer at all: then the next one
FLOW_COUNT_MAX = 1024
FLOW_SECONDS_MAX = 60.0
WAITING_DATAGRAM_COUNT_MAX = 16
DATAGRAM_BYTES_MAX = 64 * 1024

#: `place`: 'pods', an address of the bridge's namespace, or 'machine', one of the machine's own.
Key = collections.namedtuple('Key', 'place protocol address port')


class Services:
    def __init__(self, loop, dialer: Dialer) -> None:
        self.loop, self.dialer = loop, dialer
        self.listeners: dict[Key, TcpListener | UdpListener] = {}
        self.wanted: dict[Key, dict] = {}

    def apply(self, wanted: list[dict], on_done) -> None:
        """Brings the listeners to what is wanted, then on_done(sentences about those that could not be opened). Connections
        that are open stay, whatever becomes of their Service. One without targets is not listened for: it refuses."""
        by_key = self.wanted = {Key(*(each[name] for name in Key._fields)): each for each in wanted if each['targets']}
        for key in [key for key in self.listeners if key not in by_key]:
            self.listeners.pop(key).close()
        new = [key for key in by_key if key not in self.listeners]
        problems: list[str] = []
        left = len(new)

        def take(key: Key, opened) -> None:
            nonlocal left
            left -= 1
            if isinstance(opened, str):
                problems.append(opened)
            elif key in self.listeners or key not in self.wanted:
                opened.close()  # another table was faster
            else:
                self.listeners[key] = self.make(key, opened, self.wanted[key])
            if left == 0:
                on_done(problems)

        for key, each in by_key.items():
            if key in self.listeners:
                self.listeners[key].follow(each)
        for key in new:
            if key.place == 'machine':
                self.loop.in_background(lambda key=key: open_quietly(key), lambda opened, key=key: take(key, opened))
            else:
                take(key, open_quietly(key))
        if not new:
            on_done(problems)

    def make(self, key: Key, listener: socket.socket, wanted: dict):
        if key.protocol == 'TCP':
            return TcpListener(self.loop, self.dialer, listener, wanted)
        return UdpListener(self.loop, self.dialer.addresses, listener, wanted)


def open_quietly(key: Key):
    """A listener, or a sentence."""
    try:
        address = (key.address, key.port)
        if key.protocol == 'TCP':
            return open_listener(address)
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.bind(address)
        opened.setblocking(False)
        return opened
    except OSError as error:
        return f'{key.protocol} port {key.port} of {key.address} cannot be listened on: {os.strerror(error.errno)}'


class Balanced:
    """Whose turn it is."""

    def __init__(self, wanted: dict) -> None:
        self.turn = 0
        self.follow(wanted)

    def follow(self, wanted: dict) -> None:
        self.targets = [(address, port) for address, port in wanted['targets']]
        self.is_sticky = wanted.get('isSticky', False)

    def choose(self, source: str) -> list[tuple[str, int]]:
        """All of them, in the order in which they are tried."""
        self.turn += 1
        if self.is_sticky:  # the same ones for the same source, as long as they are there
            return sorted(self.targets, key=lambda target: zlib.crc32(f'{source} {target}'.encode()))
        at = self.turn % len(self.targets)
        return self.targets[at:] + self.targets[:at]


class TcpListener(Balanced):
    def __init__(self, loop, dialer: Dialer, listener: socket.socket, wanted: dict) -> None:
        super().__init__(wanted)
        self.loop, self.dialer, self.listener = loop, dialer, listener
        loop.watch(listener, self.accept)

    def accept(self, _events: int) -> None:
        for connection, (source, _) in accept_all(self.listener):
            self.forward(connection, self.choose(source))

    def forward(self, connection: socket.socket, targets: list[tuple[str, int]]) -> None:
        def join(target: socket.socket | None, _problem: str) -> None:
            if target is not None:
                Relay(self.loop, connection, target)
            elif targets[1:]:
                self.forward(connection, targets[1:])
            else:
                close(connection, is_abort=True)

        self.dialer.dial(targets[0], join, TARGET_SECONDS_MAX)

    def close(self) -> None:
        self.loop.forget(self.listener)
        self.listener.close()


class UdpListener(Balanced):
    """Answers go back to who asked, as long as datagrams come at least once a minute."""

    def __init__(self, loop, addresses, listener: socket.socket, wanted: dict) -> None:
        self.flows: collections.OrderedDict[tuple[str, int], UdpFlow] = collections.OrderedDict()  # by source
        super().__init__(wanted)
        self.loop, self.addresses, self.listener = loop, addresses, listener
        self.is_closed = False
        loop.watch(listener, self.receive)
        loop.after(FLOW_SECONDS_MAX, self.sweep)

    def follow(self, wanted: dict) -> None:
        """Flows to targets that are no more are ended: whoever goes on sending gets another one."""
        super().follow(wanted)
        for source in [source for source, flow in self.flows.items() if flow.target not in self.targets]:
            self.flows.pop(source).end()

    def receive(self, _events: int) -> None:
        try:
            while True:
                payload, source = self.listener.recvfrom(DATAGRAM_BYTES_MAX)
                flow = self.flows.get(source)
                if flow is None or flow.is_over:
                    flow = self.open_flow(source)
                flow.send(payload)
        except OSError:
            return  # nothing more

    def open_flow(self, source: tuple[str, int]) -> UdpFlow:
        if len(self.flows) >= FLOW_COUNT_MAX:
            self.flows.popitem(last=False)[1].end()
        flow = self.flows[source] = UdpFlow(self, source, self.choose(source[0])[0])
        return flow

    def sweep(self) -> None:
        if self.is_closed:
            return
        for source, flow in list(self.flows.items()):
            if not flow.was_used:
                self.flows.pop(source).end()
            flow.was_used = False
        self.loop.after(FLOW_SECONDS_MAX, self.sweep)

    def close(self) -> None:
        self.is_closed = True
        for flow in self.flows.values():
            flow.end()
        self.flows.clear()
        self.loop.forget(self.listener)
        self.listener.close()


class UdpFlow:
    """Between one source and the target that it was given, by a socket of the namespace that has a way there. Datagrams may be lost."""

    def __init__(self, owner: UdpListener, source: tuple[str, int], target: tuple[str, int]) -> None:
        self.owner, self.source, self.target = owner, source, target
        self.waiting: collections.deque[bytes] = collections.deque(maxlen=WAITING_DATAGRAM_COUNT_MAX)
        self.socket: socket.socket | None = None
        self.was_used, self.is_over = True, False
        if owner.addresses.has(target[0]):
            self.begin(make_datagram_socket(target))
        else:
            owner.loop.in_background(lambda: make_datagram_socket(target), self.begin)

    def begin(self, made: socket.socket | None) -> None:
        if made is None:
            self.is_over = True
            return
        if self.is_over:
            return made.close()
        self.socket = made
        self.owner.loop.watch(made, self.answer)
        while self.waiting:
            self.send(self.waiting.popleft())

    def send(self, payload: bytes) -> None:
        self.was_used = True
        if self.socket is None:
            return self.waiting.append(payload)
        try:
            self.socket.send(payload)
        except OSError:
            pass  # nobody is there, or not any more

    def answer(self, _events: int) -> None:
        try:
            self.owner.listener.sendto(self.socket.recv(DATAGRAM_BYTES_MAX), self.source)
        except OSError:
            pass

    def end(self) -> None:
        self.is_over = True
        if self.socket is not None:
            self.owner.loop.forget(self.socket)
            self.socket.close()
