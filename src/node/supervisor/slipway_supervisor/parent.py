"""The warm parent, and the init of each container that it forks."""
from __future__ import annotations

import _signal  # init has no use for the enums of signal, whose first use copies forty pages
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time

from .command import Outfit, changed_signals, run_main
from .imports import ImportReport, find_unsteady, package_places
from .kernel import (
    PR_SET_CHILD_SUBREAPER, PR_SET_PDEATHSIG, PidNamespaces, Unfinished, Unfit, descendants, describe, fork_quietly, kill_quietly,
    prctl, read_processes, read_start_time, unshare,
)
from .memberships import Memberships
from .module import Step, find_programs, rehearse_command_line
from .pages import PageReport, pack_pages
from .root import INIT_NAMESPACES, Root
from .stats import read_anonymous_bytes

MESSAGE_BYTES_MAX = 64 * 1024
HELP_BYTES_MAX = MESSAGE_BYTES_MAX - 1024
SWEEP_SECONDS_MAX = 5.0


def run_parent(control_fd: int) -> Step:
    """Imports, then forks one spare per message; ends when the supervisor closes the socket. Returns in forks that became a
    step, and there only."""
    prctl('die with the supervisor', PR_SET_PDEATHSIG, signal.SIGKILL)
    control = socket.socket(fileno=control_fd)
    config = json.loads(control.recv(MESSAGE_BYTES_MAX))
    try:
        cost = prepare(config)
    except BaseException as error:
        is_unfit = isinstance(error, Unfit) and len(config['preload']) > 0
        tell(control, {'failed': str(error) if isinstance(error, (Unfit, Unfinished)) else describe(error), 'isUnfit': is_unfit})
        os._exit(1)
    if config['hasSteps']:
        rehearse_command_line()
        find_programs(config['modules'])
    places, signals = package_places(), changed_signals()
    tell(control, {'ready': True, 'cost': cost})
    gc.disable()
    gc.freeze()  # a collection in a child must not copy the pages of the parent
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever waits for an init looks at its socket
    namespaces, pages = PidNamespaces(), b''
    while message := control.recv(MESSAGE_BYTES_MAX):
        order = json.loads(message)
        if 'pages' in order:
            pages = pack_pages(order['pages'])
            continue
        written_pages = PageReport() if order['learns'] else None
        outfit = Outfit(config['hasSteps'], signals, ImportReport(places), Memberships(order['groups']), pages, written_pages)
        step = fork_spare(control, config['base'], namespaces, outfit, order)
        if step is not None:
            return step
    os._exit(0)


def prepare(config: dict) -> dict:
    """Imports, and says what that took."""
    began, known = time.monotonic(), set(sys.modules)
    descriptor_count = len(os.listdir('/proc/self/fd'))
    for name in config['modules']:
        try:
            importlib.import_module(name)
        except BaseException as error:
            raise Unfit(f'cannot import {name}: {describe(error)}') from error
    import_ms = round((time.monotonic() - began) * 1000)
    if config['hasSteps']:
        check_modules(known, descriptor_count)
    os.chdir('/')
    if config['preload']:
        from .preload import preload  # what it needs itself stays out of bare parents

        import_ms = preload(config['preload'], has_namespaces=config['base'] != '')
    gc.collect()
    return {'importMs': import_ms, 'memoryBytes': read_anonymous_bytes()}


def check_modules(known: set[str], descriptor_count: int) -> None:
    """Raises Unfit where forks would see, or lack, what the modules made of this process."""
    if unsteady := find_unsteady(known):
        raise Unfit(unsteady)
    if len(os.listdir('/proc/self/task')) > 1:
        raise Unfit('a module starts threads of its own, which a fork would lack')
    if len(os.listdir('/proc/self/fd')) > descriptor_count:
        raise Unfit('a module opens files when it is imported and keeps them open')


def tell(control: socket.socket, message: dict) -> None:
    try:
        control.send(json.dumps(message).encode())
    except OSError:
        pass  # the supervisor is gone: nobody is left to tell, and whoever reads next sees the end


