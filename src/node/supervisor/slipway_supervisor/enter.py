"""One more command in a running container: joins its namespaces, runs the command there, carries its streams.

Descriptors: 0, 1 and 2 are the streams of whoever asked, 3 is a socket of JSON lines. The first line is the request; later
ones resize the terminal ({"rows": 24, "columns": 80}). Answers are {"started": true} and then {"code": N}, or
{"failed": sentence}. The end of that socket (whoever asked is gone) kills the command with all of its session that is still in
its process group; so does the end of the container's main process.
"""
from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import socket
import struct
import termios

from .command import become_user, execute, find_program, reset_signals
from .kernel import PR_SET_PDEATHSIG, describe, is_alive, join_namespaces, kill_quietly, prctl

CONTROL_FD = 3
READ_BYTES_MAX = 64 * 1024
END_OF_INPUT = b'\x04'  # as typed into a terminal
REQUEST_BYTES_MAX = 16 * 1024 * 1024
DEATH_POLL_MS = 500  # where the kernel has no pidfd


def enter() -> None:
    control = socket.socket(fileno=CONTROL_FD)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    wake, wake_writer = os.pipe()
    for fd in (wake, wake_writer):
        os.set_blocking(fd, False)
    try:
        request, early_commands = read_request(control)
        streams = open_streams(request['tty'])
        watch = open_process(request['pid'], request['startTime'])
        request['entrances'] = [os.open(f'{group}/cgroup.procs', os.O_WRONLY) for group in request.get('controlGroups', ())]
        if request['isSandbox']:
            join_namespaces(request['pid'])
        pid = start(request, streams)
    except BaseException as error:
        answer(control, {'failed': describe(error)})
        os._exit(1)
    answer(control, {'started': True})
    signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    os.write(wake_writer, b'.')  # it may have ended already
    carrier = Carrier(pid, streams, control, watch, request)
    carrier.obey(early_commands)
    answer(control, {'code': carrier.run(wake)})
    os._exit(0)


def read_request(control: socket.socket) -> tuple[dict, bytes]:
    """And what came after it."""
    text = b''
    while b'\n' not in text and len(text) < REQUEST_BYTES_MAX:
        chunk = control.recv(READ_BYTES_MAX)
        if not chunk:
            os._exit(1)  # whoever asked is gone
        text += chunk
    first, _, rest = text.partition(b'\n')
    return json.loads(first), rest


class Streams:
    """`theirs` become 0, 1 and 2 of the command; `stdin` is written to, `outputs` are pairs of a source and a target."""

    def __init__(self, theirs: list[int], stdin: int, outputs: list[tuple[int, int]], terminal: int) -> None:
        self.theirs, self.stdin, self.outputs, self.terminal = theirs, stdin, outputs, terminal


def open_streams(is_terminal: bool) -> Streams:
    if is_terminal:
        terminal, theirs = os.openpty()
        return Streams([theirs, theirs, theirs], os.dup(terminal), [(terminal, 1)], terminal)
    (stdin_reader, stdin), (stdout, stdout_writer), (stderr, stderr_writer) = os.pipe(), os.pipe(), os.pipe()
    return Streams([stdin_reader, stdout_writer, stderr_writer], stdin, [(stdout, 1), (stderr, 2)], -1)


def open_process(pid: int, start_time: int) -> int:
    """A descriptor that is readable when exactly this process has ended; -1 where the kernel has none."""
    try:
        fd = os.pidfd_open(pid) if hasattr(os, 'pidfd_open') else -1
    except ProcessLookupError:
        fd = -1
    except OSError:
        fd = -1
    if not is_alive(pid, start_time):
        raise ProcessLookupError('the container has ended')
    return fd


def start(request: dict, streams: Streams) -> int:
    """The command's pid, once it has been executed. Raises what kept it from it."""
    failure_reader, failure_writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        become_command(request, streams, failure_writer)
    os.close(failure_writer)
    for fd in set(streams.theirs):
        os.close(fd)
    with os.fdopen(failure_reader, 'rb') as file:
        failure = file.read()
    if failure:
        os.waitpid(pid, 0)
        raise RuntimeError(failure.decode(errors='replace'))
    return pid


def become_command(request: dict, streams: Streams, failure: int) -> None:
    try:
        for entrance in request['entrances']:
            os.write(entrance, b'0')
        os.setsid()
        os.umask(0o022)
        reset_signals()
        if streams.terminal >= 0:
            fcntl.ioctl(streams.theirs[0], termios.TIOCSCTTY, 0)
        for fd, source in enumerate(streams.theirs):
            os.dup2(source, fd)
        os.dup2(failure, CONTROL_FD, inheritable=False)
        failure = CONTROL_FD
        os.closerange(CONTROL_FD + 1, os.sysconf('SC_OPEN_MAX') if os.sysconf('SC_OPEN_MAX') < 4096 else 4096)
        become_user(request['user'])
        prctl('die with whoever asked', PR_SET_PDEATHSIG, signal.SIGKILL)
        os.chdir(request['cwd'])
        execute(find_program(request['argv'][0], request['env']), request['argv'], request['env'])
    except BaseException as error:
        os.write(failure, describe(error).encode(errors='replace'))
    finally:
        os._exit(127)


