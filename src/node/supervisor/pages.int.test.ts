import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../base/mod.ts';
import { findPython, runProgram, startFixture, startPythonParent } from './supervisor-fixture.ts';

/** Counts references to all that the parent's modules hold, which writes to the pages that these lie in. */
const TOUCHES_MUCH = `import resource, sys
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for module in list(sys.modules.values()):
    kept = list(vars(module).values())
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
`;

test('a spare has copied beforehand the pages that the steps before it wrote to', async (t) => {
  const fixture = await startFixture(t);
  const command = await startPythonParent(fixture, { modules: ['json', 'argparse', 'inspect', 'decimal', 'email.message', 'unittest'] });
  const countFaults = async () => Number((await fixture.run(command(), fixture.step(TOUCHES_MUCH))).stdout());
  const first = await countFaults();
  assert.ok(first > 200, `it writes to many pages: ${first}`);
  // Two steps teach, and the spares of that time know nothing yet.
  await until('few faults', async () => (await countFaults()) < first / 4, { timeoutMs: 60_000 });
});

test('an exit is told however much was imported and written', async () => {
  const script = `import sys; sys.path.insert(0, sys.argv[1])
from slipway_supervisor.parent import MESSAGE_BYTES_MAX, end_message
class Told:
    def __init__(self, what): self.read = lambda: what
class Outfit:
    imports = Told(['package.module%023d' % number for number in range(800)])
    written_pages = Told([(34_000_000_000 + 2 * number, 1) for number in range(2700)])
print(len(end_message(0, 0, Outfit)) <= MESSAGE_BYTES_MAX)`;
  assert.equal((await runProgram(await findPython(), ['-c', script, import.meta.dirname])).stdout, 'True\n');
});

test('what a parent learns is common to two steps, and of a size that a spare can have', async () => {
  const script = `import sys; sys.path.insert(0, sys.argv[1])
from slipway_supervisor.pages import PAGE_COUNT_MAX, PageHabit
habit = PageHabit()
print(habit.learn([[0, PAGE_COUNT_MAX + 1]]), habit.learn([[10, 5], [20, 1]]), habit.is_learning)
print(habit.learn([[12, 6], [20, 3]]), habit.is_learning, habit.ranges, habit.learn([[1, 1]]), habit.ranges)`;
  const { stdout } = await runProgram(await findPython(), ['-c', script, import.meta.dirname]);
  assert.equal(stdout, 'False False True\nTrue False [(12, 3), (20, 1)] False [(12, 3), (20, 1)]\n');
});

test('pages are copied wherever they lie, and what is not mapped any more is passed over', async () => {
  const script = `import ctypes, mmap, os, resource, sys; sys.path.insert(0, sys.argv[1])
from slipway_supervisor.pages import copy_pages, pack_pages
def place_of(memory): return ctypes.addressof(ctypes.c_char.from_buffer(memory)) // mmap.PAGESIZE
count = 3000
memory, gone = mmap.mmap(-1, count * mmap.PAGESIZE, mmap.MAP_PRIVATE), mmap.mmap(-1, mmap.PAGESIZE, mmap.MAP_PRIVATE)
for page in range(count):
    memory[page * mmap.PAGESIZE] = page % 256
first, hole = place_of(memory), place_of(gone)
del gone
packed = pack_pages([(first, 1), (hole, 1), *((first + page, 1) for page in range(1, count))])
if os.fork() == 0:
    is_able, before = copy_pages(packed), resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    are_same = all(memory[page * mmap.PAGESIZE] == page % 256 for page in range(count))
    for page in range(count):
        memory[page * mmap.PAGESIZE] = 1
    print(is_able, are_same, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before < 100, flush=True)
    os._exit(0)
os.wait()
print(copy_pages(b''), copy_pages(pack_pages([(hole, 1)])))`;
  assert.equal((await runProgram(await findPython(), ['-c', script, import.meta.dirname])).stdout, 'True True True\nFalse False\n');
});

test('the launcher learns from the commands that it starts, too', async (t) => {
  const { dataDir } = await startFixture(t);
  const script = `import signal, sys; sys.path.insert(0, sys.argv[1])
from slipway_supervisor.cgroups import Cgroups
from slipway_supervisor.client import Call
from slipway_supervisor.loop import Loop
from slipway_supervisor.server import LAUNCHER, Sandbox, Server
loop, ended = Loop(1), []
class Client:
    def send(self, message):
        if message.get('event') == 'exited':
            ended.append(message)
            loop.after(0, look)
client = Client()
server = Server(loop, sys.argv[1] + '/supervisor.py', 'test', 60, Sandbox('', 'none', True), Cgroups([], 'none'), sys.argv[2], lambda: True)
server.clients.add(client)
def start(name):
    command = {'kind': 'exec', 'argv': ['true'], 'env': {'PATH': '/usr/bin:/bin'}, 'cwd': '/'}
    files = {'logFile': sys.argv[2] + '/' + name + '.log', 'exitFile': sys.argv[2] + '/' + name + '.exit'}
    server.start_container({'id': name, 'podUid': name, 'mounts': [], 'command': command, **files}, Call(client, 1))
def look():
    habit = server.parents[LAUNCHER].habit
    if habit.is_learning and len(ended) < 20:
        return start('c%d' % len(ended))
    print(habit.is_learning, sum(count for _, count in habit.ranges or ()) > 20)
    loop.is_stopped = True
loop.handle_signal(signal.SIGCHLD, server.reap)
loop.after(0, look)
loop.run()
server.dismiss_spares()`;
  assert.equal((await runProgram(await findPython(), ['-c', script, import.meta.dirname, dataDir])).stdout, 'False True\n');
});
