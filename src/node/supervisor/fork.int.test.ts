import assert from 'node:assert/strict';
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';

import { until } from '../../base/mod.ts';
import type { ImportedModules } from './protocol.ts';
import {
  expectFailure,
  findKfpEnvironment,
  startFixture,
  startPythonParent,
  type EndedContainer,
  type SupervisorFixture,
} from './supervisor-fixture.ts';

interface Stepper {
  readonly fork: (source: string, args?: readonly string[], env?: Record<string, string>) => Promise<EndedContainer>;
  /** The same in a new interpreter: what a fork has to look like. */
  readonly fresh: (source: string, args?: readonly string[], env?: Record<string, string>) => Promise<EndedContainer>;
}

const ENV = { PATH: '/usr/bin:/bin', HOME: '/tmp', LANG: 'C.UTF-8' };

async function startStepper(
  t: TestContext,
  { modules, ...options }: { modules?: readonly string[]; isSandboxWanted?: boolean } = {},
): Promise<Stepper> {
  const fixture = await startFixture(t, options);
  const command = await startPythonParent(fixture, modules === undefined ? {} : { modules });
  const { python } = fixture.options;
  return {
    fork: (source, args = [], env = ENV) => fixture.run(command(args, env), fixture.step(source)),
    fresh: (source, args = [], env = ENV) =>
      fixture.run({ kind: 'exec', argv: [python, '-m', 'step', ...args], env, cwd: fixture.workDir }, fixture.step(source)),
  };
}

const SELF_PORTRAIT = `
import sys, os, json, signal, threading, gc, locale, time, warnings
def main():
    spec = sys.modules['__main__'].__spec__
    print(json.dumps({
        'argv': sys.argv, 'orig_argv': getattr(sys, 'orig_argv', None), 'path': sys.path, 'executable': sys.executable,
        'prefix': sys.prefix, 'flags': str(sys.flags), 'name': __name__, 'file': __file__, 'spec': [spec.name, spec.origin],
        'package': __package__, 'loader': type(__loader__).__name__, 'doc': __doc__, 'main': sys.modules['__main__'].__dict__ is globals(),
        'globals': sorted(globals()), 'builtins': type(__builtins__).__name__,
        'env': dict(os.environ), 'cwd': os.getcwd(), 'umask': os.umask(0o22), 'fds': sorted(os.listdir('/proc/self/fd'))[:3],
        'sid is pid': os.getsid(0) == os.getpid(), 'gc': [gc.isenabled(), gc.get_threshold()],
        'signals': {n: str(signal.getsignal(n)) for n in range(1, 65) if n not in (32, 33)},
        'blocked': [int(n) for n in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
        'threads': [thread.name for thread in threading.enumerate()],
        'is main thread': threading.current_thread() is threading.main_thread(), 'native id': threading.main_thread().native_id == os.getpid(),
        'encodings': [sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors, sys.stdin.encoding, sys.getfilesystemencoding(), locale.getpreferredencoding()],
        'stdin': sys.stdin.read(), 'tty': sys.stdout.isatty(), 'zone': time.tzname, 'filters': str(warnings.filters),
        'hooks': [sys.excepthook is sys.__excepthook__, sys.displayhook is sys.__displayhook__, sys.settrace.__name__, sys.gettrace()],
        'recursion': sys.getrecursionlimit(), 'dont_write_bytecode': sys.dont_write_bytecode,
    }, indent=1))
main()
`;