class Carrier:
    """Copies between the command and whoever asked, in one thread: none can be made by a process that has joined a PID namespace.
    Output is written blocking, so a slow reader slows the command; input waits here while the command does not read."""

    def __init__(self, pid: int, streams: Streams, control: socket.socket, watch: int, request: dict) -> None:
        self.pid, self.streams, self.control, self.watch, self.request = pid, streams, control, watch, request
        self.sources = dict(streams.outputs)
        self.pending, self.is_input_over, self.commands = b'', False, b''
        self.is_control_open, self.is_container_dead = True, False
        os.set_blocking(streams.stdin, False)

    def run(self, wake: int) -> int:
        """Until the command has ended and all that it wrote is passed on; its exit code, 128 + signal number as shells have it.
        What its background children hold open does not keep it: after its end only what is there already counts."""
        status = None
        while True:
            ready = self.wait(wake, is_over=status is not None)
            if status is None:
                pid, state = os.waitpid(self.pid, os.WNOHANG)
                status = state if pid else None
            for source in [fd for fd in self.sources if fd in ready]:
                self.pass_output(source)
            if status is not None:
                if not any(fd in ready for fd in self.sources):
                    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
                continue
            if wake in ready:
                os.read(wake, READ_BYTES_MAX)
            if 0 in ready:
                self.read_input()
            if self.streams.stdin in ready:
                self.pass_input()
            if CONTROL_FD in ready:
                self.hear()
            if self.watch in ready or self.watch < 0 and not is_alive(self.request['pid'], self.request['startTime']):
                self.is_container_dead = True
                end_command(self.pid)

    def wait(self, wake: int, is_over: bool) -> set[int]:
        poll = select.poll()
        for fd in self.sources:
            poll.register(fd, select.POLLIN)
        if is_over:
            return {fd for fd, _ in poll.poll(0)}
        poll.register(wake, select.POLLIN)
        if self.is_control_open:
            poll.register(CONTROL_FD, select.POLLIN)
        if self.watch >= 0 and not self.is_container_dead:
            poll.register(self.watch, select.POLLIN)
        if self.pending:
            poll.register(self.streams.stdin, select.POLLOUT)
        elif not self.is_input_over:
            poll.register(0, select.POLLIN)
        return {fd for fd, _ in poll.poll(DEATH_POLL_MS if self.watch < 0 else None)}

    def pass_output(self, source: int) -> None:
        try:
            chunk = os.read(source, READ_BYTES_MAX)
            view = memoryview(chunk)
            while view:
                view = view[os.write(self.sources[source], view):]
        except OSError:
            chunk = b''  # the terminal was hung up, or nobody reads any more
        if not chunk:
            del self.sources[source]
            if self.streams.terminal < 0:
                os.close(source)

    def read_input(self) -> None:
        self.pending = os.read(0, READ_BYTES_MAX)
        if self.pending:
            return self.pass_input()
        self.is_input_over = True
        if self.streams.terminal >= 0:
            self.pending = END_OF_INPUT
            self.pass_input()
        else:
            os.close(self.streams.stdin)

    def pass_input(self) -> None:
        try:
            self.pending = self.pending[os.write(self.streams.stdin, self.pending):]
        except BlockingIOError:
            pass
        except OSError:
            self.pending, self.is_input_over = b'', True  # the command reads no more

    def hear(self) -> None:
        chunk = self.control.recv(READ_BYTES_MAX)
        if chunk:
            return self.obey(chunk)
        self.is_control_open = False
        end_command(self.pid)

    def obey(self, chunk: bytes) -> None:
        *lines, self.commands = (self.commands + chunk).split(b'\n')
        for line in lines:
            size = json.loads(line)
            if self.streams.terminal >= 0:
                fcntl.ioctl(self.streams.terminal, termios.TIOCSWINSZ, struct.pack('4H', size['rows'], size['columns'], 0, 0))


def end_command(pid: int) -> None:
    """Its whole process group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except OSError:
        kill_quietly(pid)


def answer(control: socket.socket, message: dict) -> None:
    try:
        control.sendall(json.dumps(message).encode() + b'\n')
    except OSError:
        os._exit(1)  # whoever asked is gone; so is the command
