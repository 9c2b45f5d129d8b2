"""Limits where there are no control groups: whoever has too much is killed, a moment later."""
from __future__ import annotations

from .kernel import descendants, read_processes
from .stats import read_private_bytes

PERIOD_SECONDS = 0.5


class LimitWatch:
    """Looks at the containers with a limit as long as one runs. Memory is counted as private pages: forks share most of theirs."""

    def __init__(self, server) -> None:
        self.server, self.is_expected = server, False

    def expect(self, container) -> None:
        if not self.is_expected and limits_of(container):
            self.is_expected = True
            self.server.loop.after(PERIOD_SECONDS, self.look)

    def look(self) -> None:
        limited = [container for container in self.server.containers.values() if container.state == 'running' and limits_of(container)]
        if not limited:
            self.is_expected = False
            return
        subjects = [(container, container.spare.pid, limits_of(container)) for container in limited]
        self.server.loop.in_background(lambda: [(container, exceeded(pid, limits)) for container, pid, limits in subjects], self.act)

    def act(self, findings: list | None) -> None:
        for container, limit in findings or ():
            if limit and container.state == 'running':
                container.over_limit = limit
                container.kill(is_plain=self.server.sandbox.base == '')
        self.server.loop.after(PERIOD_SECONDS, self.look)


def limits_of(container) -> dict:
    limits = container.request.get('limits', {})
    return {name: limits[name] for name in ('memoryBytes', 'processCountMax') if limits.get(name)}


def exceeded(init: int, limits: dict) -> str:
    """The limit that the descendants of this init are beyond; '' for none."""
    pids = descendants(init, read_processes())
    if len(pids) > limits.get('processCountMax', len(pids)):
        return 'processes'
    memory = limits.get('memoryBytes')
    return 'memory' if memory and sum(map(read_private_bytes, pids)) > memory else ''
