"""The requests, and the table of what runs."""
from __future__ import annotations

import base64
import collections
import json
import os
import shutil
import socket
import sys
import time

from .cgroups import Cgroups
from .client import Call, Client, Refusal
from .container import Container, Parent
from .kernel import kill_quietly, read_processes
from .limit_watch import LimitWatch
from .networks import Networks
from .stats import read_stats

PROTOCOL_VERSION = 1
CONTAINER_COUNT_MAX = 10_000  # beyond it the oldest exited ones are forgotten; their exit files stay
SHUTDOWN_SECONDS_MAX = 10.0
LOST_SECONDS = 2.0
LAUNCHER = ''  # the parent of `exec` containers: this interpreter with nothing imported
LAUNCHER_LIMITS = {'processCountMax': 1}  # what nearly every Pod has, so that its first spares expect it


class Sandbox(collections.namedtuple('Sandbox', 'base reason can_set_user')):
    """What this machine permits: `base` is the directory where roots are built, '' when containers run plain, and
    `reason` then says why."""


class Server:
    def __init__(
        self, loop, program: str, version: str, idle_seconds: float, sandbox: Sandbox, cgroups: Cgroups, directory: str, is_findable,
    ) -> None:
        self.loop, self.program, self.version, self.idle_seconds = loop, program, version, idle_seconds
        self.sandbox, self.cgroups, self.is_findable = sandbox, cgroups, is_findable
        self.limit_watch = LimitWatch(self) if cgroups.mode == 'none' else None
        self.instance_id = os.urandom(8).hex()
        with open('/proc/sys/kernel/random/boot_id') as file:
            self.boot_id = file.read().strip()
        self.clients: set[Client] = set()
        self.containers: dict[str, Container] = {}
        self.parents: dict[str, Parent] = {}
        self.networks = Networks(self, program, directory)
        self.start_calls: dict[str, Call] = {}  # by container id
        self.parent_calls: dict[str, list[Call]] = collections.defaultdict(list)
        self.endings: list = []  # (is it over?, what then), looked at whenever a container ends
        self.idle_since = time.monotonic()
        self.is_idleness_expected, self.is_stopping = False, False
        self.handlers = {
            'hello': self.hello, 'list': self.list_all, 'start-container': self.start_container,
            'start-parent': self.start_parent, 'stop-parent': self.stop_parent, 'signal': self.signal_main,
            'kill-container': self.kill_container, 'kill-pod': self.kill_pod, 'remove-pod': self.remove_pod,
            'stats': self.stats, 'shutdown': self.shutdown, 'entrance': self.entrance,
            'limit': self.limit, 'attach': self.attach, 'write-input': self.write_input, 'end-input': self.end_input, 'resize': self.resize, 'open-network': self.networks.open,
        }
        self.launcher()

    # ------------------------------------------------------------------------------------------------- requests

    def serve(self, client: Client, line: bytes) -> None:
        try:
            message = json.loads(line)
            call = Call(client, message['id'])
            kind, request = message['type'], message['request']
        except (ValueError, KeyError, TypeError):
            return client.close()  # it does not speak the protocol
        try:
            if not isinstance(kind, str) or kind not in self.handlers:
                raise Refusal('InvalidRequest', f'unknown request type {kind}')
            self.handlers[kind](request, call)
        except Refusal as refusal:
            call.refuse(refusal.reason, str(refusal))
        except (KeyError, TypeError, ValueError, OSError) as error:
            call.refuse('InvalidRequest', f'{kind}: {type(error).__name__} {error}')

    def hello(self, _request: dict, call: Call) -> None:
        running = [container for container in self.containers.values() if not container.is_over]
        call.answer({
            'protocol': PROTOCOL_VERSION, 'version': self.version, 'pid': os.getpid(),
            'instanceId': self.instance_id, 'bootId': self.boot_id, 'sandbox': self.sandbox.base != '',
            'reason': self.sandbox.reason, 'canSetUser': self.sandbox.can_set_user, 'runningCount': len(running),
            'networkSocket': self.networks.socket_path,
            'limits': self.cgroups.describe(),
        })

    def list_all(self, _request: dict, call: Call) -> None:
        containers, parents = [], []
        for container in self.containers.values():
            state = {'queued': 'starting', 'ending': 'running'}.get(container.state, container.state)
            containers.append({
                'id': container.id, 'podUid': container.pod_uid, 'state': state, 'pid': container.pid,
                'startTime': container.start_time, 'startedAtMs': container.started_at_ms,
                **({'exit': container.exit} if container.exit else {}),
            })
        for parent in self.parents.values():
            if parent.id != LAUNCHER:
                parents.append({
                    'parentId': parent.id, 'pid': parent.pid, 'isReady': parent.is_ready,
                    'startedCount': parent.started_count, 'lastUsedAtMs': parent.last_used_at_ms, **parent.cost,
                })
        call.answer({'containers': containers, 'parents': parents, 'networks': self.networks.list_all()})

    def start_container(self, request: dict, call: Call) -> None:
        if request['id'] in self.containers:
            raise Refusal('InvalidRequest', f'there is a container {request["id"]} already')
        if self.is_stopping:
            raise Refusal('StartError', 'the supervisor is stopping')
        command = request['command']
        if command['kind'] == 'exec':
            parent = self.launcher()
        elif command['kind'] == 'fork' and command['parentId'] in self.parents:
            parent = self.parents[command['parentId']]
        else:
            raise Refusal('NotFound', f'there is no warm parent {command.get("parentId")}')
        if 'beside' in request:
            if not os.path.exists(f'/proc/{request["beside"]}/ns/pid'):
                raise Refusal('StartError', 'the process whose processes it shall see has ended')
        self.forget_oldest()
        try:
            container = Container(self, parent, request)
        except OSError as error:
            raise Refusal('StartError', f'cannot keep its log and exit record: {error}') from error
        self.containers[container.id] = container
        self.start_calls[container.id] = call
        if 'beside' in request:
            parent.supply_beside(container, request['beside'])
        else:
            parent.supply(container)

    def start_parent(self, request: dict, call: Call) -> None:
        parent = self.parents.get(request['parentId'])
        if parent is not None and parent.is_ready:
            return call.answer({'pid': parent.pid, **parent.cost})
        if parent is None:
            config = {name: request[name] for name in ('python', 'env', 'modules')}
            config.update(preload=request.get('preload', ()), flags=(), limits={}, hasSteps=True, secondsMax=request.get('secondsMax'))
            self.open_parent(request['parentId'], config)
        self.parent_calls[request['parentId']].append(call)

    def stop_parent(self, request: dict, call: Call) -> None:
        parent = self.parents.get(request['parentId'])
        if parent is not None and parent.id != LAUNCHER:
            parent.is_stopped = True
            parent.give_up('it was stopped')
        call.answer({})

    def signal_main(self, request: dict, call: Call) -> None:
        container = self.containers.get(request['id'])
        if container is None or not container.signal_main(request['signal']):
            raise Refusal('NotFound', f'no container {request["id"]} is running')
        call.answer({})

    def entrance(self, request: dict, call: Call) -> None:
        container = self.running(request)
        command = container.request['command']
        call.answer({
            'argv': [sys.executable, '-I', '-S', self.program, 'enter'], 'pid': container.pid, 'startTime': container.start_time,
            'isSandbox': self.sandbox.base != '', 'env': command['env'], 'cwd': command['cwd'], 'user': container.request.get('user'),
            'controlGroups': container.groups,
        })

    def running(self, request: dict) -> Container:
        container = self.containers.get(request['id'])
        if container is None or container.state != 'running':
            raise Refusal('NotFound', f'no container {request["id"]} is running')
        return container

    def attach(self, request: dict, call: Call) -> None:
        container = self.running(request)
        container.watchers = [client for client in container.watchers if client in self.clients] + [call.client]
        call.answer({})

    def write_input(self, request: dict, call: Call) -> None:
        data = base64.b64decode(request['data'])
        self.running(request).streams.write(data, lambda is_open: call.answer({'isOpen': is_open}))

    def end_input(self, request: dict, call: Call) -> None:
        self.running(request).streams.end_input()
        call.answer({})

    def resize(self, request: dict, call: Call) -> None:
        self.running(request).streams.resize(request['rows'], request['columns'])
        call.answer({})

    def limit(self, request: dict, call: Call) -> None:
        container, limits = self.running(request), request['limits']
        if self.limit_watch:
            container.request['limits'] = limits
            self.limit_watch.expect(container)
            return call.answer({'refusal': ''})
        group, joined, init = container.spare.group, container.groups, container.spare.pid

        def note(refusal: str | None) -> None:
            container.groups = [*joined, *(path for path in group.paths if path not in joined)]
            call.answer({'refusal': 'its control group can not be changed' if refusal is None else refusal})

        self.loop.in_background(lambda: self.cgroups.change(group, joined, init, limits), note)

    def kill_container(self, request: dict, call: Call) -> None:
        self.kill(lambda container: container.id == request['id'])
        call.answer({})

    def kill_pod(self, request: dict, call: Call) -> None:
        call.answer({'killedCount': self.kill(lambda container: container.pod_uid == request['podUid'])})

    def remove_pod(self, request: dict, call: Call) -> None:
        def belongs(container: Container) -> bool:
            return container.pod_uid == request['podUid']

        def forget() -> None:
            self.networks.close(request['podUid'])
            self.containers = {key: kept for key, kept in self.containers.items() if not belongs(kept)}
            self.loop.in_background(lambda: remove_trees(request.get('directories', ())), lambda left: call.answer({'left': left}))

        self.kill(belongs)
        self.when_over(belongs, forget)

    def stats(self, request: dict, call: Call) -> None:
        running = [container for container in self.containers.values() if container.state == 'running']
        containers = {container.id: [container.spare.pid] for container in running}
        containers |= {key: [pid] for key, pid in request.get('others', {}).items()}
        network = {'network': [self.networks.pid]} if self.networks.control else {}
        parents = network | {
            parent.id or 'launcher': [parent.pid, *(spare.pid for spare in parent.spares)]
            for parent in self.parents.values()
        }
        self.loop.in_background(lambda: read_stats(os.getpid(), parents, containers), call.answer)

    def shutdown(self, request: dict, call: Call) -> None:
        running_count = sum(not container.is_over for container in self.containers.values())
        if running_count and not request['force']:
            raise Refusal('Busy', f'{running_count} containers are running')
        self.stop(lambda: call.answer({}))

    # ----------------------------------------------------------------------------------- containers and parents

    def launcher(self) -> Parent:
        if LAUNCHER not in self.parents:
            config = {'python': sys.executable, 'env': {'LANG': 'C.UTF-8'}, 'modules': (), 'preload': (), 'flags': ('-I', '-S'), 'limits': LAUNCHER_LIMITS, 'hasSteps': False}
            self.open_parent(LAUNCHER, config)
        return self.parents[LAUNCHER]

    def open_parent(self, parent_id: str, config: dict) -> None:
        try:
            self.parents[parent_id] = Parent(self, parent_id, {**config, 'program': self.program, 'base': self.sandbox.base})
        except OSError as error:
            raise Refusal('ParentFailed', f'cannot start {config["python"]}: {error.strerror}') from error

    def dismiss_spares(self) -> None:
        """At the end, without telling anybody."""
        for parent in self.parents.values():
            for control in (parent.control, *(spare.control for spare in parent.spares)):
                control.close()

    def parent_ready(self, parent: Parent) -> None:
        for call in self.parent_calls.pop(parent.id, ()):
            call.answer({'pid': parent.pid, **parent.cost})

    def parent_ended(self, parent: Parent) -> None:
        if self.parents.get(parent.id) is parent:
            del self.parents[parent.id]
        for call in self.parent_calls.pop(parent.id, ()):
            call.refuse('ParentUnfit' if parent.is_unfit else 'ParentFailed', parent.failure)
        if parent.id != LAUNCHER and not parent.is_stopped:
            self.tell({'event': 'parent-exited', 'parentId': parent.id})

    def network_lost(self, pod_uids: list[str]) -> None:
        self.kill(lambda container: container.pod_uid in pod_uids and container.request.get('isInPodNetwork'))

    def container_started(self, container: Container) -> None:
        call = self.start_calls.pop(container.id)
        call.answer({'pid': container.pid, 'startTime': container.start_time, 'startedAtMs': container.started_at_ms})
        if self.limit_watch:
            self.limit_watch.expect(container)

    def container_failed(self, container: Container, reason: str, message: str) -> None:
        del self.containers[container.id]
        self.start_calls.pop(container.id).refuse(reason, message)
        self.container_ended()

    def container_imported(self, container: Container, names: list[str]) -> None:
        command = container.request['command']
        if 'program' in command:
            self.tell({'event': 'imported', 'parentId': command['parentId'], 'program': command['program'], 'modules': names})

    def container_exited(self, container: Container) -> None:
        self.tell({'event': 'exited', 'podUid': container.pod_uid, 'exit': container.exit})
        self.container_ended()

    def container_ended(self) -> None:
        for is_over, then in list(self.endings):
            if is_over():
                self.endings.remove((is_over, then))
                then()
        self.expect_idleness()

    def kill(self, is_meant) -> int:
        """Kills the running containers that are meant; how many these were."""
        meant = [container for container in self.containers.values() if not container.is_over and is_meant(container)]
        for container in meant:
            container.kill(is_plain=self.sandbox.base == '')
        return len(meant)

    def when_over(self, is_meant, then) -> None:
        def is_over() -> bool:
            return all(container.is_over for container in self.containers.values() if is_meant(container))

        if is_over():
            then()
        else:
            self.endings.append((is_over, then))

    def kill_orphans(self) -> bool:
        """What outlives an init that has no PID namespace is adopted by this process, which otherwise adopts only the
        inits of warm parents that have ended. True when there were any."""
        if self.sandbox.base:
            return False
        known = {self.networks.pid, *(parent.pid for parent in self.parents.values())}
        known.update(container.spare.pid for container in self.containers.values() if container.spare)
        own = os.getpid()
        orphans = [pid for pid, facts in read_processes().items() if facts.parent == own and pid not in known]
        for pid in orphans:
            kill_quietly(pid)
        return len(orphans) > 0

    def forget_oldest(self) -> None:
        if len(self.containers) >= CONTAINER_COUNT_MAX:
            oldest = next((key for key, container in self.containers.items() if container.is_over), None)
            if oldest is None:
                raise Refusal('StartError', f'{CONTAINER_COUNT_MAX} containers are running already')
            del self.containers[oldest]

    # ------------------------------------------------------------------------------------------ life of the server

    def tell(self, event: dict) -> None:
        for client in list(self.clients):
            client.send(event)

    def accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        self.clients.add(Client(self, connection))

    def reap(self) -> None:
        """Warm parents, and inits whose parent died; their ends are seen by their sockets."""
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass

    def expect_idleness(self) -> None:
        self.idle_since = time.monotonic()
        if not self.is_idleness_expected:
            self.is_idleness_expected = True
            self.loop.after(min(LOST_SECONDS, self.idle_seconds), self.stop_if_idle)

    def stop_if_idle(self) -> None:
        """An idle supervisor waits for the next client, unless none can find it: its directory was removed."""
        remaining = self.idle_since + self.idle_seconds - time.monotonic()
        if self.clients or any(not container.is_over for container in self.containers.values()):
            self.is_idleness_expected = False  # whoever ends last expects it again
        elif remaining > 0 and self.is_findable():
            self.loop.after(remaining, self.stop_if_idle)
        else:
            self.loop.is_stopped = True

    def stop(self, before=lambda: None) -> None:
        """Kills all containers, waits for their exit records, then ends."""
        def end() -> None:
            before()
            self.loop.is_stopped = True

        self.is_stopping = True
        self.kill(lambda container: True)
        self.when_over(lambda container: True, end)
        self.loop.after(SHUTDOWN_SECONDS_MAX, end)


def remove_trees(directories: list[str]) -> list[str]:
    """Those that could not be removed, or not whole."""
    for directory in directories:
        shutil.rmtree(directory, ignore_errors=True)
    return [directory for directory in directories if os.path.lexists(directory)]
