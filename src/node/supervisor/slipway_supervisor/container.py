"""The supervisor's side of warm parents and containers."""
from __future__ import annotations

import base64
import collections
import json
import os
import signal
import socket
import struct
import time

from .cgroups import Group, has_run_out_of_memory
from .container_log import ContainerLog
from .container_streams import ContainerStreams
from .kernel import is_alive, open_memory_file, read_stat, send_signal
from .pages import PageHabit

SPARE_COUNT = 4  # sandboxes kept ready per parent
SPARE_COUNT_MIN = 2  # below it they are made at once, beside what runs
QUIET_SECONDS = 0.03  # without a start or an end, after which the others are made
LOST_SPARES_MAX = 8  # that ended before they could become one container
READY_SECONDS_MAX, PRELOADED_SECONDS_MAX = 60.0, 300.0  # from its start until a parent has imported
END_SECONDS_MAX = 5.0
PROGRESS_SECONDS_MAX = 60.0
FULL_SECONDS = 0.05  # until the next try, when a parent has all the orders that it can take
MESSAGE_BYTES_MAX = 64 * 1024
LOG_FILE_BYTES_MAX, LOG_FILE_COUNT_MAX = 10 * 1024 ** 2, 5  # the kubelet's
EXIT_RECORD_BYTES = 1024  # reserved when a container starts, so that a full disk cannot lose its exit
DRAIN_SECONDS_MAX = 0.2  # how long a pipe may stay open after everything in the container is dead
DEATH_POLL_SECONDS = 0.005
INLINE_BYTES_MAX = 32 * 1024  # of a request: what a socket takes without blocking this loop
UCRED = struct.Struct('=iII')

Spare = collections.namedtuple('Spare', 'pid start_time control group')


