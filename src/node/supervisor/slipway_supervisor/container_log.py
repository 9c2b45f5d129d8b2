"""A container's log on disk, in CRI format: `<RFC3339Nano> <stdout|stderr> <P|F> <text>`."""
from __future__ import annotations

import os
import time

LINE_BYTES_MAX = 16 * 1024  # longer lines are split into partial ones, as container runtimes do


class ContainerLog:
    """Stamps the lines of both streams. Once open it never raises: what cannot be written is dropped and counted."""

    def __init__(self, path: str, size_bytes_max: int) -> None:
        self.fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
        self.room_bytes = size_bytes_max - os.fstat(self.fd).st_size
        self.dropped_bytes = 0
        self.is_torn = False  # the file ends in the middle of a line
        self.unfinished = {b'stdout': b'', b'stderr': b''}

    def feed(self, stream: bytes, chunk: bytes) -> None:
        body, newline, rest = (self.unfinished[stream] + chunk).rpartition(b'\n')
        prefix = b'%s %s ' % (now_rfc3339_nano(), stream)
        text = b''
        if newline and (len(body) <= LINE_BYTES_MAX or max(map(len, body.split(b'\n'))) <= LINE_BYTES_MAX):
            text = b'%sF %s\n' % (prefix, body.replace(b'\n', b'\n%sF ' % prefix))
        elif newline:
            text = b''.join(split_line(prefix, line) for line in body.split(b'\n'))
        whole = len(rest) - len(rest) % LINE_BYTES_MAX
        pieces = [rest[at:at + LINE_BYTES_MAX] for at in range(0, whole, LINE_BYTES_MAX)]
        self.unfinished[stream] = rest[whole:]
        self.append(text + b''.join(b'%sP %s\n' % (prefix, piece) for piece in pieces))

    def append(self, text: bytes) -> None:
        if self.is_torn and text:
            text = b'\n' + text
        if len(text) > self.room_bytes:
            self.dropped_bytes += len(text)
            return
        while text:
            try:
                written = os.write(self.fd, text)
            except OSError:
                self.dropped_bytes += len(text)
                return
            self.room_bytes -= written
            text = text[written:]
            self.is_torn = len(text) > 0

    def close(self) -> None:
        """An unfinished last line is partial: readers add no newline that the program did not write."""
        for stream, rest in self.unfinished.items():
            if rest:
                self.append(b'%s %s P %s\n' % (now_rfc3339_nano(), stream, rest))
        os.close(self.fd)


def split_line(prefix: bytes, line: bytes) -> bytes:
    pieces = [line[at:at + LINE_BYTES_MAX] for at in range(0, len(line), LINE_BYTES_MAX)] or [b'']
    *heads, last = pieces
    return b''.join(b'%sP %s\n' % (prefix, head) for head in heads) + b'%sF %s\n' % (prefix, last)


def now_rfc3339_nano() -> bytes:
    seconds, nanoseconds = divmod(time.time_ns(), 10 ** 9)
    return time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds)).encode() + b'.%09dZ' % nanoseconds
