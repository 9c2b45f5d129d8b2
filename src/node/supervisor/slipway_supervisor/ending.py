"""The end of a forked step, in the order of Py_RunMain and Py_FinalizeEx. What the parent imported stays as it is, which is what makes a
whole teardown slow; what the program itself made is destroyed, so that files, archives and objects with a finalizer end as in a new
interpreter."""
from __future__ import annotations

import _signal
import _thread
import atexit
import fcntl
import gc
import io
import os
import sys
import threading
import weakref

from .kernel import libc

EXIT_CODE_LOST_OUTPUT = 120  # as Python: standard output could not be flushed
EXIT_CODE_INTERRUPTED = 130  # when the signal itself does not end the process
FINISH_SECONDS_MAX = 1.0
OWN_FILES = tuple(
    os.path.join(directory, name)
    for directory, name in (
        (os.path.dirname(__file__), 'ending.py'), (os.path.dirname(__file__), 'module.py'),
        (os.path.dirname(os.path.dirname(__file__)), 'supervisor.py'),
    )
)
BUFFERED = (io.BufferedWriter, io.BufferedRandom)
FLUSHED = (io.TextIOWrapper, *BUFFERED, io.BufferedRWPair)
#: Modules of the standard library whose objects finish a file when they are destroyed, with the types and what does it.
FINISHED_BY_METHOD = (('zipfile', 'ZipFile', 'close'), ('shelve', 'Shelf', 'close'), ('dbm.dumb', '_Database', 'close'))
# A program may have replaced these.
leave, display = os._exit, sys.__excepthook__


def end_process(ended_by: list[BaseException | None], write_reports, find_own_modules) -> None:
    """Never returns. What ended the program is taken out of its list: nothing of ours may hold what hangs on its frames."""
    code = 1
    try:
        error = ended_by.pop()
        is_interrupted = type(error) is KeyboardInterrupt
        code = tell_of(error)
        del error
        if not finish_program():
            code = EXIT_CODE_LOST_OUTPUT
        write_reports()
        destroy(find_own_modules())
        flush_quietly()
        if is_interrupted:
            code = EXIT_CODE_INTERRUPTED
            _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
            os.kill(os.getpid(), _signal.SIGINT)
    finally:
        leave(code & 0xFF)


# ------------------------------------------------------------------------------------------------ how the program ended

def tell_of(error: BaseException | None) -> int:
    """The exit code; what has to be said of it is said."""
    if error is None:
        return 0
    try:
        if not isinstance(error, SystemExit):
            print_uncaught(error)
            return 1
    except SystemExit as raised:  # by the program's own hook
        error = raised
    return exit_code_of(error)


def exit_code_of(error: SystemExit) -> int:
    try:
        value = error.code
    except BaseException:
        value = error
    if value is None:
        return 0
    if issubclass(type(value), int):
        number = int.__add__(value, 0)
        return number & 0xFF if -sys.maxsize - 1 <= number <= sys.maxsize else 0xFF  # what no long can hold is -1
    say(value)
    return 1


def say(value) -> None:
    """And a new line, to standard error; to its descriptor where the program took the stream away."""
    stream = getattr(sys, 'stderr', None)
    try:
        write_raw(value) if stream is None else stream.write(str(value))
    except BaseException:
        pass  # as Python: the new line comes all the same
    write_text('\n')


def write_text(text: str) -> None:
    try:
        sys.stderr.write(text)
    except BaseException:
        write_raw(text)


def write_raw(value) -> None:
    try:
        os.write(2, str(value).encode(errors='backslashreplace'))
    except OSError:
        pass  # nobody reads it


def print_uncaught(error: BaseException) -> None:
    """Raises SystemExit when the program's hook does."""
    traceback = error.__traceback__ = without_own_frames(error.__traceback__)
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, traceback
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    try:
        hook = sys.excepthook
    except AttributeError:
        write_text('sys.excepthook is missing\n')
        return display(type(error), error, traceback)
    try:
        hook(type(error), error, traceback)
    except SystemExit:
        raise
    except BaseException as broken:
        broken.__traceback__ = without_own_frames(broken.__traceback__)
        write_text('Error in sys.excepthook:\n')
        display(type(broken), broken, broken.__traceback__)
        write_text('\nOriginal exception was:\n')
        display(type(error), error, traceback)


def without_own_frames(traceback):
    """Users see the frames that they would see without us."""
    while traceback is not None and traceback.tb_frame.f_code.co_filename in OWN_FILES:
        traceback = traceback.tb_next
    return traceback


def tell_unraisable(error: BaseException, thing, message: str) -> None:
    """As Python tells what nobody can catch any more; `message` is that of 3.14 and newer, which do not name the thing."""
    hook, seen = sys.unraisablehook, []
    try:
        sys.unraisablehook = lambda arguments: seen.append(type(arguments))  # the only way to this type
        Unraisable()
    finally:
        sys.unraisablehook = hook
    is_named = sys.version_info < (3, 14)
    facts = (type(error), error, without_own_frames(error.__traceback__), None if is_named else message, thing if is_named else None)
    try:
        hook(seen[0](facts))
    except BaseException:
        pass  # nor can this be caught


