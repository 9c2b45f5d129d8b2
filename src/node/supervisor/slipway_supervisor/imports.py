"""Which packages a step imported: its last word to init, so that a parent may have them ready the next time."""
from __future__ import annotations

import mmap
import os
import re
import struct
import sys
import types

REPORT_BYTES_MAX = 32 * 1024
LENGTH = struct.Struct('=I')
DEPTH_MAX = 3  # deeper modules are imported by those above them
NAME_COUNT_MAX = 1000
NAME = re.compile(r'[A-Za-z][A-Za-z0-9_]*(\.[A-Za-z][A-Za-z0-9_]*)*$')
MARK = '__main__'  # the newest module when a step begins


def set_mark() -> None:
    """What is imported from now on is newer than the main module."""
    sys.modules[MARK] = sys.modules.pop(MARK)


def package_places() -> tuple[str, ...]:
    """Directories of the environment's packages: of the search path all but the standard library."""
    library = os.path.dirname(os.__file__)
    own = (library, f'{library}/lib-dynload')
    return tuple(f'{place}/' for place in sys.path if place.startswith('/') and place not in own and not place.endswith('.zip'))


class ImportReport:
    """Memory that main shares with init. No descriptor, so that a step sees none."""

    def __init__(self, places: tuple[str, ...]) -> None:
        self.memory, self.places = mmap.mmap(-1, REPORT_BYTES_MAX), places

    def write(self) -> None:
        """What is too long stays untold: it is help, not truth."""
        text = '\n'.join(self.names()).encode()
        if 0 < len(text) <= REPORT_BYTES_MAX - LENGTH.size:
            self.memory[LENGTH.size:LENGTH.size + len(text)] = text
            self.memory[:LENGTH.size] = LENGTH.pack(len(text))

    def names(self) -> list[str]:
        """In the order of their import. Walks back from the newest, so that the parent's pages stay untouched."""
        found = []
        for name in reversed(list_newest()):
            spec = vars(sys.modules[name]).get('__spec__')
            origin = getattr(spec, 'origin', None)
            if spec is not None and spec.name == name and isinstance(origin, str) and origin.startswith(self.places):
                found.append(name)
        return found[:NAME_COUNT_MAX]

    def read(self) -> list[str]:
        """A step may have written anything."""
        (length,) = LENGTH.unpack(self.memory[:LENGTH.size])
        if not 0 < length <= REPORT_BYTES_MAX - LENGTH.size:
            return []
        names = self.memory[LENGTH.size:LENGTH.size + length].decode('ascii', errors='replace').split('\n')
        return names if len(names) <= NAME_COUNT_MAX and all(map(NAME.match, names)) else []


def list_newest() -> list[str]:
    names = []
    for name in reversed(sys.modules):
        if name == MARK:
            break
        module = sys.modules[name]
        if issubclass(type(module), types.ModuleType) and name.count('.') < DEPTH_MAX and NAME.match(name) and '._' not in name:
            names.append(name)
    return names
