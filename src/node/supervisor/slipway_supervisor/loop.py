"""One thread, one selector: callbacks for descriptors and timers, and worker threads for what blocks on the disk."""
from __future__ import annotations

import collections
import heapq
import itertools
import os
import queue
import selectors
import signal
import threading
import time
import traceback

#: A container costs three syncs. Two workers end 85 containers a second on a busy disk; the disk serves more at the same time.
WORKER_COUNT = 8
WAKE_BYTES_MAX = 64 * 1024


class Loop:
    def __init__(self, worker_count: int = WORKER_COUNT) -> None:
        self.is_stopped = False
        self.selector = selectors.DefaultSelector()
        self.timers: list = []  # heap of [due, serial, callback]
        self.serial = itertools.count()
        self.jobs: queue.SimpleQueue = queue.SimpleQueue()
        self.done: collections.deque = collections.deque()
        self.on_signal: dict[int, object] = {}
        self.wake_reader, self.wake_writer = os.pipe()
        for fd in (self.wake_reader, self.wake_writer):
            os.set_blocking(fd, False)
        self.watch(self.wake_reader, self.wake)
        for _ in range(worker_count):
            threading.Thread(target=self.work, daemon=True).start()

    def watch(self, source, on_ready, events: int = selectors.EVENT_READ) -> None:
        """Calls on_ready(events) whenever `source` is ready; watching it again replaces the interest."""
        try:
            self.selector.modify(source, events, on_ready)
        except KeyError:
            self.selector.register(source, events, on_ready)

    def forget(self, source) -> None:
        """Before the descriptor is closed. Idempotent."""
        try:
            self.selector.unregister(source)
        except (KeyError, ValueError):
            pass

    def after(self, seconds: float, callback):
        """What `cancel` takes."""
        timer = [time.monotonic() + seconds, next(self.serial), callback]
        heapq.heappush(self.timers, timer)
        return timer

    def cancel(self, timer) -> None:
        timer[2] = do_nothing  # and lets go of whatever the callback holds

    def in_background(self, job, on_done=lambda _: None) -> None:
        """Runs job() on a worker, then on_done(result) here; a job must not raise."""
        self.jobs.put((job, on_done))

    def handle_signal(self, number: int, callback) -> None:
        self.on_signal[number] = callback
        signal.set_wakeup_fd(self.wake_writer, warn_on_full_buffer=False)
        signal.signal(number, lambda *_: None)  # its number arrives through the pipe

    def run(self) -> None:
        while not self.is_stopped:
            timeout = max(0.0, self.timers[0][0] - time.monotonic()) if self.timers else None
            for key, events in self.selector.select(timeout):
                current = self.selector.get_map().get(key.fd)
                if current is not None and current.data is key.data:  # not forgotten by a callback of this turn
                    self.guard(key.data, events)
            now = time.monotonic()  # once: a slow callback that sets itself again must not starve the descriptors
            while self.timers and self.timers[0][0] <= now:
                self.guard(heapq.heappop(self.timers)[2])

    def guard(self, callback, *arguments) -> None:
        """A bug met by one callback must not end the Pods of all others."""
        try:
            callback(*arguments)
        except Exception:
            traceback.print_exc()

    def wake(self, _events: int) -> None:
        for number in set(os.read(self.wake_reader, WAKE_BYTES_MAX)):
            if number in self.on_signal:
                self.guard(self.on_signal[number])
        while self.done:
            self.guard(*self.done.popleft())

    def work(self) -> None:
        while True:
            job, on_done = self.jobs.get()
            try:
                result = job()
            except Exception:
                traceback.print_exc()
                result = None
            self.done.append((on_done, result))
            try:
                os.write(self.wake_writer, b'\0')
            except BlockingIOError:
                pass  # the pipe is full of wake-ups already


def do_nothing() -> None:
    pass
