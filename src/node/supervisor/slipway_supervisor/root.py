"""The file tree of one container."""
from __future__ import annotations

import collections
import errno
import os
import re
import stat

from .kernel import (
    MS_BIND, MS_MOVE, MS_NOATIME, MS_NODEV, MS_NODIRATIME, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_REC, MS_RELATIME,
    MS_REMOUNT, MS_SLAVE, MS_UNBINDABLE, NEW_MOUNT, NEW_PID, NEW_UTS, describe, enter_user_namespace, mount, pivot_into,
    unshare,
)

# A network namespace is made for the whole Pod (pod_networks.py) and joined by main.
INIT_NAMESPACES = NEW_MOUNT | NEW_UTS
SYMLINK_COUNT_MAX = 40
SCAFFOLD_ENTRY_COUNT_MAX = 4096
# What a read-only remount has to repeat. In statvfs only RELATIME has another value than its mount flag.
REPEATED_FLAGS, ST_RELATIME = MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME, 1 << 12


class Root:
    """Built beside the host's tree in a mount namespace of its own, then pivoted into.

    A tmpfs in which every top-level entry of the host is bound, except /proc (of the PID namespace), /tmp (of the Pod)
    and /dev/shm. A mount target that the host lacks is never made on the host: the deepest existing directory above it
    becomes a scaffold, a tmpfs with that directory's entries bound into it.
    """

    def __init__(self, base: str) -> None:
        self.base, self.path, self.stage = base, f'{base}/root', f'{base}/stage'
        self.is_ours = {'/': True}  # by mount point inside: may entries be made there?
        self.user: dict | None = None  # who will run here, when it is not the owner of this process

    def build(self) -> None:
        """What all containers have in common; done while a spare waits."""
        mount('', '/', flags=MS_REC | MS_SLAVE)  # the host's later mounts still arrive, ours never leave
        mount('tmpfs', self.base, 'tmpfs', options='mode=755')
        mount('', self.base, flags=MS_UNBINDABLE)  # else binding a directory above it would show it once more
        os.mkdir(self.path)
        os.mkdir(self.stage)
        mount('tmpfs', self.path, 'tmpfs', options='mode=755')
        self.bind_entries('/', self.path, inside='', without=('proc', 'tmp'))
        os.mkdir(f'{self.path}/tmp')
        os.mkdir(f'{self.path}/proc')
        try:
            mount('proc', f'{self.path}/proc', 'proc', MS_NOSUID | MS_NODEV | MS_NOEXEC)
        except OSError:  # within a container whose own /proc is masked
            mount('/proc', f'{self.path}/proc', flags=MS_BIND | MS_REC)
        if os.path.isdir(f'{self.path}/dev/shm'):
            mount('tmpfs', f'{self.path}/dev/shm', 'tmpfs', MS_NOSUID | MS_NODEV, 'mode=1777')
            self.is_ours['/dev/shm'] = True
        if os.path.isdir(f'{self.path}/run'):
            self.scaffold('/run')  # nearly every Pod mounts something below /var/run/secrets

    def bind(self, source: str, target: str, read_only: bool = False) -> str:
        """The path inside at which it is then."""
        if not os.path.exists(source):
            raise FileNotFoundError(errno.ENOENT, f'the source of mount {target} does not exist', source)
        inside = self.place(target, os.path.isdir(source))
        path = f'{self.path}{inside}'
        mount(source, path, flags=MS_BIND | MS_REC)
        self.is_ours[inside] = not read_only
        if read_only:
            make_read_only(path)
        return inside

    def seal(self, kept: list[str]) -> None:
        """Nothing can be written any more but to what is `kept`, to devices and to /proc. A mount to which this user can't find
        the way stays as it is: whoever runs here can't either; so does one that has gone meanwhile."""
        for path in mount_points():
            inside = path[len(self.path):] or '/'
            is_inside = path == self.path or path.startswith(f'{self.path}/')
            if is_inside and not any(inside == place or inside.startswith(f'{place}/') for place in (*kept, '/proc', '/dev')):
                try:
                    make_read_only(path)
                except (FileNotFoundError, PermissionError) as error:
                    if error.errno == errno.EPERM:
                        raise

    def place(self, target: str, is_directory: bool) -> str:
        """The path inside to which `target` leads, links followed; what is missing is made."""
        names = collections.deque(target.split('/'))
        here, link_count = '/', 0
        while names:
            name = names.popleft()
            if name in ('', '.', '..'):
                here = os.path.dirname(here) if name == '..' else here
                continue
            if not self.lets_in(here):
                self.veil(here)
            path = os.path.join(here, name)
            try:
                is_link = stat.S_ISLNK(os.lstat(f'{self.path}{path}').st_mode)
            except FileNotFoundError:
                self.create(here, path, is_directory or any(names))
                is_link = False
            if not is_link:
                here = path
                continue
            link_count += 1
            if link_count > SYMLINK_COUNT_MAX:
                raise OSError(errno.ELOOP, 'too many symbolic links', target)
            link = os.readlink(f'{self.path}{path}')
            names.extendleft(reversed(link.split('/')))
            here = '/' if link.startswith('/') else here
        return here

    def lets_in(self, inside: str) -> bool:
        """Whether the user finds what lies in this directory."""
        if self.user is None or self.user['uid'] == 0:
            return True
        facts, groups = os.stat(f'{self.path}{inside}'), (self.user['gid'], *(self.user.get('groups') or ()))
        shift = 6 if facts.st_uid == self.user['uid'] else 3 if facts.st_gid in groups else 0
        return bool(facts.st_mode >> shift & stat.S_IXOTH)

    def veil(self, inside: str) -> None:
        """The user finds nothing there: it becomes a directory that has the mounts below it, and nothing else."""
        mount('tmpfs', f'{self.path}{inside}', 'tmpfs', options='mode=755')
        self.is_ours[inside] = True

    def create(self, parent: str, path: str, is_directory: bool) -> None:
        if not self.may_create_in(parent):
            self.scaffold(parent)
        try:
            if is_directory:
                os.mkdir(f'{self.path}{path}', 0o755)
            else:
                make_file(f'{self.path}{path}')
        except FileExistsError:
            pass  # in a volume that Pods share, another one was faster

    def may_create_in(self, path: str) -> bool:
        while path not in self.is_ours:
            path = os.path.dirname(path)
        return self.is_ours[path]

    def scaffold(self, inside: str) -> None:
        original = f'{self.path}{inside}'
        mount('tmpfs', self.stage, 'tmpfs', options='mode=755')
        self.bind_entries(original, self.stage, inside)
        os.chmod(self.stage, stat.S_IMODE(os.stat(original).st_mode))
        mount(self.stage, original, flags=MS_MOVE)
        self.is_ours[inside] = True

    def bind_entries(self, source: str, destination: str, inside: str, without: tuple[str, ...] = ()) -> None:
        with os.scandir(source) as entries:
            listed = [entry for entry in entries if entry.name not in without]
        if len(listed) > SCAFFOLD_ENTRY_COUNT_MAX:
            raise OSError(errno.E2BIG, f'more than {SCAFFOLD_ENTRY_COUNT_MAX} entries beside a mount target', inside)
        for entry in listed:
            target = f'{destination}/{entry.name}'
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), target)
                continue
            if entry.is_dir():
                os.mkdir(target)
            else:
                make_file(target)
            try:
                mount(entry.path, target, flags=MS_BIND | MS_REC)
                self.is_ours.setdefault(f'{inside}/{entry.name}', False)
            except OSError:
                continue  # it vanished, or nobody may enter it: an empty place stays

    def enter(self) -> None:
        pivot_into(self.path)


def make_read_only(path: str) -> None:
    present = os.statvfs(path).f_flag
    repeated = present & REPEATED_FLAGS | (MS_RELATIME if present & ST_RELATIME else 0)
    mount('', path, flags=MS_REMOUNT | MS_BIND | MS_RDONLY | repeated)


def mount_points() -> list[str]:
    """In the order in which they were mounted; spaces and the like are written as octal numbers."""
    with open('/proc/self/mountinfo', encoding='utf-8') as file:
        return [re.sub(r'\\([0-7]{3})', lambda match: chr(int(match[1], 8)), line.split(' ')[4]) for line in file]


def make_file(path: str) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))


def try_sandbox(base: str, with_user_namespace: bool) -> str:
    """Builds a sandbox in a child process; '' when that works, else why not."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if with_user_namespace:
                enter_user_namespace()
            unshare(NEW_PID)
            init = os.fork()
            if init == 0:
                unshare(INIT_NAMESPACES)
                root = Root(base)
                root.build()
                root.enter()
            else:
                os.waitpid(init, 0)
        except BaseException as error:
            os.write(writer, describe(error).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader, 'rb') as file:
        return file.read().decode(errors='replace')
