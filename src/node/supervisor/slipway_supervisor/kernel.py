"""What Python's os module lacks: namespaces, mounts, capabilities, and facts about processes that survive pid reuse."""
from __future__ import annotations

import collections
import ctypes
import os
import signal
import struct

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_NOATIME, MS_NODIRATIME, MS_RELATIME = 1 << 10, 1 << 11, 1 << 21
MS_BIND, MS_MOVE, MS_REC, MS_UNBINDABLE, MS_SLAVE = 1 << 12, 1 << 13, 1 << 14, 1 << 17, 1 << 19
MNT_DETACH = 2
NEW_MOUNT, NEW_UTS, NEW_USER, NEW_PID, NEW_NET = 0x00020000, 0x04000000, 0x10000000, 0x20000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 1, 36, 47, 2
CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN = 10, 12, 13, 21
#: What this program's own processes need in the user namespace of an unprivileged supervisor.
KEPT_CAPABILITIES = (CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN)
CAPABILITY_VERSION_3 = 0x20080522
STAT_BYTES_MAX = 4096  # of a process: 52 numbers and a name

libc = ctypes.CDLL(None, use_errno=True)
python_libc = ctypes.PyDLL(None, use_errno=True)  # its calls keep the lock of the interpreter

# `cpu_ticks` is its own time, `cpu_ticks_reaped` that of its children that have ended and were waited for.
ProcessStat = collections.namedtuple('ProcessStat', 'parent start_time cpu_ticks cpu_ticks_reaped')


class Unfit(Exception):
    """A sentence that says why a process can not be the parent of steps. It would not be one the next time either."""


class Unfinished(Exception):
    """A sentence that says why it can not be one now."""


def system_call(what: str, name: str, *arguments) -> int:
    result = getattr(libc, name)(*arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f'{what}: {os.strerror(code)}')
    return result


def unshare(flags: int) -> None:
    system_call('make namespaces', 'unshare', flags)


def join_namespaces(pid: int) -> None:
    """Joins those of another process that are not this one's already; PID takes effect for children. Loses the way to files:
    import everything before."""
    names = (('user', NEW_USER), ('pid', NEW_PID), ('uts', NEW_UTS), ('net', NEW_NET), ('mnt', NEW_MOUNT))
    joined = []
    for name, kind in names:
        if os.readlink(f'/proc/{pid}/ns/{name}') != os.readlink(f'/proc/self/ns/{name}'):
            joined.append((name, kind, os.open(f'/proc/{pid}/ns/{name}', os.O_RDONLY)))
    for name, kind, fd in joined:
        system_call(f'enter the {name} namespace', 'setns', fd, kind)
        os.close(fd)


def join_network(namespace: int) -> None:
    """Of a descriptor; the calling thread alone."""
    system_call('enter a network namespace', 'setns', namespace, NEW_NET)


def fork_quietly() -> int:
    """Without the callbacks of os.fork, which write to some two hundred pages that the child has to copy. The child may run
    this program's code only; what it forks with os.fork is a whole Python again."""
    pid = python_libc.fork()
    if pid < 0:
        code = ctypes.get_errno()
        raise OSError(code, f'fork: {os.strerror(code)}')
    return pid


class PidNamespaces:
    """Makes children that are pid 1. Where this process may not return to its own namespace, each needs one in between."""

    def __init__(self) -> None:
        try:
            self.own = os.open('/proc/self/ns/pid', os.O_RDONLY)
            self.return_to_own()
            self.is_between_needed = False
        except OSError:
            self.is_between_needed = True

    def return_to_own(self) -> None:
        system_call('return to the PID namespace', 'setns', self.own, NEW_PID)

    def fork_beside(self, pid: int) -> int:
        """As os.fork; the child is in the PID namespace of another process, as one of many."""
        namespace = os.open(f'/proc/{pid}/ns/pid', os.O_RDONLY)
        system_call('enter the PID namespace', 'setns', namespace, NEW_PID)
        child = -1
        try:
            child = fork_quietly()
            return child
        finally:
            if child != 0 and not self.is_between_needed:
                self.return_to_own()
                os.close(namespace)

    def fork(self) -> int:
        """As os.fork; the child is pid 1. Whoever needs one in between is that one, and ends afterwards."""
        unshare(NEW_PID)
        pid = -1
        try:
            pid = fork_quietly()
            return pid
        finally:
            if pid != 0 and not self.is_between_needed:
                self.return_to_own()


mount_call = libc.mount
mount_call.argtypes = (ctypes.c_char_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p)


def mount(source: str, target: str, kind: str = '', flags: int = 0, options: str = '') -> None:
    """Some forty times in each sandbox."""
    if mount_call(os.fsencode(source), os.fsencode(target), kind.encode(), flags, options.encode()) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f'mount {source or kind} on {target}: {os.strerror(code)}')