describe('a forked step is the same as a new interpreter', () => {
  for (const isSandboxWanted of [true, false]) {
    test(`in all that it can see of itself, ${isSandboxWanted ? 'in a sandbox' : 'plain'}`, async (t) => {
      const { fork, fresh } = await startStepper(t, { isSandboxWanted });
      const args = ['--executor_input', '{"a": "ü \\n \\" $HOME"}', ''];
      const env = { ...ENV, TZ: 'Pacific/Auckland', _KFP_RUNTIME: 'true', NAME: 'ünïcode' };
      const [forked, started] = [await fork(SELF_PORTRAIT, args, env), await fresh(SELF_PORTRAIT, args, env)];
      assert.equal(started.exit.code, 0, started.stderr());
      assert.deepEqual(JSON.parse(forked.stdout()), JSON.parse(started.stdout()));
      assert.equal(forked.stderr(), started.stderr());
    });
  }

  const endings: Record<string, string> = {
    'normal': 'print("done")',
    'sys.exit(3)': 'import sys; sys.exit(3)',
    'sys.exit(None)': 'import sys; sys.exit()',
    'sys.exit(-1)': 'import sys; sys.exit(-1)',
    'sys.exit(text)': 'import sys; sys.exit("no more data")',
    'sys.exit(True)': 'import sys; sys.exit(True)',
    'os._exit': 'import os; print("whole lines only, ", end=""); os._exit(9)',
    'an exception': 'def deeper():\n    raise ValueError("bad accuracy")\ndef train():\n    deeper()\ntrain()',
    'a chain of exceptions': 'try:\n    {}["x"]\nexcept KeyError as e:\n    raise RuntimeError("outer") from e',
    'a syntax error': 'x = = 1',
    'an import error': 'import no_such_module_anywhere',
    'an interrupt': 'raise KeyboardInterrupt',
    'a segmentation fault': 'import ctypes; print("before", flush=True); ctypes.string_at(0)',
    'an abort': 'import os; os.abort()',
    'a signal to itself': 'import os, signal; os.kill(os.getpid(), signal.SIGTERM)',
    'threads, handlers and buffers': `
import atexit, sys, threading, time
def work():
    time.sleep(0.05); print("thread done")
def late():
    print("handler one"); sys.stderr.write("to stderr\\n")
atexit.register(late); atexit.register(print, "handler two")
threading.Thread(target=work).start()
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
sys.stdout.write("no newline, ")`,
    'an exception in an exit handler': 'import atexit\natexit.register(lambda: 1/0)\natexit.register(print, "first")',
    'an exception in a thread': 'import threading\nt = threading.Thread(target=lambda: 1/0, name="worker")\nt.start(); t.join()',
    'a file that nobody closed': `
import os, atexit
f = open("open.txt", "w"); f.write("flushed at the end"); g = open("raw.bin", "wb"); g.write(b"too")
print("written")`,
    'a closed standard output': 'import sys; sys.stdout.close()',
    'an excepthook of its own': 'import sys\nsys.excepthook = lambda *a: print("mine", a[0].__name__)\nraise ValueError',
    'a child that is still there': 'import subprocess; subprocess.Popen(["sleep", "60"]); print("left it")',
  };
  test('however it ends', async (t) => {
    const { fork, fresh } = await startStepper(t);
    for (const [name, source] of Object.entries(endings)) {
      await t.test(name, async () => {
        const [forked, started] = [await fork(source), await fresh(source)];
        assert.deepEqual(outcomeOf(forked), outcomeOf(started));
      });
    }
  });

  test('for multiprocessing by spawn and by fork', async (t) => {
    const { fork } = await startStepper(t);
    const { exit, stdout, stderr } = await fork(`
import multiprocessing, sys
def square(x):
    return x * x
if __name__ == '__main__':
    for method in ('spawn', 'fork', 'forkserver'):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(method, pool.map(square, [1, 2, 3]))
    sys.exit(0)
`);
    assert.equal(stderr(), '');
    assert.equal(stdout(), 'spawn [1, 4, 9]\nfork [1, 4, 9]\nforkserver [1, 4, 9]\n');
    assert.equal(exit.code, 0);
  });
});

/** Says where a file of these is on the machine. */
async function packagesOf({ dataDir }: SupervisorFixture, files: Readonly<Record<string, string>>): Promise<(name: string) => string> {
  const directory = join(dataDir, 'packages');
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return (name) => join(directory, name);
}

/** Forks of a warm parent, which the supervisor has adopted where they need a process in between. */
async function sparesOf(fixture: SupervisorFixture, parentPid: number): Promise<readonly number[]> {
  const read = (pid: number | string, name: string) => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const commandLine = await read(parentPid, 'cmdline');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== parentPid);
  const isSpare = async (pid: string) => {
    // State and parent follow the name in parentheses.
    const [state, parent] = (await read(pid, 'stat')).split(') ').at(-1)!.split(' ');
    return state !== 'Z' && [parentPid, fixture.supervisor.hello.pid].includes(Number(parent)) && (await read(pid, 'cmdline')) === commandLine;
  };
  const answers = await Promise.all(pids.map(isSpare));
  return pids.filter((_, index) => answers[index]).map(Number);
}

/** Those that wait now, to the last of their processes. */
async function killSpares(fixture: SupervisorFixture, parentPid: number): Promise<void> {
  const spares = await sparesOf(fixture, parentPid);
  for (const pid of spares) process.kill(pid, 'SIGKILL');
  await until('the end of the sandboxes', async () => {
    const alive = new Set(await readdir('/proc'));
    return spares.every((pid) => !alive.has(String(pid)));
  });
}