class Parent:
    """A warm interpreter and the spares that it has forked."""

    def __init__(self, owner, parent_id: str, config: dict) -> None:
        """Starts it; raises OSError. The owner hears parent_ready(self) once at most, and parent_ended(self) once."""
        self.owner, self.loop, self.id = owner, owner.loop, parent_id
        self.spares: collections.deque[Spare] = collections.deque()
        self.waiting: collections.deque[Container] = collections.deque()
        self.guests: collections.deque[Container] = collections.deque()
        self.is_ready, self.is_ended, self.is_stopped = False, False, False
        self.failure, self.is_unfit = 'it ended', False
        self.cost: dict = {}  # of its imports
        self.ordered: dict[int, Group] = {}  # of spares and guests that are being made, by number
        self.expected_limits = config['limits']  # those of the container before
        self.habit = PageHabit()
        self.started_count, self.last_used_at_ms = 0, now_ms()
        self.quiet_timer, self.is_full = None, False
        self.progress_timer, self.spare_count = None, 0
        self.progress_seconds_max = config.get('secondsMax') or PROGRESS_SECONDS_MAX
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            argv = [config['python'], *config['flags'], config['program'], 'parent', '3']
            actions = [(os.POSIX_SPAWN_DUP2, theirs.fileno(), 3)]
            self.pid = os.posix_spawn(config['python'], argv, config['env'], file_actions=actions)
        except BaseException:
            self.control.close()
            raise
        finally:
            theirs.close()
        facts = read_stat(self.pid)
        self.start_time = facts.start_time if facts else 0
        self.control.setblocking(False)
        self.control.send(json.dumps({name: config[name] for name in ('modules', 'preload', 'base', 'hasSteps')}).encode())
        self.loop.watch(self.control, self.hear)
        seconds_max = config.get('secondsMax') or (PRELOADED_SECONDS_MAX if config['preload'] else READY_SECONDS_MAX)
        self.patience = self.loop.after(seconds_max, lambda: self.give_up(f'its imports did not end within {seconds_max:.0f} seconds'))

    def supply(self, container: Container) -> None:
        """Gives the container the next spare, now or when there is one."""
        self.started_count += 1
        self.last_used_at_ms = now_ms()
        self.expected_limits = container.request.get('limits', {})
        self.waiting.append(container)
        self.pair()
        if self.waiting:
            self.restock()

    def expect_progress(self) -> None:
        """While containers wait: a parent that forks no more (somebody stopped it) must not keep them waiting for ever."""
        if self.progress_timer is None:
            since = self.spare_count
            self.progress_timer = self.loop.after(self.progress_seconds_max, lambda: self.check_progress(since))

    def check_progress(self, since: int) -> None:
        self.progress_timer = None
        if not self.waiting or self.is_ended:
            return
        if self.is_ready and self.spare_count == since:
            self.give_up(f'it has made no sandbox for {self.progress_seconds_max:.0f} seconds')
        else:
            self.expect_progress()

    def supply_beside(self, container: Container, pid: int) -> None:
        """Gives the container a sandbox in the PID namespace of that process."""
        if container.state != 'queued':
            return
        if self.is_ended:
            return container.fail('ParentFailed', f'the warm parent could not start it: {self.failure}')
        if self.order(pid, limits={}):
            self.guests.append(container)
        else:
            self.loop.after(FULL_SECONDS, lambda: self.supply_beside(container, pid))

    def pair(self) -> None:
        while self.waiting and self.spares:
            if self.waiting[0].state != 'queued':
                self.waiting.popleft()
                continue
            spare = self.spares.popleft()
            if is_closed(spare.control):
                self.lose(spare)
            else:
                self.waiting.popleft().enter(spare)

    def lose(self, spare: Spare) -> None:
        """It has ended by itself: the kernel needed its memory, or somebody killed it."""
        spare.control.close()
        self.loop.in_background(spare.group.remove)
        self.waiting[0].note_lost_spare()
        self.restock()

    def restock(self) -> None:
        """Orders what is needed now, and what is missing as soon as it is quiet: a short chain of steps finds its sandboxes ready
        and has the machine alone."""
        self.fill(SPARE_COUNT_MIN)
        if self.waiting:
            self.expect_progress()
        if self.quiet_timer is not None:
            self.loop.cancel(self.quiet_timer)
        self.quiet_timer = self.loop.after(QUIET_SECONDS, lambda: self.fill(SPARE_COUNT))

    def fill(self, count: int) -> None:
        while self.is_ready and not self.is_ended and not self.is_full and len(self.ordered) - len(self.guests) + len(self.spares) < count + len(self.waiting):
            if not self.order(0, self.expected_limits):
                self.is_full = True
                self.loop.after(FULL_SECONDS, self.go_on)

    def go_on(self) -> None:
        self.is_full = False
        self.restock()

    def order(self, beside: int, limits: dict) -> bool:
        """False when so many are on their way that the socket takes no more of them."""
        group = self.owner.cgroups.name_group(limits)
        order = {'beside': beside, 'number': group.number, 'groups': group.paths, 'learns': self.habit.is_learning}
        try:
            self.control.send(json.dumps(order).encode())
        except BlockingIOError:
            return False
        except OSError:
            pass  # it has ended; hear() finds out
        self.ordered[group.number] = group
        return True

    def learn(self, pages: list) -> None:
        """What one of its forks wrote to."""
        try:
            if self.habit.learn(pages):
                self.control.send(json.dumps({'pages': self.habit.ranges}).encode())
        except OSError:
            pass  # it has ended; hear() finds out

    def hear(self, _events: int) -> None:
        try:
            data, fds, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES_MAX, 1, socket.MSG_CMSG_CLOEXEC)
        except OSError:
            data, fds = b'', []
        message = json.loads(data) if data else {}
        if 'number' in message and 'failed' not in message and 'guestFailed' not in message and not fds:
            self.miss(message)
        elif 'ready' in message:
            self.loop.cancel(self.patience)
            self.is_ready, self.cost = True, message['cost']
            self.restock()
            self.owner.parent_ready(self)
        elif 'guest' in message:
            self.guests.popleft().enter(self.spare_of(message['guest'], message, fds[0]))
        elif 'guestFailed' in message:
            self.ordered.pop(message['number'])
            self.guests.popleft().fail('StartError', message['guestFailed'])
        elif 'spare' in message:
            self.spare_count += 1
            self.spares.append(self.spare_of(message['spare'], message, fds[0]))
            self.pair()
        else:
            self.failure, self.is_unfit = message.get('failed', self.failure), message.get('isUnfit', False)
            self.end()

    def miss(self, message: dict) -> None:
        """A sandbox was made, and there is no descriptor left to hold it by. It ends by itself."""
        self.loop.in_background(self.ordered.pop(message['number']).remove)
        if 'guest' in message:
            self.guests.popleft().fail('StartError', 'the supervisor has no descriptors left')
        else:
            self.loop.after(END_SECONDS_MAX, self.restock)

    def give_up(self, why: str) -> None:
        self.failure = why
        self.end()

    def kill(self) -> None:
        send_signal(self.pid, self.start_time, signal.SIGKILL)

    def spare_of(self, pid: int, message: dict, fd: int) -> Spare:
        return Spare(pid, message['startTime'], socket.socket(fileno=fd), self.ordered.pop(message['number']))

    def end(self) -> None:
        """The process ends at the end of its socket, or is killed, and its spares end at theirs. Idempotent."""
        if self.is_ended:
            return
        self.is_ended = True
        self.loop.cancel(self.patience)
        self.loop.forget(self.control)
        self.control.close()
        if self.is_ready:
            self.loop.after(END_SECONDS_MAX, self.kill)
        else:
            self.kill()  # an import does not look at the socket
        for spare in self.spares:
            spare.control.close()
        for group in (*self.ordered.values(), *(spare.group for spare in self.spares)):
            self.loop.in_background(group.remove)
        self.spares.clear()
        for container in (*self.waiting, *self.guests):
            container.fail('ParentFailed', f'the warm parent could not start it: {self.failure}')
        self.owner.parent_ended(self)


