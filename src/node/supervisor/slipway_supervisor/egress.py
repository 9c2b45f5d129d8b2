"""Connections from Pods to the rest of the world.

The kernel drops what a Pod sends to an address that is neither a Pod's nor a Service's; a packet socket sees it all the same.
For the first packet of a TCP connection (SYN) a connection is opened on the machine's own network; when that succeeds,
a rule lets this one connection arrive here, its first packet is put in once more, and both are joined. When it is refused, the
Pod is refused. A datagram (UDP) goes out by a socket of its own, the answer is put in as a packet. Nothing else passes:
no other protocol, no fragments.
"""
from __future__ import annotations

import collections
import socket
import struct

from .bridge import BRIDGE, EGRESS_PRIORITY, EGRESS_TABLE, Bridge
from .packets import PACKET_BYTES_MAX, Datagram, Segment, attach_filter, datagram_packet, parse, reset_of, with_checksum
from .relay import Relay, accept_all, close, connect, make_datagram_socket, make_stream_socket, open_listener

#: Where Pods find the machine itself, programs on its loopback interface included. As in src/api/ip-address.ts.
MACHINE_ADDRESS = '192.88.99.1'
LOOPBACK_ADDRESS = '127.0.0.1'
CONNECTION_COUNT_MAX = 4096
FLOW_COUNT_MAX = 1024
FLOW_SECONDS_MAX = 60.0
WAITING_DATAGRAM_COUNT_MAX = 16
ACCEPT_SECONDS_MAX = 10.0
ETHERTYPE_IPV4 = 0x0800
IP_TRANSPARENT = 19


class Egress:
    def __init__(self, loop, bridge: Bridge) -> None:
        """In the bridge's namespace; the workers of the loop are in the machine's own. Raises OSError."""
        self.loop, self.bridge = loop, bridge
        self.connections: dict[tuple, socket.socket | None] = {}  # by source and target: its outside
        self.listeners: dict[tuple[str, int], list] = {}  # by target: listener and how many wait for it
        self.flows: collections.OrderedDict[tuple, Flow] = collections.OrderedDict()
        self.raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.entrance = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.entrance.bind(('lo', 0))
        self.catcher = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        attach_filter(self.catcher, bridge.addresses)
        self.catcher.bind((BRIDGE, ETHERTYPE_IPV4))
        self.catcher.setblocking(False)
        loop.watch(self.catcher, self.catch)

    def catch(self, _events: int) -> None:
        try:
            while True:
                found = parse(self.catcher.recv(PACKET_BYTES_MAX))
                if isinstance(found, Segment):
                    self.open_connection(found)
                elif isinstance(found, Datagram):
                    self.send_datagram(found)
        except BlockingIOError:
            return

    # ---------------------------------------------------------------------------------------------------- TCP

    def open_connection(self, segment: Segment) -> None:
        key = (segment.source, segment.target)
        if key in self.connections or len(self.connections) >= CONNECTION_COUNT_MAX:
            return  # repeated because no answer has come yet, or to be repeated
        self.connections[key] = None

        def begin(outside: socket.socket | None) -> None:
            if outside is None:
                return self.refuse(key, segment)
            self.connections[key] = outside
            connect(self.loop, outside, outside_address(segment.target), lambda problem: self.let_in(key, segment, problem))

        self.loop.in_background(make_stream_socket, begin)

    def let_in(self, key: tuple, segment: Segment, problem: str) -> None:
        if problem:
            return self.refuse(key, segment)
        try:
            self.listen(segment.target)
            self.bridge.netlink.change_connection_rule(True, *key, EGRESS_PRIORITY, EGRESS_TABLE)
            self.entrance.send(b'\0' * 12 + struct.pack('!H', ETHERTYPE_IPV4) + with_checksum(segment.packet))
        except OSError as error:
            print(f'no connection from {key[0]} to {key[1]}: {error}', flush=True)
            self.unlisten(segment.target)
            self.remove_rule(key)
            return self.refuse(key, segment)
        outside = self.connections[key]
        self.loop.after(ACCEPT_SECONDS_MAX, lambda: self.give_up(key, outside))

    def listen(self, target: tuple[str, int]) -> None:
        if target not in self.listeners:
            listener = open_listener(target, ((socket.SOL_IP, IP_TRANSPARENT),))
            self.listeners[target] = [listener, 0]
            self.loop.watch(listener, lambda _events: self.accept(listener, target))
        self.listeners[target][1] += 1

    def unlisten(self, target: tuple[str, int]) -> None:
        entry = self.listeners.get(target)
        if entry is None:
            return
        entry[1] -= 1
        if entry[1] <= 0:
            self.loop.forget(entry[0])
            entry[0].close()
            del self.listeners[target]

    def accept(self, listener: socket.socket, target: tuple[str, int]) -> None:
        for inside, source in accept_all(listener):
            key = (source, target)
            outside = self.connections.get(key)
            if outside is None:
                close(inside, is_abort=True)
                continue
            self.connections[key] = None
            self.unlisten(target)
            Relay(self.loop, inside, outside, lambda key=key: self.forget(key))

    def give_up(self, key: tuple, outside: socket.socket) -> None:
        """Of one that was let in and has not been accepted."""
        if self.connections.get(key) is outside:
            outside.close()
            self.unlisten(key[1])
            self.forget(key)

    def forget(self, key: tuple) -> None:
        self.connections.pop(key, None)
        self.remove_rule(key)

    def remove_rule(self, key: tuple) -> None:
        try:
            self.bridge.netlink.change_connection_rule(False, *key, EGRESS_PRIORITY, EGRESS_TABLE)
        except OSError:
            pass  # it never had one

    def refuse(self, key: tuple, segment: Segment) -> None:
        outside = self.connections.pop(key, None)
        if outside is not None:
            outside.close()
        self.send_raw(reset_of(segment), segment.source)

    # ---------------------------------------------------------------------------------------------------- UDP

    def send_datagram(self, datagram: Datagram) -> None:
        key = (datagram.source, datagram.target)
        flow = self.flows.get(key)
        if flow is None:
            if len(self.flows) >= FLOW_COUNT_MAX:
                self.flows.popitem(last=False)[1].close()
            flow = self.flows[key] = Flow(self, datagram.source, datagram.target)
        self.flows.move_to_end(key)
        flow.send(datagram.payload)

    def send_raw(self, packet: bytes, target: tuple[str, int]) -> None:
        try:
            self.raw.sendto(packet, target)
        except OSError:
            pass  # too large, or the Pod is gone: as if it had been lost on the way


