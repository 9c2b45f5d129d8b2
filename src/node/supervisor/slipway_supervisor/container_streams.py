"""The streams of one container as the supervisor holds them: two pipes or one terminal to read from, an input to write to."""
from __future__ import annotations

import errno
import fcntl
import os
import selectors
import struct
import termios

END_OF_INPUT = b'\x04'  # as typed into a terminal
READ_BYTES_MAX = 64 * 1024  # per stream and turn of the loop


class ContainerStreams:
    """`theirs` become 0 (when it takes input), 1 and 2 of the command and are closed by whoever passes them on."""

    def __init__(self, loop, wanted: dict, on_chunk, on_end) -> None:
        self.loop, self.on_chunk, self.on_end = loop, on_chunk, on_end
        self.outputs: dict[int, bytes] = {}
        self.stdin, self.terminal = -1, -1
        self.writes: list = []  # (bytes that are not written yet, what then)
        self.theirs: list[int] = []
        try:
            self.open(wanted)
        except OSError:
            for fd in (*self.outputs, *self.theirs, self.stdin):
                if fd >= 0:
                    os.close(fd)
            raise
        for fd in (*self.outputs, self.stdin):
            if fd >= 0:
                os.set_blocking(fd, False)
        for reader in self.outputs:
            loop.watch(reader, lambda _events, fd=reader: self.read(fd))

    def open(self, wanted: dict) -> None:
        if wanted.get('tty'):
            self.terminal, theirs = os.openpty()
            self.outputs[self.terminal] = b'stdout'
            self.theirs.append(theirs)
            self.theirs += [os.dup(theirs), os.dup(theirs)]
            self.stdin = os.dup(self.terminal)
            return
        for stream in (b'stdout', b'stderr'):
            reader, writer = os.pipe()
            self.outputs[reader] = stream
            self.theirs.append(writer)
        if wanted.get('stdin'):
            reader, self.stdin = os.pipe()
            self.theirs.append(reader)

    def read(self, fd: int) -> None:
        try:
            chunk = os.read(fd, READ_BYTES_MAX)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:  # which a terminal says when nobody has it any more
                raise
            chunk = b''
        if chunk:
            self.on_chunk(self.outputs[fd], chunk)
        else:
            self.close_output(fd)
            self.on_end()

    def write(self, data: bytes, then) -> None:
        """then(is_open) when all of it is written, or nobody reads any more."""
        if self.stdin < 0:
            return then(False)
        self.writes.append((data, then))
        self.flush()

    def flush(self, _events: int = 0) -> None:
        while self.writes:
            data, then = self.writes[0]
            try:
                written = os.write(self.stdin, data) if data else 0
            except BlockingIOError:
                return self.loop.watch(self.stdin, self.flush, selectors.EVENT_WRITE)
            except OSError:
                return self.close_input()
            if written < len(data):
                self.writes[0] = (data[written:], then)
                continue
            self.writes.pop(0)
            then(True)
        if self.stdin >= 0:
            self.loop.forget(self.stdin)

    def end_input(self) -> None:
        """After what is still to be written."""
        if self.terminal >= 0:
            self.write(END_OF_INPUT, lambda _: None)
        else:
            self.write(b'', lambda _: self.close_input())

    def close_input(self) -> None:
        if self.stdin >= 0:
            self.loop.forget(self.stdin)
            os.close(self.stdin)
            self.stdin = -1
        while self.writes:
            self.writes.pop(0)[1](False)

    def resize(self, rows: int, columns: int) -> None:
        if self.terminal in self.outputs:
            fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack('4H', rows, columns, 0, 0))

    def close_output(self, fd: int) -> None:
        self.loop.forget(fd)
        os.close(fd)
        del self.outputs[fd]

    def close(self) -> None:
        for fd in list(self.outputs):
            self.close_output(fd)
        self.close_input()
