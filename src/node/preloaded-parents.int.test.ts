// What steps import again and again is imported before they are forked, when that changes nothing for them.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { stringify } from 'yaml';
import { until, type JsonObject } from '../base/mod.ts';
import { machineUv } from './environments/testing/machine.ts';
import { NodeWorld } from './testing/node-world.ts';
import { makeWheel } from './testing/wheel.ts';

const root = await mkdtemp(join(tmpdir(), 'slipway-preloaded-'));
const wheels = join(root, 'wheels');
const EXECUTOR = `import sys
if __name__ == '__main__':
    exec(compile(sys.argv[2] if sys.argv[1] == '--text' else open(sys.argv[2]).read(), 'component', 'exec'))
`;
const SLOW = 'import time\ntime.sleep(0.05)\n';
const PACKAGES: Readonly<Record<string, string>> = {
  kfp: '',
  slow: `${SLOW}import os, random\nPID = os.getpid()\nown, seeded = random.Random(), random.Random(7)\nos.environ.setdefault('SET_BY_SLOW', 'yes')\n`,
  other: `${SLOW}import os\nPID = os.getpid()\n`,
  cheap: 'import os\nPID = os.getpid()\n',
  noisy: `${SLOW}print('hello from noisy')\n`,
  holder: `${SLOW}kept = open('/dev/null')\n`,
  threaded: `${SLOW}import threading\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n`,
  handler: `${SLOW}import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n`,
  crashing: `${SLOW}import atexit, os\natexit.register(os.abort)\n`,
};
for (const [name, text] of Object.entries(PACKAGES)) {
  const runtime = "import os\nIS_RUNTIME = os.environ.get('_KFP_RUNTIME') == 'true'\n";
  const more: Record<string, string> = name === 'kfp' ? { 'kfp/__init__.py': runtime, 'kfp/dsl/__init__.py': '', 'kfp/dsl/executor_main.py': EXECUTOR } : {};
  await makeWheel(wheels, name, '1.0', { files: { [`${name}.py`]: text, ...more } });
}

const uvPath = await machineUv(join(root, 'tools'));
const world = await new NodeWorld({
  variables: {
    ...(uvPath === undefined ? {} : { PATH: `${dirname(uvPath)}:${process.env['PATH']}` }),
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: wheels,
  },
}).start();
after(async () => {
  await world.close();
  await rm(root, { recursive: true, force: true });
});
await writeFile(world.recipesFile, stringify({ recipes: [{ image: 'team/kfp', interpreter: 'python3', packages: Object.keys(PACKAGES) }] }));

const SDK_COMMAND = [
  'program_path=$(mktemp -d)',
  'printf "%s" "$0" > "$program_path/ephemeral_component.py"',
  '_KFP_RUNTIME=true python3 -m kfp.dsl.executor_main --component_module_path "$program_path/ephemeral_component.py" "$@"',
].join('\n');
let lastPod = 0;

/** What the step printed. */
async function step(source: string, container: JsonObject = {}): Promise<string> {
  const name = `step-${++lastPod}`;
  await world.create(name, { containers: [{ name: 'main', image: 'team/kfp', command: ['sh', '-ec', SDK_COMMAND, source], ...container }] });
  const pod = await world.ended(name);
  const text = await world.log(pod);
  assert.equal(pod.status?.['phase'], 'Succeeded', text);
  return text.trim();
}

const parents = () => world.programs.parents.status().parents;
const preloaded = () => parents().filter(({ preloadedCount, isReady }) => preloadedCount > 0 && isReady);

/** Runs it until there is a parent for it, and returns what it prints then. */
async function stepFromPreloaded(source: string): Promise<string> {
  const before = preloaded().length;
  await until('a preloaded parent', async () => {
    await step(source);
    return preloaded().length > before;
  }, { timeoutMs: 30_000 });
  return step(source);
}

const inherits = (module: string) => `import os, ${module}\nprint(${module}.PID != os.getpid())`;

