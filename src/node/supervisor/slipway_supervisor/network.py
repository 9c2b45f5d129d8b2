"""The process that holds the network of the Pods: their namespaces, the addresses of Services, names, the way out and in.

It is a child of the supervisor and outlives servers as that does. It lives in two network namespaces: its thread in that of
the bridge, the workers of its loop in the machine's own. The supervisor orders namespaces for Pods over a socket and gets
descriptors of them; the server connects to a Unix socket and says in its first line what it wants:
  {"table": {"names": …, "listeners": […]}}   the names and Services from now on; more of them may follow; each is answered
  {"dial": {"address": …, "port": …}}         a connection into the network; after {"failed": ""} the bytes are the connection's
  {"dial": {"pod": uid, "port": …}}           the same to the loopback interface of a Pod, or else to its address
"""
from __future__ import annotations

import json
import os
import signal
import socket

from .bridge import Addresses, Bridge
from .egress import Egress
from .kernel import PR_SET_PDEATHSIG, describe, prctl
from .loop import Loop
from .names import Names
from .pod_networks import PodNetworks
from .relay import Dialer, Relay
from .services import Services

MESSAGE_BYTES_MAX = 64 * 1024
LINE_BYTES_MAX = 64 * 1024 ** 2
READ_BYTES_MAX = 256 * 1024
DIAL_SECONDS_MAX = 10.0
WORKER_COUNT = 2
LOOPBACK = '127.0.0.1'


def run_network(control_fd: int) -> None:
    prctl('die with the supervisor', PR_SET_PDEATHSIG, signal.SIGKILL)
    os.umask(0o077)
    control = socket.socket(fileno=control_fd)
    config = json.loads(control.recv(MESSAGE_BYTES_MAX))
    loop = Loop(WORKER_COUNT)  # before the thread moves to the bridge's namespace: the workers stay behind
    try:
        network = Network(loop, control, Addresses(config['podRange'], config['serviceRange']), config['socket'])
    except (OSError, ValueError) as error:
        control.send(json.dumps({'failed': describe(error) if isinstance(error, OSError) else str(error)}).encode())
        os._exit(1)
    control.send(json.dumps({'ready': True}).encode())
    network.pods.restock()
    loop.run()
    os._exit(0)


def try_network() -> str:
    """'' when Pods can have networks here, else why not. Call it in a process that ends afterwards."""
    try:
        loop = Loop(0)
        bridge = Bridge(Addresses('10.88.0.0/16', '10.96.0.0/16'))
        Egress(loop, bridge)
        PodNetworks(loop, bridge).make()
        return ''
    except OSError as error:
        return describe(error)


class Network:
    def __init__(self, loop: Loop, control: socket.socket, addresses: Addresses, path: str) -> None:
        self.loop, self.control = loop, control
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        if os.path.lexists(path):
            os.unlink(path)
        listener.bind(path)
        listener.listen(1024)
        listener.setblocking(False)
        self.bridge = Bridge(addresses)
        self.pods = PodNetworks(loop, self.bridge)
        self.inside: dict[str, set[Relay]] = {}  # connections to loopback interfaces of Pods, by uid
        self.dialer = Dialer(loop, addresses)
        self.services = Services(loop, self.dialer)
        self.names = Names(loop, self.dialer, addresses)
        self.egress = Egress(loop, self.bridge)
        loop.watch(control, self.obey)
        loop.watch(listener, lambda _events: self.accept(listener))

    def obey(self, _events: int) -> None:
        """An order of the supervisor: a Pod's uid with `open` or `close`."""
        data = self.control.recv(MESSAGE_BYTES_MAX)
        if not data:
            self.loop.is_stopped = True
            return
        order = json.loads(data)
        if 'close' in order:
            for relay in list(self.inside.pop(order['close'], ())):
                relay.end(is_abort=True)  # its socket would keep the namespace
            return self.pods.close(order['close'])
        pod_uid = order['open']
        try:
            network = self.pods.open(pod_uid)
        except OSError as error:
            self.control.send(json.dumps({'opened': pod_uid, 'problem': describe(error)}).encode())
        else:
            socket.send_fds(self.control, [json.dumps({'opened': pod_uid, 'address': network.address}).encode()], [network.namespace])

    def accept(self, listener: socket.socket) -> None:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        Visitor(self, connection)


class Visitor:
    """A connection of the server."""

    def __init__(self, network: Network, connection: socket.socket) -> None:
        self.network, self.connection, self.received = network, connection, bytearray()
        connection.setblocking(False)
        network.loop.watch(connection, self.read)

    def read(self, _events: int) -> None:
        try:
            chunk = self.connection.recv(READ_BYTES_MAX)
        except BlockingIOError:
            return
        except OSError:
            chunk = b''
        self.received += chunk
        if not chunk or len(self.received) > LINE_BYTES_MAX:
            return self.close()
        while b'\n' in self.received:
            line, _, rest = bytes(self.received).partition(b'\n')
            self.received = bytearray(rest)
            try:
                request = json.loads(line)
                if 'dial' in request:
                    return self.dial(**request['dial'])
                self.network.names.apply(request['table']['names'])
                self.network.services.apply(request['table']['listeners'], lambda problems: self.answer({'problems': problems}))
            except (ValueError, KeyError, TypeError):
                return self.close()  # it does not speak the protocol

    def dial(self, port: int, address: str = '', pod: str = '') -> None:
        def join(target: socket.socket | None, problem: str) -> None:
            self.answer({'failed': problem})
            if target is None:
                return self.connection.close()
            Relay(self.network.loop, self.connection, target)

        if pod:
            return self.dial_inside(pod, port, join)
        self.network.loop.forget(self.connection)
        self.network.dialer.dial((address, port), join, DIAL_SECONDS_MAX)

    def dial_inside(self, pod: str, port: int, join) -> None:
        network = self.network

        def finish(target: socket.socket | None, problem: str) -> None:
            if pod not in network.pods.opened:
                if target is not None:
                    target.close()
                return join(None, 'the Pod has ended')
            if target is None:
                return network.dialer.dial((network.pods.opened[pod].address, port), join, DIAL_SECONDS_MAX)
            self.answer({'failed': ''})
            relays = network.inside.setdefault(pod, set())
            relay = Relay(network.loop, self.connection, target, on_end=lambda: relays.discard(relay))
            relays.add(relay)

        connection = network.pods.make_socket_in(pod)
        network.loop.forget(self.connection)
        network.dialer.dial_from(connection, (LOOPBACK, port), finish, DIAL_SECONDS_MAX)

    def answer(self, message: dict) -> None:
        try:
            self.connection.send(json.dumps(message).encode() + b'\n')
        except OSError:
            pass  # it is gone; read() finds out

    def close(self) -> None:
        self.network.loop.forget(self.connection)
        self.connection.close()
