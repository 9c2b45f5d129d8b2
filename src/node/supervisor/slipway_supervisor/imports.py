"""Which packages a step imported: its last word to init, so that a parent may have them ready the next time. And which modules are its
own: those from elsewhere."""
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
#: What installers call their directories. Others on the search path were put there by hand (`pip install -e`, a line in a .pth file): what
#: lies in them is being worked on.
PACKAGE_DIRECTORIES = ('site-packages', 'dist-packages')
LIBRARY = f'{os.path.dirname(os.__file__)}/'


def set_mark() -> None:
    """What is imported from now on is newer than the main module."""
    sys.modules[MARK] = sys.modules.pop(MARK)


def package_places() -> tuple[str, ...]:
    """Directories into which packages were installed, for good as far as one can see."""
    return tuple(f'{place}/' for place in sys.path if place.startswith('/') and os.path.basename(place) in PACKAGE_DIRECTORIES)


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
        """In the order of their import."""
        found = []
        for name, module in list_newest():
            if name.count('.') >= DEPTH_MAX or not NAME.match(name) or '._' in name:
                continue
            spec = names_in(module).get('__spec__')
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

    def own_modules(self) -> list[str]:
        """The main module and those that the program imported from elsewhere than the environment, in the order of their import."""
        try:
            others = [name for name, module in list_newest() if (path := path_of(module)) and not path.startswith((LIBRARY, *self.places))]
            return [MARK, *others] if MARK in sys.modules else others
        except BaseException:
            return []  # a program may have made anything of its modules


def list_newest() -> list[tuple[str, types.ModuleType]]:
    """Walks back from the newest, so that the parent's pages stay untouched; the oldest of them comes first."""
    found = []
    for name in reversed(sys.modules):
        if name == MARK:
            break
        module = sys.modules[name]
        if isinstance(name, str) and issubclass(type(module), types.ModuleType):
            found.append((name, module))
    found.reverse()
    return found


def find_unsteady(known: set[str]) -> str:
    """A sentence about a module that is not among the `known` names and whose file may change while a parent keeps what was in it:
    somebody works on that package, and each step is to read it anew. '' when there is none. An environment of ours never changes;
    the packages of an interpreter change as whole ones, which whoever chooses the parent sees."""
    own = f'{os.path.dirname(os.path.dirname(__file__))}/'
    places, steady = package_places(), (LIBRARY, own, f'{sys.prefix}/')
    resolved = (*steady, *(f'{os.path.realpath(place)}/' for place in (LIBRARY, *places)))
    for name, module in list(sys.modules.items()):
        if name in known or not issubclass(type(module), types.ModuleType):
            continue
        path = path_of(module)
        if path and not path.startswith(steady) and not (path.startswith(places) and os.path.realpath(path).startswith(resolved)):
            return f'{name} is imported from {os.path.dirname(path)}, where it may change'
    return ''


def names_in(module: types.ModuleType) -> dict:
    """Without waking one that is loaded when an attribute of it is read."""
    return object.__getattribute__(module, '__dict__')


def path_of(module: types.ModuleType) -> str:
    """'' of what is built in or made by a program; of a package that is a mere directory, that one."""
    names = names_in(module)
    spec = names.get('__spec__')
    origin = getattr(spec, 'origin', None) if spec is not None else names.get('__file__')
    if isinstance(origin, str) and origin.startswith('/'):
        return origin
    locations = getattr(spec, 'submodule_search_locations', None)
    return next((str(place) for place in locations), '') if origin is None and locations else ''