test('a program that imports the same again is forked from a parent that has it', async () => {
  assert.equal(await step(inherits('slow')), 'False');
  assert.equal(await stepFromPreloaded(inherits('slow')), 'True');
  const [parent] = preloaded();
  assert.ok(parent !== undefined && parent.memoryBytes > 1_000_000 && parent.memoryBytes < 100_000_000, JSON.stringify(parent));
  assert.equal(parent.preloadedCount, 1);
});

test('the SDK is whole for a command that does not ask for its runtime only', async () => {
  const source = 'import kfp, os\nprint(kfp.IS_RUNTIME, os.environ.get("_KFP_RUNTIME"))';
  assert.equal(await step(source), 'True true');
  assert.equal(await step('', { command: ['python3', '-m', 'kfp.dsl.executor_main'], args: ['--text', source] }), 'False None');
});

test('another program has nothing of it', async () => {
  assert.equal(await step('import sys\nprint("slow" in sys.modules)'), 'False');
});

test('a step with a variable or a working directory of its own imports for itself', async () => {
  assert.equal(await step(inherits('slow'), { env: [{ name: 'MPLBACKEND', value: 'agg' }] }), 'False');
  assert.equal(await step(inherits('slow'), { workingDir: '/tmp' }), 'False');
  assert.equal(await step(inherits('slow')), 'True');
});

test('generators of modules are seeded anew, unless the module seeded them; variables that it set are there', async () => {
  const source = 'import os, slow, random\nprint(slow.own.random(), random.random(), slow.seeded.random(), os.environ["SET_BY_SLOW"])';
  for (let run = 0; run < 2; run++) await step(source); // the parent of the first test serves it, too
  const words = await Promise.all([1, 2, 3].map(async () => (await step(source)).split(' ')));
  const column = (index: number) => new Set(words.map((line) => line[index]));
  assert.deepEqual([0, 1, 2, 3].map((index) => column(index).size), [3, 3, 1, 1], JSON.stringify(words));
});

test('a module that is imported faster than a large fork is made is not preloaded', async () => {
  for (let run = 0; run < 4; run++) assert.equal(await step(inherits('cheap')), 'False');
  assert.ok(preloaded().every(({ preloadedCount }) => preloadedCount !== 0));
});

test('a program that imports now this, now that, has ready what is always imported', async () => {
  const source = 'import os, sys, slow\nif len(os.listdir("/tmp")) % 2: import other\nimport cheap\nprint(slow.PID != os.getpid())';
  await step(source);
  await step(source);
  assert.equal(await step(source), 'True');
});

test('modules that leave something behind are refused once and for all, with the reason', async () => {
  const reasons: Readonly<Record<string, RegExp>> = {
    noisy: /writes when it is imported: hello from noisy/,
    holder: /keeps them open/,
    threaded: /starts threads of its own/,
    handler: /changes how signals are handled/,
    crashing: /ended by signal 6/,
  };
  const { refused } = world.programs.parents.status();
  assert.deepEqual(refused, []);
  for (const [module, reason] of Object.entries(reasons)) {
    const source = module === 'crashing' ? `import atexit, ${module}\natexit.unregister(__import__('os').abort)` : `import ${module}`;
    const isRefused = () => world.programs.parents.status().refused.some((set) => reason.test(set.reason));
    // Each run asks for it; one set is tried at a time.
    await until(`the refusal of ${module}`, async () => {
      await step(source);
      return isRefused();
    }, { timeoutMs: 30_000 });
  }
  assert.equal(world.programs.parents.status().refused.length, 5);
  await world.restart();
  assert.equal(world.programs.parents.status().refused.length, 5);
  const file: unknown = JSON.parse(await readFile(join(world.directory, 'refused-preloads.json'), 'utf8'));
  assert.ok(Array.isArray(file) && file.length === 5);
  const startedBefore = (await world.node.supervisor().list()).parents.length;
  for (let run = 0; run < 4; run++) await step('import noisy');
  assert.equal((await world.node.supervisor().list()).parents.length, startedBefore);
});
