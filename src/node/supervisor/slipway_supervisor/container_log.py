"""A container's log on disk, in CRI format: `<RFC3339Nano> <stdout|stderr> <P|F> <text>`."""
from __future__ import annotations

import os
import stat
import time

FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT
LINE_BYTES_MAX = 16 * 1024  # longer lines are split into partial ones, as container runtimes do


class ContainerLog:
    """Stamps the lines of both streams. Once open it never raises: what cannot be written is dropped and counted. A file that is
    full becomes `<path>.1`, the next one `<path>.2`; the oldest goes when there are too many."""

    def __init__(self, path: str, file_bytes_max: int, file_count_max: int) -> None:
        self.path, self.file_bytes_max, self.file_count_max = path, file_bytes_max, file_count_max
        self.fd = os.open(path, FLAGS, 0o640)
        facts = os.fstat(self.fd)
        self.can_rotate = stat.S_ISREG(facts.st_mode)
        self.room_bytes = file_bytes_max - facts.st_size
        self.full_count = 0
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
        if len(text) > self.room_bytes and self.can_rotate and self.room_bytes < self.file_bytes_max:
            self.rotate()
        while text:
            try:
                written = os.write(self.fd, text)
            except OSError:
                self.dropped_bytes += len(text)
                return
            self.room_bytes -= written
            text = text[written:]
            self.is_torn = len(text) > 0

    def rotate(self) -> None:
        """Goes on in the same file when it cannot."""
        following = f'{self.path}.next'
        try:
            fd = os.open(following, FLAGS, 0o640)
            os.rename(self.path, f'{self.path}.{self.full_count + 1}')
            os.rename(following, self.path)
        except OSError:
            self.can_rotate = False  # the disk is full, or the directory is gone
            return
        os.close(self.fd)
        self.fd, self.room_bytes, self.is_torn = fd, self.file_bytes_max, False
        self.full_count += 1
        try:
            os.unlink(f'{self.path}.{self.full_count - self.file_count_max + 1}')
        except OSError:
            pass  # there are not that many yet

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
