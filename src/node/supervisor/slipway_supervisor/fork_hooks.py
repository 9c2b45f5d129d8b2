"""Whether modules want to know of forks. A fork without Python's callbacks copies fewer pages, and what the callbacks of the standard library do
changes nothing in a process of one thread that holds no lock, but for the state of `random`, which each step draws anew."""
from __future__ import annotations

import os
import sys

from .imports import LIBRARY, PACKAGE_DIRECTORIES


class ForkHooks:
    """A context for imports."""

    def __init__(self) -> None:
        self.is_needed = False

    def __enter__(self) -> None:
        self.register = os.register_at_fork
        os.register_at_fork = self.note

    def __exit__(self, *_) -> None:
        if os.register_at_fork == self.note:
            os.register_at_fork = self.register

    def note(self, **hooks) -> None:
        path = sys._getframe(1).f_code.co_filename
        is_library = path.startswith(LIBRARY) and not any(f'/{name}/' in path for name in PACKAGE_DIRECTORIES)
        self.is_needed = self.is_needed or not is_library
        self.register(**hooks)
