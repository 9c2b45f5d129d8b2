"""Start and end of the supervisor: one per directory, on one socket, with the walls that this machine permits."""
from __future__ import annotations

import argparse
import fcntl
import json
import os
import resource
import signal
import socket
import sys
import tempfile

from .cgroups import Cgroups, choose_cgroups
from .kernel import PR_SET_CHILD_SUBREAPER, describe, enter_user_namespace, prctl
from .loop import Loop
from .root import try_sandbox
from .server import Sandbox, Server

DESCRIPTOR_COUNT_MAX = 65_536
SOCKET_PATH_BYTES_MAX = 107
SOCKET_NAME = 'supervisor.sock'
CARD_NAME = 'supervisor.json'
EXIT_ALREADY_RUNNING = 75


def supervise(arguments: list[str], program: str) -> None:
    parser = argparse.ArgumentParser(prog='supervisor.py supervise')
    for name in ('--dir', '--short-dir', '--version'):
        parser.add_argument(name, required=True)
    parser.add_argument('--idle-seconds', type=float, required=True)
    parser.add_argument('--no-sandbox', action='store_true')
    parser.add_argument('--no-cgroups', action='store_true')
    options = parser.parse_args(arguments)
    os.umask(0o077)
    lock = os.open(f'{options.dir}/lock', os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(EXIT_ALREADY_RUNNING)
    prctl('adopt descendants', PR_SET_CHILD_SUBREAPER, 1)
    raise_descriptor_limit()
    cgroups = Cgroups([], 'switched off') if options.no_cgroups else choose_cgroups()
    sandbox = Sandbox('', 'switched off', os.geteuid() == 0) if options.no_sandbox else choose_sandbox(options.dir)
    loop = Loop()  # starts threads, after which no user namespace can be entered
    path = choose_socket_path(options)
    directory = os.path.dirname(path)
    server = Server(loop, program, options.version, options.idle_seconds, sandbox, cgroups, directory, lambda: is_own_card(options.dir))
    loop.handle_signal(signal.SIGCHLD, server.reap)
    loop.handle_signal(signal.SIGTERM, server.stop)
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    listen(server, options, path)
    loop.run()
    server.dismiss_spares()
    cgroups.remove()
    is_in_directory = directory == options.dir
    if is_own_card(options.dir):
        os.unlink(f'{options.dir}/{CARD_NAME}')
    elif is_in_directory:
        os._exit(0)  # what is in the directory now belongs to another supervisor
    os.unlink(path)
    server.networks.stop()
    if not is_in_directory:
        os.rmdir(directory)
    os._exit(0)  # the lock goes with the process


def choose_sandbox(directory: str) -> Sandbox:
    base = f'{directory}/root'
    os.makedirs(base, exist_ok=True)
    is_root = os.geteuid() == 0
    reason = try_sandbox(base, with_user_namespace=False) if is_root else 'not root'
    if reason == '':
        return Sandbox(base, '', can_set_user=True)
    reason = try_sandbox(base, with_user_namespace=True)
    if reason == '':
        enter_user_namespace()
        return Sandbox(base, '', can_set_user=False)
    return Sandbox('', f'this machine does not permit namespaces: {reason}', can_set_user=is_root)


def print_network_problem() -> None:
    from .network import try_network

    if os.geteuid() != 0:
        try:
            enter_user_namespace()
        except OSError as error:
            return print(f'no user namespaces: {describe(error)}')
    print(try_network(), flush=True)
    os._exit(0)


def raise_descriptor_limit() -> None:
    """A running container costs four descriptors here; it inherits the limit, as from a container runtime."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = DESCRIPTOR_COUNT_MAX if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTOR_COUNT_MAX)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def choose_socket_path(options: argparse.Namespace) -> str:
    path = f'{options.dir}/{SOCKET_NAME}'
    if len(os.fsencode(path)) > SOCKET_PATH_BYTES_MAX:
        path = f'{tempfile.mkdtemp(prefix="slipway-", dir=options.short_dir)}/{SOCKET_NAME}'
    return path


def listen(server: Server, options: argparse.Namespace, path: str) -> None:
    if os.path.lexists(path):
        os.unlink(path)  # of a supervisor that was killed: the lock is ours
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen()
    server.loop.watch(listener, lambda _events: server.accept(listener))
    write_card(options.dir, {'pid': os.getpid(), 'socket': path, 'instanceId': server.instance_id})
    server.expect_idleness()


def write_card(directory: str, card: dict) -> None:
    """Where to find this supervisor."""
    with open(f'{directory}/{CARD_NAME}.new', 'w') as file:
        json.dump(card, file)
    os.rename(f'{directory}/{CARD_NAME}.new', f'{directory}/{CARD_NAME}')


def is_own_card(directory: str) -> bool:
    """False when the directory was removed, and maybe made again by another supervisor."""
    try:
        with open(f'{directory}/{CARD_NAME}') as file:
            return json.load(file)['pid'] == os.getpid()
    except (OSError, ValueError):
        return False
