"""A forked step: what `python3 -m module args` does in a new process."""
from __future__ import annotations

import builtins
import functools
import gc
import importlib
import importlib.util
import json
import os
import runpy
import sys
import threading
import time
import types

from .ending import end_process, exit_code_of
from .generators import Generators
from .imports import set_mark
from .private_tmp import write_files

ARTIFACT_ROOTS = 'SLIPWAY_ARTIFACT_ROOTS'
SDK_MOUNTS = ('_GCS_LOCAL_MOUNT_PREFIX', '_MINIO_LOCAL_MOUNT_PREFIX', '_S3_LOCAL_MOUNT_PREFIX')


class TakenOver:
    """What the modules of a preloaded parent made of the process, so that a fork is what an import would have made."""

    def __init__(self) -> None:
        self.generators = Generators()
        self.variables: dict[str, str] = {}
        self.files: dict[str, bytes | None] = {}


taken_over = TakenOver()


class Step:
    """A context that yields the call by which `python -m` runs the module, and `end`, which is called after it: no exception is being
    handled any more then, as at the end of an interpreter. The interpreter has been made fresh before."""

    def __init__(self, module: str, args: list[str], env: dict[str, str], imports, reports: tuple) -> None:
        self.module, self.imports, self.reports = module, imports, reports
        self.errors: list[BaseException | None] = []
        take_arguments(module, args, env)

    def __enter__(self):
        if self.module in programs:
            give_program(self.module)
        return functools.partial(runpy._run_module_as_main, self.module)

    def __exit__(self, _kind, error: BaseException | None, _traceback) -> bool:
        self.errors.append(error)
        return True

    def end(self) -> None:
        """Ends the process."""
        end_process(self.errors, self.write_reports, self.imports.own_modules)

    def write_reports(self) -> None:
        for report in self.reports:
            try:
                report.write()
            except BaseException:
                continue  # a program may have made anything of its process


#: Modules that steps run, by name: as runpy finds them.
programs: dict[str, tuple] = {}


def find_programs(names: list[str]) -> None:
    """In a parent, so that its forks need not look for them and read their code."""
    for name in names:
        module = sys.modules.get(name)
        if module is None or hasattr(module, '__path__'):
            continue  # a package runs another module
        del sys.modules[name]
        try:
            programs[name] = runpy._get_module_details(name)
        except BaseException:
            continue  # a fork that runs it says why
        finally:
            sys.modules[name] = module


def give_program(name: str) -> None:
    """runpy finds at once what it looks for next, this once."""
    look = runpy._get_module_details

    def find(_name: str, _error: type) -> tuple:
        runpy._get_module_details = look
        return programs[name]

    runpy._get_module_details = find


def make_interpreter_fresh() -> None:
    """Takes back what the parent and its forks have in common; needs to know nothing of the command."""
    fresh_main = types.ModuleType('__main__')
    fresh_main.__dict__['__builtins__'] = builtins
    if '__annotations__' in sys.modules['__main__'].__dict__:  # until Python 3.13
        fresh_main.__dict__['__annotations__'] = {}
    sys.modules['__main__'] = fresh_main
    set_mark()
    threading.main_thread()._set_native_id()  # the kernel's number of the thread, which only some releases look up anew
    taken_over.generators.reseed()
    if 'multiprocessing.process' in sys.modules:
        sys.modules['multiprocessing.process'].current_process().authkey = os.urandom(32)  # a secret of one process and its children
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
    if 'logging' in sys.modules:  # records count their time from its import
        logging = sys.modules['logging']
        logging._startTime = time.time_ns() if isinstance(logging._startTime, int) else time.time()
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
