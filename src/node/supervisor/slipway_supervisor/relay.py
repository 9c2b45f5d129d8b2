"""Bytes between two connected sockets."""
from __future__ import annotations

import errno
import os
import selectors
import socket
import struct
import time

CHUNK_BYTES_MAX = 256 * 1024
CONNECT_SECONDS_MAX = 60.0
NO_DESCRIPTOR_SECONDS = 0.01
#: A Pod that is gone without a word does not hold a connection for longer than two minutes.
KEEP_ALIVE = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1), (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15), (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
)
ABORT = struct.pack('=ii', 1, 0)  # SO_LINGER: close() resets the connection


class Relay:
    """Copies both ways, half-closing as its ends do, until both are at their end or one fails. A slow reader slows the writer."""

    def __init__(self, loop, left: socket.socket, right: socket.socket, on_end=lambda: None) -> None:
        self.loop, self.on_end = loop, on_end
        self.other = {left: right, right: left}
        self.pending = {left: b'', right: b''}  # to be written to it
        self.readable = {left, right}
        self.interest = {left: 0, right: 0}
        self.is_over = False
        for side in self.other:
            side.setblocking(False)
            if side.family == socket.AF_INET:
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for level, option, value in KEEP_ALIVE:
                    side.setsockopt(level, option, value)
        self.follow()

    def follow(self) -> None:
        """Watches what can go on: nothing is read for a side that has not taken what was read before."""
        for side, other in self.other.items():
            reading = side in self.readable and not self.pending[other]
            wanted = (selectors.EVENT_READ if reading else 0) | (selectors.EVENT_WRITE if self.pending[side] else 0)
            if wanted == self.interest[side]:
                continue
            self.interest[side] = wanted
            if wanted:
                self.loop.watch(side, lambda events, side=side: self.on_ready(side, events), wanted)
            else:
                self.loop.forget(side)

    def on_ready(self, side: socket.socket, events: int) -> None:
        try:
            if self.pending[side] and events & selectors.EVENT_WRITE:
                self.flush(side)
            if side in self.readable and not self.pending[self.other[side]] and events & selectors.EVENT_READ:
                self.read(side)
        except BlockingIOError:
            pass
        except OSError:
            return self.end(is_abort=True)
        if self.readable or any(self.pending.values()):
            self.follow()
        else:
            self.end()

    def read(self, source: socket.socket) -> None:
        target = self.other[source]
        chunk = source.recv(CHUNK_BYTES_MAX)
        if chunk:
            self.pending[target] = memoryview(chunk)
            self.flush(target)
        else:
            self.readable.discard(source)
            target.shutdown(socket.SHUT_WR)

    def flush(self, target: socket.socket) -> None:
        try:
            self.pending[target] = self.pending[target][target.send(self.pending[target]):]
        except BlockingIOError:
            pass

    def end(self, is_abort: bool = False) -> None:
        """Idempotent."""
        if self.is_over:
            return
        self.is_over = True
        for side in self.other:
            self.loop.forget(side)
            close(side, is_abort)
        self.on_end()


def connect(loop, connection: socket.socket, address: tuple[str, int], on_done, seconds_max: float = CONNECT_SECONDS_MAX) -> None:
    """Then on_done('') or on_done(why not), once; the socket stays open."""
    is_done = False

    def finish(code: int) -> None:
        nonlocal is_done
        if not is_done:
            is_done = True
            loop.forget(connection)
            loop.cancel(timer)
            on_done(os.strerror(code) if code else '')

    timer = loop.after(seconds_max, lambda: finish(errno.ETIMEDOUT))
    connection.setblocking(False)
    code = connection.connect_ex(address)
    if code != errno.EINPROGRESS:
        return finish(code)
    loop.watch(connection, lambda _events: finish(connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)), selectors.EVENT_WRITE)


class Dialer:
    """Connects from the namespace of this thread to addresses of Pods and Services, to all others from the machine's, where the
    workers of the loop are."""

    def __init__(self, loop, addresses) -> None:
        self.loop, self.addresses = loop, addresses

    def dial(self, address: tuple[str, int], on_done, seconds_max: float) -> None:
        """Then on_done(connection, ''), or on_done(None, why not). Raises ValueError for what is no address."""
        if self.addresses.has(address[0]):
            self.dial_from(make_stream_socket(), address, on_done, seconds_max)
        else:
            self.loop.in_background(make_stream_socket, lambda connection: self.dial_from(connection, address, on_done, seconds_max))

    def dial_from(self, connection: socket.socket | None, address: tuple[str, int], on_done, seconds_max: float) -> None:
        """With a socket of any namespace; None means that there was no descriptor for it."""
        def finish(problem: str) -> None:
            if problem:
                connection.close()
            on_done(None if problem else connection, problem)

        if connection is None:
            return on_done(None, 'no descriptor is left')
        connect(self.loop, connection, address, finish, seconds_max)


def make_stream_socket() -> socket.socket | None:
    try:
        return socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return None


def make_datagram_socket(target: tuple[str, int]) -> socket.socket | None:
    """In the namespace of the calling thread; its datagrams go to `target`, and come from there."""
    try:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        made.setblocking(False)
        made.connect(target)
        return made
    except OSError:
        return None


def close(connection: socket.socket, is_abort: bool = False) -> None:
    try:
        if is_abort and connection.family == socket.AF_INET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, ABORT)
    except OSError:
        pass
    connection.close()


def open_listener(address: tuple[str, int], options: tuple[tuple[int, int], ...] = ()) -> socket.socket:
    """In the namespace of the calling thread. Raises OSError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        for level, option in options:
            listener.setsockopt(level, option, 1)
        listener.bind(address)
        listener.listen(1024)
        listener.setblocking(False)
    except BaseException:
        listener.close()
        raise
    return listener


def accept_all(listener: socket.socket) -> list[tuple[socket.socket, tuple[str, int]]]:
    """What waits. While no descriptors are left it waits on, and this process must not spin."""
    found = []
    try:
        while True:
            found.append(listener.accept())
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):
            time.sleep(NO_DESCRIPTOR_SECONDS)
        return found