class Unraisable:
    def __del__(self) -> None:
        raise RuntimeError


# ---------------------------------------------------------------------------------------------------- what comes after

def finish_program() -> bool:
    """Threads, exit handlers, standard streams. False when standard output was lost."""
    try:
        threading._shutdown()
    except BaseException as error:
        tell_unraisable(error, threading, 'Exception ignored on threading shutdown')
    try:
        atexit._run_exitfuncs()
    except BaseException:
        pass  # Python 3.9 raises what it has printed already, later ones only print
    return flush_standard_streams()


def flush_standard_streams() -> bool:
    is_whole = True
    for name in ('stdout', 'stderr'):
        stream = getattr(sys, name, None)
        if stream is None or is_closed(stream):
            continue
        try:
            stream.flush()
        except BaseException as error:
            is_whole = False
            if name == 'stdout':
                tell_unraisable(error, stream, 'Exception ignored while flushing sys.stdout')
    return is_whole


def is_closed(stream) -> bool:
    """What does not say so is open."""
    try:
        return bool(stream.closed)
    except BaseException:
        return False


def flush_quietly() -> None:
    """What finalizers have printed, and what is left in the streams from before the program replaced them."""
    for name in ('stdout', 'stderr', '__stdout__', '__stderr__'):
        try:
            getattr(sys, name).flush()
        except BaseException:
            continue
    libc.fflush(None)


def destroy(names: list[str]) -> None:
    """The modules of these names, oldest first, and all that hangs on them. Where threads of the program go on, which a teardown would
    have stopped, they keep what they use, and only files are finished."""
    for number in range(1, _signal.NSIG):
        if callable(_signal.getsignal(number)):
            _signal.signal(number, _signal.SIG_DFL)
    for name in ('last_type', 'last_value', 'last_traceback', 'last_exc'):
        vars(sys).pop(name, None)
    if _thread._count() == 0:
        flush_plain_files()
        clear_modules([sys.modules.pop(name) for name in reversed(names)])
        return finish_open_files()
    gc.collect()
    is_over = _thread.allocate_lock()
    is_over.acquire()
    _thread.start_new_thread(finish_open_files, (is_over,))
    is_over.acquire(timeout=FINISH_SECONDS_MAX)  # one of those threads may hold the lock of a file for ever


def flush_plain_files() -> None:
    """Kinder than an interpreter: of a file in a cycle of references the collector may close the descriptor before the buffers are written."""
    if not is_anything_open():
        return
    for file in gc.get_objects():
        if issubclass(type(file), (io.TextIOWrapper, *BUFFERED)) and is_plain(file):
            call_quietly(file, 'flush')


def is_plain(file) -> bool:
    """Not one that compresses, or does what else a class may do."""
    try:
        buffer = file.buffer if issubclass(type(file), io.TextIOWrapper) else file
        return issubclass(type(buffer), BUFFERED) and type(buffer.raw) is io.FileIO
    except BaseException:
        return False  # it was detached


def clear_modules(modules: list) -> None:
    references = [weakref.ref(module) for module in modules]
    modules.clear()
    gc.collect()  # what the parent made is frozen, and not looked at
    for module in filter(None, [reference() for reference in references]):
        names = vars(module)
        for is_private in (True, False):
            for name in list(names):
                if (name[:1] == '_' and name[1:2] != '_') == is_private and name != '__builtins__':
                    names[name] = None


def finish_open_files(is_over=None) -> None:
    """Those that something outside of the program's own modules still holds. Releases the lock at its end."""
    try:
        if is_anything_open():
            finish_files(gc.get_objects())
    finally:
        if is_over is not None:
            is_over.release()


def finish_files(objects: list) -> None:
    kinds = [(kind, method) for kind, method in map(find_kind, FINISHED_BY_METHOD) if kind is not None]
    for candidate in objects:
        for kind, method in kinds:
            if issubclass(type(candidate), kind):
                call_quietly(candidate, method)
    files = [file for file in objects if issubclass(type(file), io.IOBase) and not is_closed(file)]
    for kind in FLUSHED:
        for file in files:
            if issubclass(type(file), kind):
                call_quietly(file, 'flush')
    for file in files:
        if not issubclass(type(file), (*FLUSHED, io.FileIO, io.BufferedReader)) and type(file).__module__ != '_io':
            call_quietly(file, 'close')  # a compressed file has an end to write
    for file in files:
        if issubclass(type(file), FLUSHED):
            call_quietly(file, 'flush')


def find_kind(entry: tuple[str, str, str]) -> tuple:
    module, name, method = entry
    return getattr(sys.modules.get(module), name, None), method


def call_quietly(thing, method: str) -> None:
    try:
        getattr(thing, method)()
    except BaseException:
        pass  # as at the end of an interpreter


def is_anything_open() -> bool:
    """For writing, beyond the standard streams."""
    return any(is_open_for_writing(int(name)) for name in os.listdir('/proc/self/fd') if int(name) > 2)


def is_open_for_writing(fd: int) -> bool:
    try:
        return fcntl.fcntl(fd, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY
    except OSError:
        return False
