"""A forked step: what `python3 -m module args` does in a new process, without the slow teardown of the interpreter."""
from __future__ import annotations

import atexit
import builtins
import fcntl
import functools
import gc
import importlib
import importlib.util
import io
import json
import os
import runpy
import signal
import sys
import threading
import time
import types

from .generators import Generators
from .imports import set_mark
from .kernel import libc
from .private_tmp import write_files

ARTIFACT_ROOTS = 'SLIPWAY_ARTIFACT_ROOTS'
SDK_MOUNTS = ('_GCS_LOCAL_MOUNT_PREFIX', '_MINIO_LOCAL_MOUNT_PREFIX', '_S3_LOCAL_MOUNT_PREFIX')
OWN_FILES = (__file__, os.path.join(os.path.dirname(os.path.dirname(__file__)), 'supervisor.py'))
EXIT_CODE_LOST_OUTPUT = 120  # as Python: standard output could not be flushed


class TakenOver:
    """What the modules of a preloaded parent made of the process, so that a fork is what an import would have made."""

    def __init__(self) -> None:
        self.generators = Generators()
        self.variables: dict[str, str] = {}
        self.files: dict[str, bytes | None] = {}


taken_over = TakenOver()


class Step:
    """A context that yields the call by which `python -m` runs the module. It is left by the end of the process. The
    interpreter has been made fresh before."""

    def __init__(self, module: str, args: list[str], env: dict[str, str], reports: tuple) -> None:
        self.module, self.reports = module, reports
        take_arguments(module, args, env)

    def __enter__(self):
        return functools.partial(runpy._run_module_as_main, self.module)

    def __exit__(self, kind, error: BaseException | None, traceback) -> None:
        code, is_interrupted = 0, isinstance(error, KeyboardInterrupt)
        if isinstance(error, SystemExit):
            code = exit_code_of(error)
        elif error is not None:
            code = 1
            print_uncaught(error)
        if not finish_interpreter() and code == 0:
            code = EXIT_CODE_LOST_OUTPUT
        for report in self.reports:
            report.write()
        if is_interrupted:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        os._exit(code & 0xFF)


def make_interpreter_fresh() -> None:
    """Takes back what the parent and its forks have in common; needs to know nothing of the command."""
    fresh_main = types.ModuleType('__main__')
    fresh_main.__dict__['__builtins__'] = builtins
    if '__annotations__' in sys.modules['__main__'].__dict__:  # until Python 3.13
        fresh_main.__dict__['__annotations__'] = {}
    sys.modules['__main__'] = fresh_main
    set_mark()
    taken_over.generators.reseed()
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # a log line appears when it is written
    gc.enable()


def take_arguments(module: str, args: list[str], env: dict[str, str]) -> None:
    artifact_roots = env.pop(ARTIFACT_ROOTS, '')
    os.environ.clear()
    os.environ.update({**taken_over.variables, **env})
    if taken_over.files:
        write_files(taken_over.files)
    if 'tempfile' in sys.modules:
        sys.modules['tempfile'].tempdir = None  # TMPDIR may be another one
    if artifact_roots:
        show_artifacts(module, json.loads(artifact_roots))
    time.tzset()
    sys.argv = ['-m', *args]
    if hasattr(sys, 'orig_argv'):  # from Python 3.10 on
        sys.orig_argv = [sys.executable, '-m', module, *args]
    sys.path.insert(0, os.getcwd())
    sys.modules.pop(module, None)  # runpy warns about a module that was imported before it runs
    if 'multiprocessing.process' in sys.modules:
        sys.modules['multiprocessing.process'].ORIGINAL_DIR = os.getcwd()


def show_artifacts(executor: str, roots: dict[str, str]) -> None:
    """Without a sandbox artifacts lie elsewhere than below the mount points that the SDK knows; it is told where."""
    try:
        types = importlib.import_module(executor.rpartition('.')[0] + '.types.artifact_types')
    except ImportError:
        return  # not the SDK, or a release of another shape
    for name in SDK_MOUNTS:
        mount = getattr(types, name, '')
        setattr(types, name, roots.get(mount, mount))


def rehearse_module() -> None:
    importlib.util.find_spec('this')
    rehearse_command_line()
    exec(compile('def f(x):\n    return [x]\nf(1)\n', '<rehearsal>', 'exec'), {})
    exit_code_of(SystemExit(0))


def rehearse_command_line() -> None:
    """The first parser of a process imports six modules and compiles its patterns: 4 ms that every kfp executor would
    spend. A program that uses argparse has these modules anyway; for others nothing is loaded."""
    argparse = sys.modules.get('argparse')
    if argparse is None:
        return
    parser = argparse.ArgumentParser(prog='rehearsal', description='rehearsal')
    parser.add_argument('--name', type=str, required=True, help='rehearsal')
    parser.parse_known_args(['--name', 'value'])


def exit_code_of(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code
    print(error.code, file=sys.stderr)
    return 1


def print_uncaught(error: BaseException) -> None:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_filename in OWN_FILES:
        traceback = traceback.tb_next  # users see the frames that they would see without us
    try:
        sys.excepthook(type(error), error.with_traceback(traceback), traceback)
    except BaseException as broken:
        sys.__excepthook__(type(broken), broken, broken.__traceback__)


def finish_interpreter() -> bool:
    """Threads, exit handlers, buffers: the order of Py_FinalizeEx. False when standard output was lost."""
    for step in (threading._shutdown, run_exit_handlers, flush_open_files):
        try:
            step()
        except BaseException as error:
            print_uncaught(error)
    libc.fflush(None)
    return all([flush_stream(stream) for stream in (sys.stdout, sys.stderr)])


def flush_stream(stream) -> bool:
    try:
        if stream is not None and not stream.closed:
            stream.flush()
        return True
    except BaseException as error:
        if stream is sys.stdout:  # in the words of Python
            print(f'Exception ignored in: {stream!r}\n{type(error).__name__}: {error}', file=sys.stderr)
        return False


def run_exit_handlers() -> None:
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass  # Python 3.9 raises what it has printed already, later ones only print


def flush_open_files() -> None:
    """Files that the program left open: a full teardown would flush them when it destroys the objects."""
    if not any(is_open_for_writing(int(name)) for name in os.listdir('/proc/self/fd') if int(name) > 2):
        return
    candidates = gc.get_objects()
    for kind in (io.TextIOWrapper, io.BufferedWriter, io.BufferedRandom):
        for opened in candidates:
            if type(opened) is kind and not opened.closed:
                opened.flush()


def is_open_for_writing(fd: int) -> bool:
    try:
        return fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
    except OSError:
        return False
