"""Control groups as a main process sees them: it makes the directories that it is told, and joins them."""
from __future__ import annotations

import os


class Memberships:
    """To join takes the kernel ten milliseconds of waiting, so a spare joins beforehand what the container before it needed."""

    def __init__(self, expected: list[str]) -> None:
        self.expected, self.paths = expected, []

    def expect(self) -> None:
        """What fails now is told when it is needed."""
        for path in self.expected:
            try:
                self.join(path)
            except OSError:
                return

    def take(self, needed: list) -> None:
        """Pairs of a directory and what is written there: name, text, and whether it matters when that fails. Raises OSError."""
        for path, settings in needed:
            if path not in self.paths:
                self.join(path)
            for name, text, is_needed in settings:
                write_text(f'{path}/{name}', text, is_needed)

    def join(self, path: str) -> None:
        if not os.path.isdir(path):
            os.mkdir(path)
        write_text(f'{path}/cgroup.procs', '0', is_needed=True)
        self.paths.append(path)


def write_text(path: str, text: str, is_needed: bool) -> None:
    try:
        with open(path, 'w') as file:
            file.write(text)
    except OSError:
        if is_needed:
            raise