function outcomeOf({ exit, stdout, stderr }: EndedContainer): object {
  const messages = stderr().replaceAll(/0x[0-9a-f]+/g, '0x…');
  return { code: exit.code, signal: exit.signal, stdout: stdout(), stderr: messages };
}

test('files that a step left open are complete on disk', async (t) => {
  const fixture = await startFixture(t);
  const command = await startPythonParent(fixture);
  await fixture.run(command(), fixture.step('f = open("left.txt", "w"); f.write("all of it")\nclass A: pass\na = A(); a.f = f; a.me = a'));
  assert.equal(await readFile(join(fixture.hostWorkDir, 'left.txt'), 'utf8'), 'all of it');
});

test('forks of one parent draw different numbers', async (t) => {
  const { fork } = await startStepper(t, { modules: ['json', 'random', 'tempfile', 'uuid', 'secrets'] });
  const source = 'import random, tempfile, uuid, secrets\nprint(random.random(), random.SystemRandom().random(), uuid.uuid4(), secrets.token_hex(4), next(tempfile._get_candidate_names()))';
  // One after the other: they share their working directory, where each writes its module.
  const lines: string[] = [];
  for (let count = 0; count < 4; count++) lines.push((await fork(source)).stdout().trim());
  const words = lines.flatMap((line) => line.split(' '));
  assert.equal(words.length, 20);
  assert.equal(new Set(words).size, 20, lines.join('\n'));
});

test('forks of one parent have no secret in common, and count the time of their log from their own start', async (t) => {
  const { fork } = await startStepper(t, { modules: ['multiprocessing.process', 'logging'] });
  const source = 'import logging, multiprocessing.process\nprint(multiprocessing.process.current_process().authkey.hex(), logging._startTime)';
  const words: string[] = [];
  for (let count = 0; count < 3; count++) words.push(...(await fork(source)).stdout().trim().split(' '));
  assert.equal(new Set(words).size, 6, words.join(' '));
});

test('log lines of a step appear while it runs', async (t) => {
  const fixture = await startFixture(t);
  const command = await startPythonParent(fixture);
  const request = fixture.request(command(), fixture.step('import time\nprint("epoch 1")\ntime.sleep(60)'));
  await fixture.supervisor.startContainer(request);
  assert.equal(await fixture.logged(request, 'epoch'), 'epoch 1');
});

test('a step goes on and reports its code when its warm parent is killed, and the server hears of it', async (t) => {
  const fixture = await startFixture(t);
  const command = await startPythonParent(fixture);
  const gone = new Promise<string>((resolve) => {
    fixture.supervisor.onParentExit(resolve);
  });
  const request = fixture.request(command(), fixture.step('import time\nprint("ready")\ntime.sleep(0.3)\nraise SystemExit(5)'));
  const started = await fixture.supervisor.startContainer(request);
  await fixture.logged(request, 'ready');
  const { parents } = await fixture.supervisor.list();
  assert.deepEqual([parents.length, parents[0]?.parentId, parents[0]?.isReady], [1, 'parent', true]);
  process.kill(parents[0]!.pid, 'SIGKILL');
  assert.equal(await gone, 'parent');
  assert.equal((await fixture.ended(request, started)).exit.code, 5);
  const again = await expectFailure(fixture.supervisor.startContainer(fixture.request(command(), fixture.step('pass'))));
  assert.equal(again.reason, 'NotFound');
  assert.equal((await fixture.run((await startPythonParent(fixture))(), fixture.step('raise SystemExit(6)'))).exit.code, 6);
});

test('a sandbox that was killed while it waited is not given to a step', async (t) => {
  const fixture = await startFixture(t);
  const command = await startPythonParent(fixture);
  assert.equal((await fixture.run(command(), fixture.step('pass'))).exit.code, 0);
  const { pid } = (await fixture.supervisor.list()).parents[0]!;
  for (let round = 0; round < 3; round++) {
    await until('sandboxes that wait', async () => (await sparesOf(fixture, pid)).length >= 2);
    await killSpares(fixture, pid);
    assert.equal((await fixture.run(command(), fixture.step('raise SystemExit(7)'))).exit.code, 7);
  }
});

