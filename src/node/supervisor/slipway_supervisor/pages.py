"""Which pages of a warm parent its steps write to. The first write of a fork to a page copies it, three microseconds each and a
thousand of them in a short step; a spare copies those that the steps before it wrote to, as long as nobody waits."""
from __future__ import annotations

import ctypes
import mmap
import os
import struct

from .kernel import libc

MADV_POPULATE_WRITE = 23  # from Linux 5.14 on
#: Flags of /proc/self/pagemap.
PRESENT, OF_FILE, EXCLUSIVE = 1 << 63, 1 << 61, 1 << 56
REPORT_BYTES_MAX = 32 * 1024
PAIR, LENGTH = struct.Struct('=QI'), struct.Struct('=I')
RANGE_COUNT_MAX = (REPORT_BYTES_MAX - LENGTH.size) // PAIR.size
PAGE_COUNT_MAX = 4096  # a step may report anything; no spare takes more than this

libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)


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
        """At the end of a step."""
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
    """The supervisor's: what the first two steps of a parent have in common."""

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


def pack_ranges(ranges: list) -> bytes:
    """No objects that forks would count references to."""
    return b''.join(PAIR.pack(first, count) for first, count in ranges)


def copy_pages(packed: bytes) -> bool:
    """False where the kernel can't, or nothing is known yet."""
    is_able = False
    for first, count in PAIR.iter_unpack(packed):
        # What is not mapped here is passed over: the parent's memory may have changed since.
        is_able = libc.madvise(first * mmap.PAGESIZE, count * mmap.PAGESIZE, MADV_POPULATE_WRITE) == 0 or is_able
    return is_able