def fork_spare(control: socket.socket, base: str, namespaces: PidNamespaces, outfit: Outfit, order: dict) -> Step | None:
    """None in the parent. `beside` another process it sees the processes of that one. The init of a sandbox is pid 1 of a new PID
    namespace. It stays this parent's child, and is adopted by the supervisor when this parent ends before it."""
    host, is_between = order['beside'], False
    try:
        if base and namespaces.is_between_needed:
            if fork_quietly() != 0:
                return None
            is_between = True
        theirs, ours = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, ours:
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)  # tells the pid of main as the supervisor sees it
            pid = fork_quietly() if not base else namespaces.fork_beside(host) if host else namespaces.fork()
            if pid == 0:
                is_between = False
                os.close(theirs.detach())
                os.close(control.detach())
                return run_init(ours, base, outfit, is_alone=base != '' and host == 0)
            message = {'guest' if host else 'spare': pid, 'startTime': read_start_time(pid), 'number': order['number']}
            socket.send_fds(control, [json.dumps(message).encode()], [theirs.fileno()])
    except BaseException as error:
        tell(control, {'guestFailed' if host else 'failed': f'cannot make a sandbox: {describe(error)}', 'number': order['number']})
    finally:
        if is_between:
            os._exit(0)
    return None


def run_init(control: socket.socket, base: str, outfit: Outfit, is_alone: bool) -> Step:
    """Returns in main. `is_alone`: all processes of its namespace are its own."""
    try:
        os.setsid()
        if base:
            unshare(INIT_NAMESPACES)
        if not is_alone:
            prctl('adopt descendants', PR_SET_CHILD_SUBREAPER, 1)
        wake_reader, wake_writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        _signal.set_wakeup_fd(wake_writer)
        _signal.signal(_signal.SIGCHLD, lambda *_: None)
        main = os.fork() if outfit.is_for_steps else fork_quietly()
        if main != 0:
            status = wait_for_end(control, main, wake_reader)
            finished_at_ms = int(time.time() * 1000)
            sweep(is_alone)
            control.send(end_message(status, finished_at_ms, outfit))
            os._exit(0)
    except BaseException as error:
        tell(control, {'failed': describe(error)})
        os._exit(0)
    return run_main(control, Root(base) if base else None, outfit)


def end_message(status: int, finished_at_ms: int, outfit: Outfit) -> bytes:
    """JSON by hand: the first use of the encoder copies more pages than all of the waiting."""
    if os.WIFSIGNALED(status):
        code, number = b'null', b'%d' % os.WTERMSIG(status)
    else:
        code, number = b'%d' % os.WEXITSTATUS(status), b'null'
    imported = outfit.imports.read()
    names = json.dumps(imported).encode() if imported else b'[]'
    pages = json.dumps(outfit.written_pages.read()).encode() if outfit.written_pages else b'[]'
    if len(names) + len(pages) > HELP_BYTES_MAX:
        pages = b'[]'  # the exit must arrive, they need not
    return b'{"code": %s, "signal": %s, "finishedAtMs": %d, "imported": %s, "pages": %s}' % (code, number, finished_at_ms, names, pages)


def wait_for_end(control: socket.socket, main: int, wake_reader: int) -> int:
    """The wait status of main, or SIGKILL when the supervisor closed its side, which is the order to end."""
    poll = select.poll()
    poll.register(control, select.POLLRDHUP)
    poll.register(wake_reader, select.POLLIN)
    while True:
        is_ordered = False
        for fd, _ in poll.poll():
            if fd == wake_reader:
                os.read(wake_reader, 1024)
            else:
                is_ordered = True
        pid = -1
        while pid != 0:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == main:
                return status
        if is_ordered:
            return signal.SIGKILL


def sweep(is_alone: bool) -> None:
    """Kills what is left and returns when it is gone. The kernel would kill it too, but only after the report."""
    deadline = time.monotonic() + SWEEP_SECONDS_MAX
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG)[0] != 0:
                continue
        except ChildProcessError:
            return
        for pid in (-1,) if is_alone else map(own_number, descendants(int(os.readlink('/proc/self')), read_processes())):
            kill_quietly(pid)
        time.sleep(0.001)


def own_number(pid: int) -> int:
    """The number of a process that /proc names, in the PID namespace of this one; 0 names none."""
    try:
        with open(f'/proc/{pid}/status') as file:
            numbers = next((line.split()[1:] for line in file if line.startswith('NSpid:')), [str(pid)])
    except OSError:
        return 0
    return int(numbers[-1])