test('more starts than a parent can be told of at once all come to their end', async (t) => {
  const fixture = await startFixture(t);
  const command = await startPythonParent(fixture);
  assert.equal((await fixture.run(command(), fixture.step('pass'))).exit.code, 0);
  const { pid } = (await fixture.supervisor.list()).parents[0]!;
  process.kill(pid, 'SIGSTOP');
  const requests = Array.from({ length: 350 }, () => fixture.request(command(), fixture.step('pass')));
  const starting = requests.map((request) => fixture.supervisor.startContainer(request));
  await until('all of them to wait', async () => (await fixture.supervisor.list()).containers.filter(({ state }) => state === 'starting').length > 340);
  process.kill(pid, 'SIGCONT');
  await Promise.all(starting);
  for (const { id } of requests) assert.equal((await fixture.exitOf(id)).code, 0);
});

test('a start that waits for a parent which dies fails with a reason that permits a new interpreter', async (t) => {
  const fixture = await startFixture(t);
  const command = await startPythonParent(fixture);
  assert.equal((await fixture.run(command(), fixture.step('pass'))).exit.code, 0);
  const { pid } = (await fixture.supervisor.list()).parents[0]!;
  process.kill(pid, 'SIGSTOP');
  await killSpares(fixture, pid);
  const starting = expectFailure(fixture.supervisor.startContainer(fixture.request(command(), fixture.step('pass'))));
  await until('the start to wait', async () => (await fixture.supervisor.list()).containers.some(({ state }) => state === 'starting'));
  process.kill(pid, 'SIGKILL');
  assert.equal((await starting).reason, 'ParentFailed');
});

test('a parent that forks no more keeps no step waiting for ever', async (t) => {
  const fixture = await startFixture(t);
  await fixture.supervisor.startParent({ parentId: 'parent', python: fixture.options.python, env: ENV, modules: ['json'], secondsMax: 2 });
  const { pid } = (await fixture.supervisor.list()).parents[0]!;
  await until('sandboxes that wait', async () => (await sparesOf(fixture, pid)).length >= 2);
  process.kill(pid, 'SIGSTOP');
  await killSpares(fixture, pid);
  const command = { kind: 'fork', parentId: 'parent', module: 'step', args: [], env: ENV, cwd: fixture.workDir } as const;
  const { reason, message } = await expectFailure(fixture.supervisor.startContainer(fixture.request(command, fixture.step('pass'))));
  assert.equal(reason, 'ParentFailed');
  assert.match(message, /no sandbox for 2 seconds/);
  await until('the end of the parent', async () => !(await readdir('/proc')).includes(String(pid)), { timeoutMs: 20_000 });
});

test('a parent whose import does not end is killed, and whoever waits for it is told', async (t) => {
  const fixture = await startFixture(t);
  const packages = await packagesOf(fixture, { 'site-packages/hanging.py': 'import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(1000)' });
  const { python } = fixture.options;
  for (const wanted of [{ modules: ['hanging'] }, { modules: [], preload: ['hanging'] }]) {
    const failing = expectFailure(fixture.supervisor.startParent({ parentId: 'hanging', python, env: { ...ENV, PYTHONPATH: packages('site-packages') }, secondsMax: 1, ...wanted }));
    const { pid } = (await fixture.supervisor.list()).parents[0]!;
    const { reason, message } = await failing;
    assert.equal(reason, 'ParentFailed');
    assert.match(message, /did not end within 1 seconds/);
    await until('the end of the parent', async () => !(await readdir('/proc')).includes(String(pid)));
  }
});

test('what somebody may be working on is imported by each step, and by no parent', async (t) => {
  const fixture = await startFixture(t);
  const packages = await packagesOf(fixture, {
    'site-packages/installed.py': 'x = 1',
    'site-packages/outer.py': 'import inner',
    'src/inner.py': 'x = 2',
    'src/linked/__init__.py': 'x = 3',
  });
  await symlink(packages('src/linked'), packages('site-packages/linked'));
  const { supervisor, options } = fixture;
  const env = { ...ENV, PYTHONPATH: `${packages('site-packages')}:${packages('src')}` };
  const start = (parentId: string, modules: readonly string[], preload: readonly string[] = []) => supervisor.startParent({ parentId, python: options.python, env, modules, preload });
  assert.match((await expectFailure(start('bare', ['inner']))).message, /inner is imported from .*src, where it may change/);
  for (const [name, sentence] of [['inner', /^inner is imported/], ['outer', /^inner is imported/], ['linked', /^linked is imported/]] as const) {
    const { reason, message } = await expectFailure(start(name, ['json'], [name]));
    assert.equal(reason, 'ParentUnfit');
    assert.match(message, sentence);
  }
  await start('parent', ['json'], ['installed']);

  const imported: ImportedModules[] = [];
  supervisor.onImported((one) => imported.push(one));
  await start('again', ['json']);
  const mounts = [{ source: packages(''), target: packages(''), readOnly: true }];
  const source = fixture.step('import inner, installed, outer, linked');
  const { exit, stderr } = await fixture.run({ kind: 'fork', parentId: 'again', program: 'program', module: 'step', args: [], env, cwd: fixture.workDir }, { ...source, mounts });
  assert.equal(exit.code, 0, stderr());
  assert.deepEqual(imported.map(({ modules }) => modules), [['installed', 'outer', 'linked']]);
});

