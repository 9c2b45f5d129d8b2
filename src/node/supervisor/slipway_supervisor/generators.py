"""Random generators that live in modules. Forks of one parent must not draw the same numbers, unless the module said so."""
from __future__ import annotations

import gc
import random
import sys


class Generators:
    """The one of `random`, those of numpy and torch, and others that modules made when they were imported."""

    def __init__(self, others: tuple | list = ()) -> None:
        self.others = others

    def reseed(self) -> None:
        random.seed()
        for name in ('numpy.random', 'torch'):
            if name in sys.modules:
                sys.modules[name].seed()
        for generator in self.others:
            if isinstance(generator, random.Random):
                generator.seed()
            else:
                generator.state = type(generator)().state

    def digests(self) -> list[str]:
        return [digest(generator) for generator in self.others]

    def without_seeded(self, theirs: list[str]) -> Generators:
        """`theirs` are the digests of another process that imported the same: what is in the same state there was seeded
        by its module, the others by chance."""
        return Generators([generator for generator in self.others if digest(generator) not in theirs])


def digest(generator) -> str:
    import hashlib  # here, so that parents without a need for it do without
    import pickle

    state = generator.getstate() if isinstance(generator, random.Random) else generator.state
    return hashlib.sha256(pickle.dumps(state)).hexdigest()


def find_generators() -> Generators:
    """Looks at types only: some objects complain when an attribute is read."""
    bit_generator = getattr(sys.modules.get('numpy.random'), 'BitGenerator', None)
    name_sequence = getattr(sys.modules.get('tempfile'), '_RandomNameSequence', None)
    mtrand = sys.modules.get('numpy.random.mtrand')
    reseeded_anyway = [random._inst] if mtrand is None else [random._inst, mtrand._rand._bit_generator]
    found = []
    for candidate in gc.get_objects():
        kinds = type(candidate).__mro__
        if random.Random in kinds and random.SystemRandom not in kinds or bit_generator in kinds:
            found.append(candidate)
        elif name_sequence in kinds:
            reseeded_anyway.append(getattr(candidate, '_rng', None))  # it looks at its pid
    return Generators([generator for generator in found if all(generator is not other for other in reseeded_anyway)])
