"""Limits of containers by control groups: version 2 where a directory with its controllers is ours, else version 1.

Each supervisor has one directory per hierarchy, named by its pid and start time, and each container with a limit one below it.
A main process makes and joins them itself (memberships.py): to join is to wait for the kernel, and this process may wait for nobody.
"""
from __future__ import annotations

import errno
import json
import os
import sys
import time

from .kernel import descendants, describe, is_alive, read_processes, read_stat
from .memberships import write_text

PREFIX = 'slipway-'
CPU_PERIOD_US = 100_000
CPU_QUOTA_US_MIN = 1_000
REMOVAL_SECONDS_MAX, REMOVAL_POLL_SECONDS = 1.0, 0.01
DELEGATION_MARKS = ('user.delegate', 'trusted.delegate')
REQUIRED = ('memory', 'pids')


class Hierarchy:
    """A directory in which groups are made, and the controllers that act there."""

    def __init__(self, path: str, controllers: frozenset[str], is_unified: bool) -> None:
        self.path, self.controllers, self.is_unified = path, controllers, is_unified

    def settings(self, limits: dict) -> list[tuple[str, str, bool]]:
        """Files, texts, and whether it matters when one can't be written."""
        names = V2_SETTINGS if self.is_unified else V1_SETTINGS
        return [
            (file, text(limits[key]), is_needed)
            for controller, key, file, text, is_needed in names
            if controller in self.controllers and limits.get(key)
        ]