test('a parent that changes what its process may do is not preloaded', async (t) => {
  const fixture = await startFixture(t);
  const packages = await packagesOf(fixture, {
    'site-packages/limiting.py': 'import resource\nsoft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)\nresource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))',
    'site-packages/yielding.py': 'import os\nos.nice(1)',
  });
  for (const name of ['limiting', 'yielding']) {
    const env = { ...ENV, PYTHONPATH: packages('site-packages') };
    const { reason, message } = await expectFailure(fixture.supervisor.startParent({ parentId: name, python: fixture.options.python, env, modules: [], preload: [name] }));
    assert.equal(reason, 'ParentUnfit');
    assert.match(message, /limits, the priority/);
  }
});

test('a parent that cannot import says what and why', async (t) => {
  const fixture = await startFixture(t);
  const failure = await expectFailure(startPythonParent(fixture, { modules: ['json', 'no_such_module'] }));
  assert.equal(failure.reason, 'ParentFailed');
  assert.match(failure.message, /cannot import no_such_module: ModuleNotFoundError/);
  const missing = await expectFailure(startPythonParent(fixture, { python: '/no/such/python' }));
  assert.equal(missing.reason, 'ParentFailed');
  assert.match(missing.message, /\/no\/such\/python/);
});

test('stopping a parent is idempotent and leaves no process, and is no news', async (t) => {
  const fixture = await startFixture(t);
  const news: string[] = [];
  fixture.supervisor.onParentExit((parentId) => news.push(parentId));
  const command = await startPythonParent(fixture);
  await startPythonParent(fixture);
  assert.equal((await fixture.run(command(), fixture.step('pass'))).exit.code, 0);
  const [parent] = (await fixture.supervisor.list()).parents;
  assert.equal(parent?.startedCount, 1);
  await fixture.supervisor.stopParent('parent');
  await fixture.supervisor.stopParent('parent');
  assert.deepEqual((await fixture.supervisor.list()).parents, []);
  await until('the end of the parent', async () => !(await readdir('/proc')).includes(String(parent.pid)));
  assert.deepEqual(news, []);
});

test('the official executor runs a component as its own command would', async (t) => {
  const environment = await findKfpEnvironment();
  if (environment === undefined) return t.skip('kfp cannot be installed: the package index is out of reach');
  const fixture = await startFixture(t);
  await fixture.supervisor.startParent({
    parentId: 'kfp',
    python: environment.python,
    env: { PATH: '/usr/bin:/bin', _KFP_RUNTIME: 'true' },
    modules: ['kfp.dsl.executor'],
  });
  const file = `${fixture.workDir}/program/ephemeral_component.py`;
  const component = 'import kfp\nfrom kfp import dsl\nfrom kfp.dsl import *\n\ndef add(a: int, b: int) -> int:\n    print("adding")\n    return a + b\n';
  const input = {
    inputs: { parameterValues: { a: 2, b: 40 } },
    outputs: { parameters: { Output: { outputFile: `${fixture.workDir}/outputs/Output` } }, outputFile: `${fixture.workDir}/outputs/executor_output.json` },
  };
  const { exit, stderr } = await fixture.run(
    {
      kind: 'fork',
      parentId: 'kfp',
      module: 'kfp.dsl.executor_main',
      args: ['--component_module_path', file, '--executor_input', JSON.stringify(input), '--function_to_execute', 'add'],
      env: { ...ENV, _KFP_RUNTIME: 'true' },
      cwd: '/',
    },
    { mounts: [environment.mount], files: [{ path: file, text: component }] },
  );
  assert.equal(exit.code, 0, stderr());
  assert.doesNotMatch(stderr(), /Warning|Error/);
  assert.deepEqual(JSON.parse(await readFile(join(fixture.hostWorkDir, 'outputs/executor_output.json'), 'utf8')), {
    parameterValues: { Output: 42 },
  });
});