class Container:
    """From the request to the recorded exit: queued → starting → running → ending → exited, or failed."""

    def __init__(self, owner, parent: Parent, request: dict) -> None:
        """Opens its log and reserves its exit file; raises OSError, or Refusal when the Pod lacks the network. The owner hears either container_failed(self, …) or
        container_started(self) and later container_exited(self)."""
        self.owner, self.loop, self.parent, self.request = owner, owner.loop, parent, request
        self.network = owner.networks.namespace_of(request['podUid']) if request.get('isInPodNetwork') else None
        self.id, self.pod_uid, self.state = request['id'], request['podUid'], 'queued'
        self.pid, self.start_time, self.started_at_ms = 0, 0, 0
        self.spare: Spare | None = None
        self.report: dict | None = None
        self.exit: dict | None = None
        self.is_killed, self.lost_spares_count = False, 0
        self.streams: ContainerStreams | None = None
        self.watchers: list = []  # clients that are told its output
        self.over_limit = ''  # the limit for which it was killed
        self.groups: list[str] = []  # directories of those that its main process has joined
        self.is_dead = False  # nothing of it lives any more
        self.is_reservation_durable = False
        self.log = ContainerLog(request['logFile'], request.get('logFileBytesMax', LOG_FILE_BYTES_MAX), request.get('logFileCountMax', LOG_FILE_COUNT_MAX))
        try:
            reserve_exit(request['exitFile'])
        except OSError:
            self.log.close()
            raise

    @property
    def is_over(self) -> bool:
        return self.state in ('exited', 'failed')

    def enter(self, spare: Spare) -> None:
        self.state, self.spare = 'starting', spare
        network = [] if self.network is None else [self.network]
        groups = self.owner.cgroups.settings(spare.group, self.request.get('limits', {}))
        message, documents = json.dumps({**self.request, 'groups': groups}).encode(), []
        try:
            self.streams = ContainerStreams(self.loop, self.request, self.take_output, self.settle)
            if len(message) > INLINE_BYTES_MAX:
                documents, message = [open_memory_file(message)], b'start'
        except OSError as error:
            spare.control.close()
            for fd in self.streams.theirs if self.streams else ():
                os.close(fd)
            return self.fail('StartError', f'the supervisor cannot give it its streams: {error.strerror}')
        spare.control.setblocking(False)
        self.loop.watch(spare.control, self.hear)
        try:
            socket.send_fds(spare.control, [message], [*documents, *self.streams.theirs, *network])
        except OSError:
            pass  # the spare is dead; hear() finds out
        for fd in (*documents, *self.streams.theirs):
            os.close(fd)

    def hear(self, _events: int) -> None:
        try:
            data, ancillary, _, _ = self.spare.control.recvmsg(MESSAGE_BYTES_MAX, socket.CMSG_SPACE(UCRED.size))
        except OSError:
            data, ancillary = b'', ()
        message = json.loads(data) if data else None
        if message is None:
            self.loop.forget(self.spare.control)
            self.spare.control.close()
            self.await_death()
        elif 'failed' in message and self.state == 'starting':
            self.fail('StartError', message['failed'])
        elif 'started' in message and self.state == 'starting':
            self.state = 'running'
            self.pid = UCRED.unpack(ancillary[0][2])[0]
            self.start_time, self.started_at_ms, self.groups = message['startTime'], message['startedAtMs'], message['groups']
            self.owner.container_started(self)
            self.parent.restock()
            path = self.request['exitFile']
            self.loop.in_background(lambda: sync_reservation(path), self.note_reservation)
        elif 'finishedAtMs' in message and self.state == 'running':
            imported, pages = message.pop('imported'), message.pop('pages')
            if imported:
                self.owner.container_imported(self, imported)
            if pages:
                self.parent.learn(pages)
            self.report = message
            self.settle(is_dead=True)

    def note_reservation(self, is_durable: bool) -> None:
        self.is_reservation_durable = is_durable

    def take_output(self, stream: bytes, chunk: bytes) -> None:
        self.log.feed(stream, chunk)
        for client in self.watchers:
            client.send({'event': 'output', 'id': self.id, 'stream': stream.decode(), 'data': base64.b64encode(chunk).decode()})

    def await_death(self) -> None:
        """Init closed its socket. In a sandbox it goes only after everything in it is gone."""
        if is_alive(self.spare.pid, self.spare.start_time) or self.report is None and self.owner.kill_orphans():
            self.loop.after(DEATH_POLL_SECONDS, self.await_death)
        elif self.state == 'starting' and self.is_killed:
            self.fail('StartError', 'it was killed while it started')
        elif self.state == 'starting':
            self.start_over()
        elif self.state == 'running':
            self.settle(is_dead=True)

    def start_over(self) -> None:
        """Its sandbox ended before it had said that the command runs: nothing has run."""
        self.streams.close()
        self.leave_groups()
        if 'beside' in self.request:
            return self.fail('StartError', 'its sandbox ended')
        if self.parent.is_ended:
            return self.fail('ParentFailed', f'its sandbox ended, and so did the warm parent: {self.parent.failure}')
        self.state, self.spare, self.streams = 'queued', None, None
        self.note_lost_spare()
        if self.state == 'queued':
            self.parent.waiting.appendleft(self)
            self.parent.pair()
            self.parent.restock()

    def note_lost_spare(self) -> None:
        self.lost_spares_count += 1
        if self.lost_spares_count > LOST_SPARES_MAX:
            self.fail('StartError', 'one sandbox after the other ended before it could start; the kernel log (dmesg) may say why')

    def settle(self, is_dead: bool = False) -> None:
        """Records the exit once everything is dead and both pipes are read to their end, or for long enough."""
        if is_dead and not self.is_dead:
            self.is_dead = True
            self.loop.after(DRAIN_SECONDS_MAX, lambda: self.record() if self.state == 'running' else None)
        if self.is_dead and not self.streams.outputs and self.state == 'running':
            self.record()

    def record(self) -> None:
        self.state = 'ending'
        self.close_files()
        report = self.report or {'code': None, 'signal': int(signal.SIGKILL), 'finishedAtMs': now_ms()}
        record = {
            'id': self.id, 'pid': self.pid, 'startTime': self.start_time, 'bootId': self.owner.boot_id, **report,
            'startedAtMs': self.started_at_ms, 'logDroppedBytes': self.log.dropped_bytes,
        }
        if has_run_out_of_memory(self.groups):
            self.over_limit = 'memory'
        if self.over_limit and record['code'] != 0:
            record['overLimit'] = self.over_limit
        path, is_reserved = self.request['exitFile'], self.is_reservation_durable
        self.loop.in_background(lambda: record_exit(path, record, is_reserved), lambda _: self.announce(record))

    def announce(self, record: dict) -> None:
        self.state, self.exit, self.request = 'exited', record, {}
        self.leave_groups()
        self.owner.container_exited(self)

    def fail(self, reason: str, message: str) -> None:
        """The command never ran. Before `started` nobody knows of the container but who asked for it."""
        if self.is_over:
            return
        self.state = 'failed'
        self.close_files()
        self.leave_groups()
        self.owner.container_failed(self, reason, message)
        self.parent.restock()

    def close_files(self) -> None:
        if self.streams is not None:
            self.streams.close()
        self.log.close()

    def leave_groups(self) -> None:
        if self.spare is not None and self.spare.group.paths:
            self.loop.in_background(self.spare.group.remove)

    def signal_main(self, number: int) -> bool:
        return self.state == 'running' and send_signal(self.pid, self.start_time, number)

    def kill(self, is_plain: bool) -> None:
        """SIGKILL to pid 1 of a sandbox takes all; a plain init is asked to kill what it has adopted. Idempotent."""
        self.is_killed = True
        if self.state == 'queued':
            self.fail('StartError', 'it was killed before it started')
        elif self.state in ('starting', 'running') and not self.is_dead:
            if not is_plain and 'beside' not in self.request:
                send_signal(self.spare.pid, self.spare.start_time, signal.SIGKILL)
                return
            try:
                self.spare.control.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # init has ended already


