"""A /tmp of its own for the time in which a parent preloads: modules that write into the home of a step when they are imported
must not write to the machine's, and what they wrote has to be there for each fork."""
from __future__ import annotations

import os
import stat
import sys

from .kernel import MNT_DETACH, MS_BIND, MS_REC, MS_SLAVE, NEW_MOUNT, Unfit, mount, unmount, unshare

TMP = '/tmp'
FILE_COUNT_MAX = 200
FILES_BYTES_MAX = 4 * 1024 ** 2


class PrivateTmp:
    """Hides the machine's /tmp from this process only, but for the places from which it imports."""

    def __init__(self) -> None:
        unshare(NEW_MOUNT)
        mount('', '/', flags=MS_REC | MS_SLAVE)
        places = sorted({place for place in (sys.prefix, sys.base_prefix, *sys.path) if place.startswith(f'{TMP}/')})
        self.kept = [place for place in places if os.path.isdir(place) and not any(place.startswith(f'{other}/') for other in places)]
        descriptors = [os.open(place, os.O_PATH) for place in self.kept]
        mount('tmpfs', TMP, 'tmpfs', options='mode=1777')
        for place, fd in zip(self.kept, descriptors):
            os.makedirs(place)
            mount(f'/proc/self/fd/{fd}', place, flags=MS_BIND | MS_REC)
            os.close(fd)

    def read_files(self) -> dict[str, bytes | None]:
        """What was written, by path; None is a directory."""
        found: dict[str, bytes | None] = {}
        above = {place[:index] for place in self.kept for index, letter in enumerate(place) if letter == '/'}
        size = 0
        for directory, directories, files in os.walk(TMP):
            directories[:] = [name for name in directories if f'{directory}/{name}' not in self.kept]
            found.update({path: None for path in (f'{directory}/{name}' for name in directories) if path not in above})
            for name in files:
                path = f'{directory}/{name}'
                facts = os.lstat(path)
                size += facts.st_size
                if not stat.S_ISREG(facts.st_mode) or size > FILES_BYTES_MAX or len(found) >= FILE_COUNT_MAX:
                    raise Unfit(f'a module writes more below {TMP} when it is imported than a few small files')
                with open(path, 'rb') as file:
                    found[path] = file.read()
        return found

    def leave(self) -> None:
        unmount(TMP, MNT_DETACH)


def write_files(files: dict[str, bytes | None]) -> None:
    """Where there is nothing yet. What can not be written is what an import could not have written."""
    for path, content in files.items():
        try:
            if content is None:
                os.makedirs(path, exist_ok=True)
            else:
                with open(path, 'xb') as file:
                    file.write(content)
        except OSError:
            continue
