"""What a preloaded parent imports before its first fork, and the proof that its forks are as good as new interpreters.

A set of modules is unfit when its import leaves something behind that a fork would see or lack: output, descriptors,
signal handlers, threads, another search path. What it may leave is taken over: variables, small files below /tmp, random generators."""
from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import locale
import os
import re
import resource
import select
import signal
import sys
import threading
import time

from .ending import finish_program
from .generators import Generators, find_generators
from .imports import find_unsteady
from .kernel import PR_SET_PDEATHSIG, Unfinished, Unfit, describe, kill_quietly, libc, open_memory_file, prctl
from .module import make_interpreter_fresh, taken_over
from .private_tmp import PrivateTmp

PROBE_SECONDS_MAX = 30.0
WITNESS_SECONDS_MAX = 120.0
OUTPUT_SHOWN_BYTES_MAX = 200
MATRIX_SIZE = 256  # large enough for BLAS libraries to share it among threads
LIBC_SIGNALS = (32, 33)  # kept for threads
OF_LIBC = sum(1 << number - 1 for number in LIBC_SIGNALS)
OPENMP_LIBRARY = re.compile(r'/lib(gomp|omp|iomp5)[-.\w]*\.so[.\d]*$')


def preload(names: list[str], has_namespaces: bool) -> int:
    """Imports the modules, proves them, and returns the milliseconds that the import took. Raises Unfit, or Unfinished."""
    private_tmp = PrivateTmp() if has_namespaces else None
    witness = Witness(names)
    try:
        before = look_around()
        began = time.monotonic()
        with silence() as output:
            import_all(names)
        import_ms = round((time.monotonic() - began) * 1000)
        check(before, look_around(), output())
        if unsteady := find_unsteady(before['modules']):
            raise Unfit(unsteady)
        if private_tmp is not None:
            taken_over.files = private_tmp.read_files()
        generators = find_generators()
        if generators.others:
            generators = generators.without_seeded(witness.ask())
        taken_over.generators = generators
        taken_over.variables = {name: os.environ[name] for name in os.environ if name not in before['variables']}
        in_child('its probe', run_probe, PROBE_SECONDS_MAX)
    finally:
        witness.dismiss()
    if private_tmp is not None:
        private_tmp.leave()
    if len(os.listdir('/proc/self/task')) > 1:
        raise Unfit('a module starts threads of its own, which a fork would lack')
    return import_ms


def import_all(names: list[str]) -> None:
    for name in names:
        try:
            importlib.import_module(name)
        except (MemoryError, OSError) as error:
            raise Unfinished(f'cannot import {name}: {describe(error)}') from error
        except BaseException as error:
            raise Unfit(f'cannot import {name}: {describe(error)}') from error


# ------------------------------------------------------------------------------------------ what an import leaves

def look_around() -> dict:
    """All that a fork inherits and a module might change."""
    with open('/proc/self/status') as file:
        masks = [int(line.split()[1], 16) & ~OF_LIBC for line in file if line.startswith(('SigBlk', 'SigIgn', 'SigCgt'))]
    return {
        'descriptors': set(os.listdir('/proc/self/fd')),
        'signals': [masks, [signal.getsignal(number) for number in range(1, signal.NSIG) if number not in LIBC_SIGNALS]],
        'threads': threading.active_count(),
        'path': list(sys.path),
        'directory': os.getcwd(),
        'locale': locale.setlocale(locale.LC_ALL),
        'main': dict(sys.modules['__main__'].__dict__),
        'streams': [sys.stdin, sys.stdout, sys.stderr],
        'variables': dict(os.environ),
        'modules': set(sys.modules),
        'process': read_process(),
    }


def read_process() -> list:
    mask = os.umask(0o077)
    os.umask(mask)
    limits = [resource.getrlimit(number) for name, number in sorted(vars(resource).items()) if name.startswith('RLIMIT_')]
    return [mask, os.nice(0), os.sched_getaffinity(0), limits]


def check(before: dict, after: dict, output: str) -> None:
    if output:
        raise Unfit(f'a module writes when it is imported: {output}')
    if len(after['descriptors']) != len(before['descriptors']):
        raise Unfit('a module opens files when it is imported and keeps them open')
    for name, sentence in (
        ('signals', 'a module changes how signals are handled'),
        ('threads', 'a module starts threads of its own, which a fork would lack'),
        ('directory', 'a module changes the working directory'),
        ('locale', 'a module changes the locale'),
        ('main', 'a module changes the main module'),
        ('streams', 'a module replaces standard output'),
        ('process', 'a module changes the umask, the limits, the priority or the processors of its process'),
    ):
        if after[name] != before[name]:
            raise Unfit(sentence)
    if after['path'][:len(before['path'])] != before['path']:
        raise Unfit('a module changes the search path of modules')
    if any(after['variables'].get(name) != value for name, value in before['variables'].items()):
        raise Unfit('a module changes environment variables that were set')


