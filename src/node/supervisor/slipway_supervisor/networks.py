"""The supervisor's side of the network of the Pods: starts the process that holds it with the first Pod that needs it."""
from __future__ import annotations

import json
import os
import socket
import sys

from .client import Call, Refusal

MESSAGE_BYTES_MAX = 64 * 1024
SOCKET_NAME = 'network.sock'


class Networks:
    def __init__(self, owner, program: str, directory: str) -> None:
        """`directory` is where the supervisor's own socket is. The owner hears network_lost(uids of the Pods in it)."""
        self.owner, self.loop, self.program = owner, owner.loop, program
        self.socket_path = f'{directory}/{SOCKET_NAME}'
        self.control: socket.socket | None = None
        self.pid = 0
        self.failure = ''
        self.is_ready = False
        self.opened: dict[str, tuple[str, int]] = {}  # by Pod uid: address, and descriptor of the namespace
        self.calls: dict[str, list[Call]] = {}

    def open(self, request: dict, call: Call) -> None:
        """Idempotent."""
        pod_uid = request['podUid']
        if pod_uid in self.opened:
            return call.answer(self.facts(pod_uid))
        if self.owner.sandbox.base == '':
            raise Refusal('NetworkUnavailable', self.owner.sandbox.reason)
        if self.control is None:
            self.start(request)
        self.calls.setdefault(pod_uid, []).append(call)
        if len(self.calls[pod_uid]) == 1:
            self.order({'open': pod_uid})

    def close(self, pod_uid: str) -> None:
        if pod_uid in self.opened:
            os.close(self.opened.pop(pod_uid)[1])
            self.order({'close': pod_uid})

    def list_all(self) -> list[dict]:
        return [{'podUid': pod_uid, **self.facts(pod_uid)} for pod_uid in self.opened]

    def facts(self, pod_uid: str) -> dict:
        address, fd = self.opened[pod_uid]
        return {'address': address, 'namespace': f'/proc/{os.getpid()}/fd/{fd}'}

    def namespace_of(self, pod_uid: str) -> int:
        """A descriptor that stays this object's. Raises Refusal."""
        if pod_uid not in self.opened:
            raise Refusal('StartError', 'the Pod has no network namespace')
        return self.opened[pod_uid][1]

    def start(self, request: dict) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.is_ready, self.failure = False, 'the process that holds it ended'
        try:
            argv = [sys.executable, '-I', '-S', self.program, 'network', '3']
            actions = [(os.POSIX_SPAWN_DUP2, theirs.fileno(), 3)]
            self.pid = os.posix_spawn(sys.executable, argv, {'LANG': 'C.UTF-8'}, file_actions=actions)
        except OSError as error:
            self.control.close()
            self.control = None
            raise Refusal('NetworkUnavailable', f'cannot start {sys.executable}: {error.strerror}') from error
        finally:
            theirs.close()
        self.control.setblocking(False)
        self.loop.watch(self.control, self.hear)
        self.order({'podRange': request['podRange'], 'serviceRange': request['serviceRange'], 'socket': self.socket_path})

    def order(self, message: dict) -> None:
        try:
            self.control.send(json.dumps(message).encode())
        except OSError:
            pass  # it has ended; hear() finds out

    def hear(self, _events: int) -> None:
        try:
            data, fds, _, _ = socket.recv_fds(self.control, MESSAGE_BYTES_MAX, 1, socket.MSG_CMSG_CLOEXEC)
        except OSError:
            data, fds = b'', []
        message = json.loads(data) if data else {}
        if 'opened' in message:
            self.settle(message, fds)
        elif 'ready' in message:
            self.is_ready = True
        elif 'failed' in message:
            self.failure = message['failed']
        else:
            self.end()

    def settle(self, message: dict, fds: list[int]) -> None:
        pod_uid, calls = message['opened'], self.calls.pop(message['opened'], [])
        if 'problem' in message:
            for call in calls:
                call.refuse('NetworkUnavailable', message['problem'])
            return
        self.opened[pod_uid] = (message['address'], fds[0])
        for call in calls:
            call.answer(self.facts(pod_uid))

    def end(self) -> None:
        """The bridge is gone, and with it whatever was connected to it."""
        self.loop.forget(self.control)
        self.control.close()
        self.control = None
        calls, lost = self.calls, list(self.opened)
        self.calls = {}
        for _, fd in self.opened.values():
            os.close(fd)
        self.opened.clear()
        if self.is_ready:
            print(f'the network of {len(lost)} Pods is lost: {self.failure}', flush=True)
        for waiting in calls.values():
            for call in waiting:
                call.refuse('NetworkUnavailable', self.failure)
        self.owner.network_lost(lost)

    def stop(self) -> None:
        if os.path.lexists(self.socket_path):
            os.unlink(self.socket_path)