def unmount(target: str, flags: int) -> None:
    system_call(f'unmount {target}', 'umount2', os.fsencode(target), flags)


def pivot_into(directory: str) -> None:
    """Makes a mount point the root of this mount namespace and lets go of the old one."""
    os.chdir(directory)
    system_call('change the root', 'pivot_root', b'.', b'.')
    system_call('leave the old root', 'umount2', b'.', MNT_DETACH)
    os.chdir('/')


def open_memory_file(content: bytes) -> int:
    """A descriptor to read `content` from. (os.memfd_create is missing in interpreters that were built on old systems.)"""
    fd = system_call('make a memory file', 'memfd_create', b'slipway', 1)
    with os.fdopen(fd, 'wb', closefd=False) as file:
        file.write(content)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def prctl(what: str, option: int, *arguments: int) -> None:
    padded = (*arguments, 0, 0, 0, 0)[:4]
    system_call(what, 'prctl', option, *(ctypes.c_ulong(argument) for argument in padded))


def set_capabilities(permitted: int, inheritable: int) -> None:
    """Sets the lower 32 capabilities and drops the others; what is permitted is effective."""
    header = struct.pack('=Ii', CAPABILITY_VERSION_3, 0)
    system_call('set capabilities', 'capset', header, struct.pack('=6I', permitted, permitted, inheritable, 0, 0, 0))


def enter_user_namespace() -> None:
    """Maps uid and gid to themselves and keeps capabilities (of the new namespace only) across exec."""
    uid, gid = os.geteuid(), os.getegid()
    unshare(NEW_USER)
    for name, text in (('setgroups', 'deny'), ('uid_map', f'{uid} {uid} 1'), ('gid_map', f'{gid} {gid} 1')):
        with open(f'/proc/self/{name}', 'w') as file:
            file.write(text)
    set_capabilities(0xFFFFFFFF, inheritable=sum(1 << capability for capability in KEPT_CAPABILITIES))
    for capability in KEPT_CAPABILITIES:
        prctl('keep capabilities', PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def read_stat(pid) -> ProcessStat | None:
    """Field numbers as in proc(5); None when there is no such process."""
    fields = read_stat_fields(pid)
    if fields is None:
        return None
    own, reaped = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
    return ProcessStat(int(fields[1]), int(fields[19]), cpu_ticks=own, cpu_ticks_reaped=reaped)


def read_start_time(pid) -> int:
    """0 when there is no such process. In a fork every line of Python costs copies of pages: this does without `open` and tuples."""
    fields = read_stat_fields(pid)
    return 0 if fields is None else int(fields[19])


def read_stat_fields(pid) -> list[bytes] | None:
    """From field 3 on."""
    try:
        fd = os.open(f'/proc/{pid}/stat', os.O_RDONLY)
    except OSError:
        return None
    try:
        text = os.read(fd, STAT_BYTES_MAX)
    except OSError:
        return None
    finally:
        os.close(fd)
    return text[text.rindex(b')') + 2:].split()


def read_processes() -> dict[int, ProcessStat]:
    found = {int(name): read_stat(name) for name in os.listdir('/proc') if name.isdigit()}
    return {pid: facts for pid, facts in found.items() if facts}


def descendants(pid: int, processes: dict[int, ProcessStat]) -> list[int]:
    children = collections.defaultdict(list)
    for child, facts in processes.items():
        children[facts.parent].append(child)
    found, pending = [], list(children[pid])
    while pending:
        child = pending.pop()
        found.append(child)
        pending.extend(children[child])
    return found


def is_alive(pid: int, start_time: int) -> bool:
    facts = read_stat(pid)
    return facts is not None and facts.start_time == start_time


def send_signal(pid: int, start_time: int, number: int) -> bool:
    """Signals exactly this process; False when it has ended, even if another one has its pid by now."""
    pidfd = -1
    try:
        if hasattr(os, 'pidfd_open') and hasattr(signal, 'pidfd_send_signal'):
            pidfd = os.pidfd_open(pid)  # pins the process before its start time is compared
    except ProcessLookupError:
        return False
    except OSError:
        pass  # a kernel before 5.3: compare, then kill
    try:
        if not is_alive(pid, start_time):
            return False
        if pidfd >= 0:
            signal.pidfd_send_signal(pidfd, number)
        else:
            os.kill(pid, number)
        return True
    except ProcessLookupError:
        return False
    finally:
        if pidfd >= 0:
            os.close(pidfd)


def kill_quietly(pid: int) -> None:
    """SIGKILL to a process, or to all that one may signal (-1), if there are any."""
    try:
        os.kill(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def describe(error: BaseException) -> str:
    """An error as one sentence without Python's decoration."""
    if isinstance(error, OSError) and error.strerror:
        return f'{error.strerror}: {error.filename}' if error.filename else error.strerror
    return f'{type(error).__name__}: {error}' if str(error) else type(error).__name__
