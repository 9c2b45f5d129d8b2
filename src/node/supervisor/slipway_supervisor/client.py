"""A connection of the server: requests and answers are lines of JSON, and so are events."""
from __future__ import annotations

import json
import selectors
import socket

REQUEST_BYTES_MAX = 64 * 1024 ** 2
BACKLOG_BYTES_MAX = 16 * 1024 ** 2  # a client that reads slower is disconnected and has to list again
READ_BYTES_MAX = 256 * 1024


class Refusal(Exception):
    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Client:
    """Calls server.serve(client, line) for each request, and server.clients holds it while it is connected."""

    def __init__(self, server, connection: socket.socket) -> None:
        self.server, self.connection = server, connection
        self.received, self.backlog = bytearray(), bytearray()
        connection.setblocking(False)
        server.loop.watch(connection, self.on_ready)

    def on_ready(self, events: int) -> None:
        if events & selectors.EVENT_WRITE:
            self.flush()
        if not events & selectors.EVENT_READ:
            return
        try:
            chunk = self.connection.recv(READ_BYTES_MAX)
        except BlockingIOError:
            return
        except OSError:
            chunk = b''
        self.received += chunk
        if not chunk or len(self.received) > REQUEST_BYTES_MAX:
            self.close()
        elif b'\n' in chunk:
            *lines, rest = bytes(self.received).split(b'\n')
            self.received = bytearray(rest)
            for line in lines:
                self.server.serve(self, line)

    def send(self, message: dict) -> None:
        if self not in self.server.clients:
            return  # it left before its answer; `list` will tell it
        self.backlog += json.dumps(message).encode() + b'\n'
        self.flush()

    def flush(self) -> None:
        try:
            while self.backlog:
                del self.backlog[:self.connection.send(self.backlog)]
        except BlockingIOError:
            pass
        except OSError:
            return self.close()
        if len(self.backlog) > BACKLOG_BYTES_MAX:
            return self.close()
        self.server.loop.watch(
            self.connection, self.on_ready, selectors.EVENT_READ | (selectors.EVENT_WRITE if self.backlog else 0))

    def close(self) -> None:
        if self in self.server.clients:
            self.server.clients.discard(self)
            self.server.loop.forget(self.connection)
            self.connection.close()
            self.server.expect_idleness()


class Call:
    """The answer that a request waits for."""

    def __init__(self, client: Client, number: int) -> None:
        self.client, self.number = client, number

    def answer(self, value: dict) -> None:
        self.client.send({'reply': self.number, 'value': value})

    def refuse(self, reason: str, message: str) -> None:
        self.client.send({'reply': self.number, 'failure': {'reason': reason, 'message': message}})
