"""The main process of a container: waits as a spare, furnishes its sandbox, becomes the command."""
from __future__ import annotations

import _signal  # sixty signals through the enums of signal take 0.3 ms and copy eighty pages
import collections
import errno
import fcntl
import json
import os
import select
import socket
import termios
import time

from .kernel import describe, join_network, libc, read_start_time, set_capabilities
from .memberships import Memberships
from .module import Step, make_interpreter_fresh, rehearse_module
from .pages import copy_pages
from .root import Root

#: As shells have them.
EXIT_CODE_FORBIDDEN = 126
EXIT_CODE_NOT_STARTED = 127
IGNORED_BY_PYTHON = (_signal.SIGPIPE, _signal.SIGXFSZ)
MESSAGE_BYTES_MAX = 64 * 1024
close_range = getattr(libc, 'close_range', None)  # glibc 2.34


class Outfit(collections.namedtuple('Outfit', 'is_for_steps signals imports groups pages written_pages')):
    """What a spare is given by its parent: whether it may become a module (else another program only), the signals that are
    not as in a new process, reports to write at the end (that of the pages, or None), the control groups to join, and the pages to copy
    beforehand."""


def run_main(control: socket.socket, root: Root | None, outfit: Outfit) -> Step:
    """Returns when the command is a module. Says `started` right before the command runs, or `failed` with a sentence."""
    try:
        os.setsid()
        os.umask(0o022)
        reset_signals(outfit.signals)
        started = {'started': True, 'startTime': read_start_time('self')}
        if outfit.is_for_steps:
            make_interpreter_fresh()
        if root is not None:
            root.build()  # here and not by init, so that only one process copies the pages that it takes
        if outfit.written_pages:
            outfit.written_pages.begin()
        if not is_readable(control) and not copy_pages(outfit.pages):
            rehearse(root, outfit.is_for_steps)
        if not is_readable(control):
            outfit.groups.expect()
        message, descriptors, _, _ = socket.recv_fds(control, MESSAGE_BYTES_MAX, 8)
        if not descriptors:
            os._exit(0)  # the spare is not needed any more
        if not message.startswith(b'{'):  # too large for it
            with os.fdopen(descriptors.pop(0), 'rb') as file:
                message = file.read()
        request = json.loads(message)
        stdout, stderr, *others = descriptors
        takes_input = request.get('stdin') or request.get('tty')
        stdin = others.pop(0) if takes_input else os.open('/dev/null', os.O_RDONLY)
        for namespace in others:
            join_network(namespace)
        command = request['command']
        outfit.groups.take(request['groups'])  # as long as the machine's own tree is to be seen
        furnish(request, root)
        for fd, source in ((0, stdin), (1, stdout), (2, stderr)):
            os.dup2(source, fd)
        if request.get('tty'):
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        become_user(request.get('user'))
        os.chdir(command['cwd'])
        program = find_program(command['argv'][0], command['env']) if command['kind'] == 'exec' else ''
        control.send(json.dumps({**started, 'startedAtMs': int(time.time() * 1000), 'groups': outfit.groups.paths}).encode())
    except BaseException as error:
        control.send(json.dumps({'failed': describe(error)}).encode())
        os._exit(1)
    control.detach()  # closed as a number below: the socket object would later close whoever got that number
    close_descriptors()
    try:
        if program:
            if outfit.written_pages:
                outfit.written_pages.write()
            execute(program, command['argv'], command['env'])
        reports = (outfit.imports, outfit.written_pages) if outfit.written_pages else (outfit.imports,)
        return Step(command['module'], command['args'], command['env'], outfit.imports, reports)
    except BaseException as error:  # an argument or a variable with a NUL byte in it
        say_not_started(program or command['module'], error)
        os._exit(EXIT_CODE_NOT_STARTED)


