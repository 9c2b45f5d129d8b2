"""Which pages of a warm parent its forks write to. The first write of a fork to a page copies it, three microseconds each and a
thousand of them in a short step; a spare copies those that the commands before it wrote to, as long as nobody waits.

It does so by writing one byte of each page over itself: process_vm_writev takes a thousand places at once, where
madvise(MADV_POPULATE_WRITE) takes one call, nearly as dear as a copy, for each of some four hundred ranges."""
from __future__ import annotations

import ctypes
import errno
import mmap
import os
import struct

from .kernel import libc

#: Flags of /proc/self/pagemap.
PRESENT, OF_FILE, EXCLUSIVE = 1 << 63, 1 << 61, 1 << 56
REPORT_BYTES_MAX = 32 * 1024
PAIR, LENGTH = struct.Struct('=QI'), struct.Struct('=I')
RANGE_COUNT_MAX = (REPORT_BYTES_MAX - LENGTH.size) // PAIR.size
PAGE_COUNT_MAX = 4096  # a step may report anything; no spare takes more than this
#: A place and a length, as the kernel reads them, and how many of them it takes at once.
PLACE, PLACE_COUNT_MAX = struct.Struct('=QQ' if ctypes.sizeof(ctypes.c_void_p) == 8 else '=II'), 1024

write_memory = libc.process_vm_writev
write_memory.restype = ctypes.c_ssize_t
write_memory.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_ulong)


class PageReport:
    """Memory that main shares with init; no descriptor, so that a step sees none. Of help, not truth."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, REPORT_BYTES_MAX)
        self.areas: list[tuple[int, int]] = []
        self.before: set[int] = set()

    def begin(self) -> None:
        """In a spare, whose memory is as its parent's. What it has copied so far, all spares copy."""
        try:
            self.areas = writable_areas()
            self.before = copied_pages(self.areas)
        except OSError:
            self.areas = []  # this kernel does not tell

    def write(self) -> None:
        """At the end of a step, or before another program takes its place."""
        try:
            pairs = ranges_of(copied_pages(self.areas) - self.before)[:RANGE_COUNT_MAX]
        except OSError:
            return  # who became another user may not look
        for index, pair in enumerate(pairs):
            PAIR.pack_into(self.memory, LENGTH.size + index * PAIR.size, *pair)
        LENGTH.pack_into(self.memory, 0, len(pairs))

    def read(self) -> list[tuple[int, int]]:
        (count,) = LENGTH.unpack_from(self.memory)
        return [PAIR.unpack_from(self.memory, LENGTH.size + index * PAIR.size) for index in range(min(count, RANGE_COUNT_MAX))]


class PageHabit:
    """The supervisor's: what the first two commands of a parent have in common."""

    def __init__(self) -> None:
        self.first: set[int] | None = None
        self.ranges: list[tuple[int, int]] | None = None  # of all that is known; final

    @property
    def is_learning(self) -> bool:
        return self.ranges is None

    def learn(self, ranges: list) -> bool:
        """True when nothing more is to be learnt."""
        if not self.is_learning or sum(count for _, count in ranges) > PAGE_COUNT_MAX:
            return False
        pages = {page for first, count in ranges for page in range(first, first + count)}
        if self.first is None:
            self.first = pages
            return False
        self.ranges = ranges_of(self.first & pages)
        return True


def writable_areas() -> list[tuple[int, int]]:
    """First and last page but one of this process's private memory."""
    areas = []
    with open('/proc/self/maps') as file:
        for line in file:
            place, mode = line.split(None, 2)[:2]
            if mode[1] == 'w' and mode[3] == 'p':
                begin, end = place.split('-')
                areas.append((int(begin, 16) // mmap.PAGESIZE, int(end, 16) // mmap.PAGESIZE))
    return areas


def copied_pages(areas: list[tuple[int, int]]) -> set[int]:
    """Those that this process does not share with its parent any more."""
    found = set()
    with open('/proc/self/pagemap', 'rb', buffering=0) as file:
        for first, end in areas:
            file.seek(first * 8)
            for index, (entry,) in enumerate(struct.iter_unpack('=Q', file.read((end - first) * 8))):
                if entry & PRESENT and entry & EXCLUSIVE and not entry & OF_FILE:
                    found.add(first + index)
    return found


def ranges_of(pages: set[int]) -> list[tuple[int, int]]:
    """Pairs of the first page and how many follow one another."""
    ranges: list[list[int]] = []
    for page in sorted(pages):
        if ranges and sum(ranges[-1]) == page:
            ranges[-1][1] += 1
        else:
            ranges.append([page, 1])
    return [(first, count) for first, count in ranges]


def pack_pages(ranges: list) -> bytes:
    """Of each page its first byte. No objects that forks would count references to."""
    return b''.join(PLACE.pack(page * mmap.PAGESIZE, 1) for first, count in ranges for page in range(first, first + count))


def copy_pages(packed: bytes) -> bool:
    """False where the kernel doesn't let us, or nothing is known yet. What is not mapped here is passed over: the parent's memory may
    have changed since."""
    own, is_able = os.getpid(), False
    while packed:
        places = packed[:PLACE_COUNT_MAX * PLACE.size]
        count = len(places) // PLACE.size
        copied_count = write_memory(own, places, count, places, count, 0)
        if copied_count < 0 and ctypes.get_errno() != errno.EFAULT:
            return False
        is_able = is_able or copied_count > 0
        done_count = count if copied_count == count else max(copied_count, 0) + 1
        packed = packed[done_count * PLACE.size:]
    return is_able