def is_closed(control: socket.socket) -> bool:
    """The process at the other end has ended."""
    try:
        return control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b''
    except BlockingIOError:
        return False
    except OSError:
        return True


def now_ms() -> int:
    return int(time.time() * 1000)


def reserve_exit(path: str) -> None:
    """Takes the blocks, so that a full disk cannot lose the exit. A blank or torn record does not parse, which means none."""
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640)
    try:
        os.write(fd, b''.ljust(EXIT_RECORD_BYTES - 1) + b'\n')
    finally:
        os.close(fd)


def sync_reservation(path: str) -> bool:
    """While the command runs: the file and its name are durable before there is anything to record."""
    try:
        for place in (path, os.path.dirname(path)):
            sync(place, os.fsync)
        return True
    except OSError:
        return False


def record_exit(path: str, record: dict, is_reserved: bool) -> None:
    """Overwrites in place. A record that cannot be written stays in memory: the exit is told all the same, and `list`
    repeats it."""
    try:
        fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o640)
        try:
            os.write(fd, json.dumps(record).encode().ljust(EXIT_RECORD_BYTES - 1) + b'\n')
        finally:
            os.close(fd)
        if is_reserved:
            sync(path, os.fdatasync)
        elif not sync_reservation(path):
            print(f'the exit record {path} may not be durable', flush=True)
    except OSError as error:
        print(f'cannot write the exit record {path}: {error}', flush=True)


def sync(path: str, how) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        how(fd)
    finally:
        os.close(fd)