def furnish(request: dict, root: Root | None) -> None:
    """Mounts and files; afterwards nothing outside of the container's own root can be reached."""
    if root is not None:
        sandbox, root.user = request['sandbox'], request.get('user')
        root.bind(sandbox['tmpDir'], '/tmp')
        volumes = [root.bind(wanted['source'], wanted['target'], wanted['readOnly']) for wanted in request['mounts']]
        root.place(request['command']['cwd'], is_directory=True)
        if sandbox.get('isReadOnly'):
            root.seal(volumes)
        root.enter()
        if sandbox.get('hostname'):
            socket.sethostname(sandbox['hostname'])
    for file in request.get('files', ()):
        os.makedirs(os.path.dirname(file['path']), exist_ok=True)
        with open(file['path'], 'w', encoding='utf-8', newline='') as opened:
            opened.write(file['text'])


def is_readable(control: socket.socket) -> bool:
    poll = select.poll()
    poll.register(control, select.POLLIN)
    return len(poll.poll(0)) > 0


def rehearse(root: Root | None, is_for_steps: bool) -> None:
    """Touches, as long as nobody waits, what the start of a command touches: the first write of a fork to each page copies
    it, and some hundred pages take longer than all the rest."""
    json.loads(json.dumps({'env': dict(os.environ), 'files': [{'path': '/', 'text': 'x' * 5000}], 'pid': 1, 'on': True}))
    with open('/dev/null', 'w', encoding='utf-8', newline='') as file:
        file.write('x')
    if root is not None:
        root.place('/usr/', is_directory=True)
    os.listdir('/proc/self/fd')
    if is_for_steps:
        rehearse_module()


def reset_signals(numbers=range(1, _signal.NSIG)) -> None:
    """Signals as a new Python has them: all at their defaults, with three exceptions. Only these `numbers` are not."""
    _signal.set_wakeup_fd(-1)
    for number in numbers:
        try:
            _signal.signal(number, _signal.SIG_DFL)
        except (OSError, ValueError):
            continue  # SIGKILL, SIGSTOP, and two that libc keeps for threads
    _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    for number in IGNORED_BY_PYTHON:
        _signal.signal(number, _signal.SIG_IGN)


def changed_signals() -> tuple[int, ...]:
    """Those that this process ignores or handles, in whatever language, and the one that its children send."""
    with open('/proc/self/status') as file:
        masks = [int(line.split()[1], 16) for line in file if line.startswith(('SigIgn:', 'SigCgt:'))]
    return tuple(number for number in range(1, _signal.NSIG) if number == _signal.SIGCHLD or any(mask >> number - 1 & 1 for mask in masks))


def become_user(user: dict | None) -> None:
    if user is not None:
        os.setgroups(user.get('groups') or [user['gid']])
        os.setgid(user['gid'])
        os.setuid(user['uid'])
    elif os.geteuid() != 0:
        set_capabilities(0, inheritable=0)  # those of the user namespace; the ambient set follows


def find_program(name: str, env: dict[str, str]) -> str:
    if '/' in name:
        candidates = [name]
    else:
        candidates = [os.path.join(directory, name) for directory in env.get('PATH', os.defpath).split(os.pathsep)]
    for path in candidates:
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    if any(map(os.path.exists, candidates)):
        raise PermissionError(errno.EACCES, f'exec: "{name}": permission denied')
    where = 'no such file or directory' if '/' in name else 'executable file not found in $PATH'
    raise FileNotFoundError(errno.ENOENT, f'exec: "{name}": {where}')


def close_descriptors() -> None:
    if close_range is not None and close_range(3, 0x7FFFFFFF, 0) == 0:
        return
    for name in os.listdir('/proc/self/fd'):
        if int(name) > 2:
            try:
                os.close(int(name))
            except OSError:
                continue  # the one by which the directory was listed


def execute(program: str, argv: list[str], env: dict[str, str]) -> None:
    for number in IGNORED_BY_PYTHON:
        _signal.signal(number, _signal.SIG_DFL)
    try:
        os.execve(program, argv, env)
    except OSError as error:  # a script whose interpreter is missing, a binary of another machine
        say_not_started(program, error)
        os._exit(EXIT_CODE_FORBIDDEN if isinstance(error, PermissionError) else EXIT_CODE_NOT_STARTED)


def say_not_started(what: str, error: BaseException) -> None:
    os.write(2, f'{what}: {describe(error)}\n'.encode(errors='backslashreplace'))