class Flow:
    """Datagrams between a Pod's socket and one outside, until there are none for a while."""

    def __init__(self, egress: Egress, source: tuple[str, int], target: tuple[str, int]) -> None:
        self.egress, self.source, self.target = egress, source, target
        self.waiting: collections.deque[bytes] = collections.deque(maxlen=WAITING_DATAGRAM_COUNT_MAX)
        self.outside: socket.socket | None = None
        self.is_closed, self.was_used = False, True
        egress.loop.in_background(lambda: make_datagram_socket(outside_address(target)), self.begin)
        egress.loop.after(FLOW_SECONDS_MAX, self.check)

    def begin(self, outside: socket.socket | None) -> None:
        if outside is None or self.is_closed:
            return self.close()
        self.outside = outside
        self.egress.loop.watch(outside, self.receive)
        while self.waiting:
            self.send(self.waiting.popleft())

    def send(self, payload: bytes) -> None:
        self.was_used = True
        if self.outside is None:
            return self.waiting.append(payload)
        try:
            self.outside.send(payload)
        except OSError:
            pass  # datagrams may be lost

    def receive(self, _events: int) -> None:
        try:
            payload = self.outside.recv(PACKET_BYTES_MAX)
        except OSError:
            return  # nobody listens there: datagrams may be lost
        self.was_used = True
        self.egress.send_raw(datagram_packet(self.target, self.source, payload), self.source)

    def check(self) -> None:
        if self.is_closed:
            return
        if self.was_used:
            self.was_used = False
            return self.egress.loop.after(FLOW_SECONDS_MAX, self.check)
        self.close()

    def close(self) -> None:
        self.is_closed = True
        self.egress.flows.pop((self.source, self.target), None)
        if self.outside is not None:
            self.egress.loop.forget(self.outside)
            self.outside.close()


def outside_address(target: tuple[str, int]) -> tuple[str, int]:
    return (LOOPBACK_ADDRESS if target[0] == MACHINE_ADDRESS else target[0], target[1])
