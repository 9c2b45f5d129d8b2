"""Memory as private pages, never as resident ones: forks of a warm parent share most of what is resident."""
from __future__ import annotations

import os

from .kernel import descendants, read_processes

MS_PER_TICK = 1000 / os.sysconf('SC_CLK_TCK')


def read_stats(own: int, parents: dict[str, list[int]], containers: dict[str, list[int]]) -> dict:
    """`parents` and `containers` name the processes of each; a container has their descendants, too."""
    processes = read_processes()
    whole = {
        key: [pid for root in roots for pid in (root, *descendants(root, processes))]
        for key, roots in containers.items()
    }
    return {
        'supervisor': sum_up([own], processes),
        'parents': [{'parentId': key, **sum_up(pids, processes)} for key, pids in parents.items()],
        'containers': [{'id': key, **sum_up(pids, processes, with_reaped=True)} for key, pids in whole.items()],
    }


def sum_up(pids: list[int], processes: dict, with_reaped: bool = False) -> dict:
    alive = [pid for pid in pids if pid in processes]
    ticks = sum(processes[pid].cpu_ticks + with_reaped * processes[pid].cpu_ticks_reaped for pid in alive)
    return {
        'privateBytes': sum(map(read_private_bytes, alive)),
        'cpuMs': round(ticks * MS_PER_TICK),
        'processCount': len(alive),
    }


def read_private_bytes(pid: int) -> int:
    """0 for a process that has ended or belongs to somebody else."""
    for name in ('smaps_rollup', 'smaps'):
        try:
            with open(f'/proc/{pid}/{name}', 'rb') as file:
                return 1024 * sum(int(line.split()[1]) for line in file if line.startswith(b'Private_'))
        except FileNotFoundError:
            continue  # a kernel without the rollup
        except OSError:
            return 0
    return 0


def read_anonymous_bytes() -> int:
    """What this process alone takes before its first fork; pages of files may be dropped at any time. 0 when the kernel
    does not say."""
    try:
        with open('/proc/self/smaps_rollup') as file:
            return sum(1024 * int(line.split()[1]) for line in file if line.startswith(('Anonymous:', 'Swap:')))
    except OSError:
        return 0