def quota_of(cpu_milli: int) -> int:
    return max(cpu_milli * CPU_PERIOD_US // 1000, CPU_QUOTA_US_MIN)


#: Controller, member of the request, file, its text, and whether it is needed. Swap would let a container go on beyond its memory.
V1_SETTINGS = (
    ('memory', 'memoryBytes', 'memory.limit_in_bytes', str, True),
    ('memory', 'memoryBytes', 'memory.memsw.limit_in_bytes', str, False),
    ('pids', 'processCountMax', 'pids.max', str, True),
    ('cpu', 'cpuMilli', 'cpu.cfs_quota_us', lambda milli: str(quota_of(milli)), False),
)
V2_SETTINGS = (
    ('memory', 'memoryBytes', 'memory.max', str, True),
    ('memory', 'memoryBytes', 'memory.swap.max', lambda _: '0', False),
    ('memory', 'memoryBytes', 'memory.oom.group', lambda _: '1', False),
    ('pids', 'processCountMax', 'pids.max', str, True),
    ('cpu', 'cpuMilli', 'cpu.max', lambda milli: f'{quota_of(milli)} {CPU_PERIOD_US}', False),
)


class Group:
    """Of one container or spare: the directories that it may have joined."""

    def __init__(self, number: int, paths: list[str]) -> None:
        self.number, self.paths = number, paths

    def remove(self) -> None:
        """Waits for the kernel. Once everything in it is dead."""
        for path in self.paths:
            remove_quietly(path)


def move_all(init: int, path: str) -> None:
    """The processes below this init, those that are forked meanwhile too."""
    os.makedirs(path, exist_ok=True)
    moved: set[int] = set()
    while pids := [pid for pid in descendants(init, read_processes()) if pid not in moved]:
        for pid in pids:
            try:
                write_text(f'{path}/cgroup.procs', str(pid), is_needed=True)
            except ProcessLookupError:
                pass  # it has ended
        moved.update(pids)


def uses_more(path: str, memory_bytes: int | None) -> bool:
    """Version 2 would kill at once; version 1 refuses by itself."""
    used = read_text(f'{path}/memory.current')
    return memory_bytes is not None and used != '' and int(used) > memory_bytes


def has_run_out_of_memory(paths: list[str]) -> bool:
    """Whether the kernel killed a member of one of these groups for it."""
    for path in paths:
        for name in ('memory.events', 'memory.oom_control'):
            for line in read_text(f'{path}/{name}').splitlines():
                if line.startswith('oom_kill ') and int(line.split()[1]) > 0:
                    return True
    return False


class Cgroups:
    """`mode` is v2, v1, or none; `reason` then says why."""

    def __init__(self, hierarchies: list[Hierarchy], reason: str) -> None:
        self.hierarchies, self.reason = hierarchies, reason
        self.mode = 'none' if not hierarchies else 'v2' if hierarchies[0].is_unified else 'v1'
        self.controllers = sorted({name for hierarchy in hierarchies for name in hierarchy.controllers})
        self.named_count = 0

    def name_group(self, limits: dict) -> Group:
        """One for a spare, in the hierarchies that a container with such limits needs; nothing is made yet."""
        self.named_count += 1
        wanted = [hierarchy for hierarchy in self.hierarchies if hierarchy.settings(limits)]
        return Group(self.named_count, [f'{hierarchy.path}/{self.named_count}' for hierarchy in wanted])

    def settings(self, group: Group, limits: dict) -> list[tuple[str, list]]:
        """What is to be written where, by directory. The group is in these directories then, too."""
        found = [(f'{hierarchy.path}/{group.number}', hierarchy.settings(limits)) for hierarchy in self.hierarchies]
        needed = [(path, settings) for path, settings in found if settings]
        group.paths.extend(path for path, _ in needed if path not in group.paths)
        return needed

    def change(self, group: Group, joined: list[str], init: int, limits: dict) -> str:
        """Other limits for what runs below this init; '' or why not. Waits for the kernel."""
        for path, settings in self.settings(group, limits):
            try:
                if path not in joined:
                    move_all(init, path)
                if uses_more(path, limits.get('memoryBytes')):
                    return 'it uses more memory than that'
                # With more memory the limit of memory and swap together is raised first, with less it is lowered last.
                for name, text, _ in reversed(settings):
                    write_text(f'{path}/{name}', text, is_needed=False)
                for name, text, is_needed in settings:
                    write_text(f'{path}/{name}', text, is_needed)
            except OSError as error:
                return 'it uses more memory than that' if error.errno == errno.EBUSY else describe(error)
        return ''

    def describe(self) -> dict:
        return {'mode': self.mode, 'controllers': self.controllers, 'reason': self.reason}

    def remove(self) -> None:
        for hierarchy in self.hierarchies:
            for name in names_in(hierarchy.path):
                remove_quietly(f'{hierarchy.path}/{name}')
            remove_quietly(hierarchy.path)


def choose_cgroups(root: str = '/') -> Cgroups:
    """What this machine permits. `root` is another place than / for tests."""
    try:
        with open(f'{root}proc/self/mountinfo') as file:
            mounts = [mount for mount in map(parse_mount, file) if mount]
        with open(f'{root}proc/self/cgroup') as file:
            own = dict(line.rstrip('\n').split(':', 2)[1:] for line in file)
    except OSError as error:
        return Cgroups([], f'control groups can not be looked at: {describe(error)}')
    reason = 'no control group with a memory and a pids controller is this user\'s'
    for candidates in (unified_places(root, mounts, own), separate_places(root, mounts, own)):
        claimed = []
        for place in candidates:
            try:
                claimed.append(claim(place))
            except OSError as error:
                reason = describe(error)
        if set(REQUIRED) <= {name for hierarchy in claimed for name in hierarchy.controllers}:
            return Cgroups(claimed, '')
        for hierarchy in claimed:
            remove_quietly(hierarchy.path)
    return Cgroups([], reason)


def print_choice():
    """For `slipway doctor`; leaves nothing behind."""
    chosen = choose_cgroups()
    chosen.remove()
    print(json.dumps(chosen.describe()))
    sys.exit(0)


def parse_mount(line: str):
    """(kind, place, root within the hierarchy, options) of a mount of control groups."""
    before, _, after = line.partition(' - ')
    fields, facts = before.split(), after.split()
    if len(facts) < 3 or facts[0] not in ('cgroup', 'cgroup2'):
        return None
    return facts[0], fields[4], fields[3], facts[2].split(',')


def unified_places(root: str, mounts, own) -> list[Hierarchy]:
    """The nearest directory above this process whose children have the controllers, or one that was delegated to us."""
    for kind, place, inner, _ in mounts:
        if kind != 'cgroup2' or '' not in own:
            continue
        top = f'{root.rstrip("/")}{place}'
        path = join_inner(top, inner, own[''])
        while path.startswith(top):
            if is_delegated(path):
                hand_down(path)
            controllers = frozenset(read_text(f'{path}/cgroup.subtree_control').split())
            if set(REQUIRED) <= controllers and os.access(path, os.W_OK):
                return [Hierarchy(path, controllers, is_unified=True)]
            path = os.path.dirname(path)
    return []


def separate_places(root: str, mounts, own) -> list[Hierarchy]:
    places = []
    for kind, place, inner, options in mounts:
        for controllers, path in own.items():
            names = frozenset(controllers.split(',')) & {'memory', 'pids', 'cpu'}
            if kind == 'cgroup' and names and names <= set(options):
                places.append(Hierarchy(join_inner(f'{root.rstrip("/")}{place}', inner, path), names, is_unified=False))
    return list({place.path: place for place in places}.values())


def join_inner(place: str, inner: str, path: str) -> str:
    """Within a container the mount shows the part of the hierarchy below `inner`."""
    relative = path[len(inner):] if inner != '/' and path.startswith(inner) else path
    return f'{place}{relative}'.rstrip('/')


def is_delegated(path: str) -> bool:
    """systemd says so, with Delegate=yes."""
    for name in DELEGATION_MARKS:
        try:
            if os.getxattr(path, name) == b'1':
                return os.access(f'{path}/cgroup.procs', os.W_OK)
        except OSError:
            continue
    return False


def hand_down(path: str) -> None:
    """Processes may only be in leaves: ours go into one, so that the controllers can act on others."""
    leaf = f'{path}/{PREFIX}self'
    try:
        os.makedirs(leaf, exist_ok=True)
        for pid in read_text(f'{path}/cgroup.procs').split():
            write_text(f'{leaf}/cgroup.procs', pid, is_needed=False)
        for name in set(read_text(f'{path}/cgroup.controllers').split()) & {'memory', 'pids', 'cpu'}:
            write_text(f'{path}/cgroup.subtree_control', f'+{name}', is_needed=False)
    except OSError:
        pass  # what is missing afterwards is looked at next


def claim(place: Hierarchy) -> Hierarchy:
    """A directory of this supervisor's own there, after those of dead ones; raises OSError unless a process can join it."""
    for name in names_in(place.path):
        pid, _, start_time = name[len(PREFIX):].partition('.')
        if name.startswith(PREFIX) and pid.isdigit() and start_time.isdigit() and not is_alive(int(pid), int(start_time)):
            for inner in names_in(f'{place.path}/{name}'):
                remove_quietly(f'{place.path}/{name}/{inner}')
            remove_quietly(f'{place.path}/{name}')
    path = f'{place.path}/{PREFIX}{os.getpid()}.{read_stat("self").start_time}'
    os.mkdir(path)
    if place.is_unified:
        for name in place.controllers & {'memory', 'pids', 'cpu'}:
            write_text(f'{path}/cgroup.subtree_control', f'+{name}', name in REQUIRED)
    weigh_as_many(path, os.cpu_count() or 1)
    try:
        try_to_join(path)
    except OSError:
        remove_quietly(path)
        raise
    return Hierarchy(path, place.controllers, place.is_unified)


def weigh_as_many(path: str, process_count: int) -> None:
    """Groups with a limit weigh as that many processes together: neither starved by those without, nor starving the server."""
    for file, weight in (('cpu.shares', 1024 * process_count), ('cpu.weight', min(100 * process_count, 10_000))):
        if os.path.exists(f'{path}/{file}'):
            write_text(f'{path}/{file}', str(weight), is_needed=False)


def try_to_join(path: str) -> None:
    """In a child, which dies there."""
    probe = f'{path}/probe'
    os.mkdir(probe)
    child = os.fork()
    if child == 0:
        try:
            write_text(f'{probe}/cgroup.procs', '0', is_needed=True)
            os._exit(0)
        except OSError as error:
            os._exit(error.errno or 1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    remove_quietly(probe)
    if code != 0:
        raise OSError(code, os.strerror(code), path)


def names_in(path: str) -> list[str]:
    try:
        return [entry.name for entry in os.scandir(path) if entry.is_dir()]
    except OSError:
        return []


def read_text(path: str) -> str:
    """'' for a file that is not there."""
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ''


def remove_quietly(path: str) -> None:
    """At once, or when those who are in it have ended; what is left then is removed by the next supervisor."""
    deadline = time.monotonic() + REMOVAL_SECONDS_MAX
    while True:
        try:
            return os.rmdir(path)
        except OSError as error:
            if error.errno != errno.EBUSY or time.monotonic() > deadline:
                return
        time.sleep(REMOVAL_POLL_SECONDS)