@contextlib.contextmanager
def silence():
    """Descriptors 1 and 2 into memory; what is yielded tells the beginning of what was written, afterwards."""
    memory = open_memory_file(b'')
    kept = [os.dup(fd) for fd in (1, 2)]
    flush()
    for fd in (1, 2):
        os.dup2(memory, fd)
    written = []
    try:
        yield lambda: ''.join(written)
    finally:
        flush()
        for fd, original in zip((1, 2), kept):
            os.dup2(original, fd)
            os.close(original)
        written.append(os.pread(memory, OUTPUT_SHOWN_BYTES_MAX, 0).decode(errors='replace').strip())
        os.close(memory)


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    libc.fflush(None)


# -------------------------------------------------------------------------------------------------------- children

class Witness:
    """A fork from before the import that imports the same on request. Generators that are in another state there were
    seeded by chance, the others by their module."""

    def __init__(self, names: list[str]) -> None:
        question_reader, self.question = os.pipe()
        self.answer, answer_writer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.question)
            try:
                prctl('die with the parent', PR_SET_PDEATHSIG, signal.SIGKILL)
                if os.read(question_reader, 1):
                    with silence():
                        import_all(names)
                    with os.fdopen(answer_writer, 'w') as file:
                        json.dump(find_generators().digests(), file)
            finally:
                os._exit(0)
        os.close(question_reader)
        os.close(answer_writer)

    def ask(self) -> list[str]:
        os.write(self.question, b'?')
        chunks, deadline = [], time.monotonic() + WITNESS_SECONDS_MAX
        while select.select([self.answer], [], [], max(0, deadline - time.monotonic()))[0]:
            chunk = os.read(self.answer, 64 * 1024)
            if not chunk:
                break
            chunks.append(chunk)
        try:
            return json.loads(b''.join(chunks))
        except ValueError:
            raise Unfinished('a second import of the same modules did not come to its end') from None

    def dismiss(self) -> None:
        for fd in (self.question, self.answer):
            os.close(fd)
        kill_quietly(self.pid)
        os.waitpid(self.pid, 0)


def in_child(what: str, work, seconds_max: float) -> None:
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            prctl('die with the parent', PR_SET_PDEATHSIG, signal.SIGKILL)
            work()
        except BaseException as error:
            os.write(writer, describe(error).encode())
            os._exit(1)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, 'rb') as file:
        is_over = bool(select.select([file], [], [], seconds_max)[0])
        complaint = file.read().decode(errors='replace') if is_over else ''
    if not is_over:
        kill_quietly(pid)
    _, status = os.waitpid(pid, 0)
    if not is_over:
        raise Unfinished(f'{what} did not end within {seconds_max:.0f} seconds')
    if os.WIFSIGNALED(status):
        kind = Unfinished if os.WTERMSIG(status) == signal.SIGKILL else Unfit  # the kernel needed its memory
        raise kind(f'{what} ended by signal {os.WTERMSIG(status)}')
    if os.WEXITSTATUS(status) != 0:
        raise Unfit(f'{what} failed: {complaint or "exit code %d" % os.WEXITSTATUS(status)}')


def run_probe() -> None:
    """What most often breaks in a fork: thread pools of BLAS and OpenMP, and the end."""
    make_interpreter_fresh()
    with silence() as output:
        multiply_with_numpy()
        multiply_with_torch()
        call_openmp()
        if not finish_program():
            raise Unfit('standard output was lost')
    if output():
        raise Unfit(f'its exit handlers write: {output()}')


def multiply_with_numpy() -> None:
    numpy = sys.modules.get('numpy')
    if numpy is None:
        return
    ones = numpy.ones((MATRIX_SIZE, MATRIX_SIZE))
    solved = numpy.linalg.solve(numpy.eye(MATRIX_SIZE) * 2, ones @ ones)
    if not (solved == MATRIX_SIZE / 2).all():
        raise Unfit('numpy calculates wrongly in a fork')
    linalg = sys.modules.get('scipy.linalg')
    if linalg is not None and not (linalg.blas.dgemm(1.0, ones, ones) == MATRIX_SIZE).all():
        raise Unfit('scipy calculates wrongly in a fork')


def multiply_with_torch() -> None:
    torch = sys.modules.get('torch')
    if torch is None:
        return
    ones = torch.ones(MATRIX_SIZE, MATRIX_SIZE)
    if not bool(((ones @ ones) == MATRIX_SIZE).all()) or torch.ones(1 << 20).sum().item() != 1 << 20:
        raise Unfit('torch calculates wrongly in a fork')


def call_openmp() -> None:
    """A parallel region in every OpenMP library that is loaded; LLVM's and Intel's know GNU's entry, too."""
    with open('/proc/self/maps') as file:
        paths = {line.split(None, 5)[5].strip() for line in file if line.count('/') > 0}
    for path in sorted(filter(OPENMP_LIBRARY.search, paths)):
        calls = []
        region = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda _: calls.append(1))
        parallel = getattr(ctypes.CDLL(path), 'GOMP_parallel', None)
        if parallel is None:
            continue
        parallel(region, None, 0, 0)
        if not calls:
            raise Unfit(f'{os.path.basename(path)} does nothing in a fork')
