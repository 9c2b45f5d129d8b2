import assert from 'node:assert/strict';
import { release } from 'node:os';
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
/** Of Linux, from which on the kernel copies pages on request. */
const LINUX_MIN = [5, 14] as const;

function isKernelAble(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > LINUX_MIN[0] || (major === LINUX_MIN[0] && minor >= LINUX_MIN[1]);
}

test('a spare has copied beforehand the pages that the steps before it wrote to', { skip: !isKernelAble() && `Linux ${release()} can't` }, async (t) => {
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
