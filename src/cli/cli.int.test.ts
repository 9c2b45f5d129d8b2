// The command line as a user runs it: a server in one process, commands in others, a pipeline that really runs.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { parse } from 'yaml';
import { until } from '../base/mod.ts';

const SLIPWAY = join(import.meta.dirname, '../../bin/slipway.mjs');
const DEADLINE_MS = 60_000;
/** More than a pipe holds. */
const LARGE_CHARS = 500_000;
/** Longer than the command takes; the test does not depend on it. */
const READER_PAUSE_MS = 1_500;

let folder = '';
let server: Started;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-cli-'));
  writeFileSync(join(folder, 'greet.json'), JSON.stringify(greetPipeline()));
  server = start(['up', '--port', '0']);
  await until('the server', () => /is ready at/.test(server.out()) || server.child.exitCode !== null, { timeoutMs: DEADLINE_MS });
  assert.match(server.out(), /Slipway is ready at http:\/\/localhost:\d+/, server.err());
});
after(async () => {
  server.child.kill('SIGKILL');
  await server.ended;
  rmSync(folder, { recursive: true, force: true });
});

/** Two shell steps: one greets, the next runs only for a loud greeting. */
function greetPipeline(): object {
  const container = (script: string, ...args: string[]) => ({ container: { image: 'python:3.11', command: ['sh', '-c', script, 'sh', ...args] } });
  const string = { parameterType: 'STRING' };
  const componentInputs = { inputDefinitions: { parameters: { word: string } } };
  const task = (name: string, rest: object = {}) => ({ taskInfo: { name }, componentRef: { name: `comp-${name}` }, ...rest });
  const word = { parameters: { word: { componentInputParameter: 'word' } } };
  return {
    pipelineInfo: { name: 'greet' },
    schemaVersion: '2.1.0',
    sdkVersion: 'kfp-2.17.0',
    deploymentSpec: {
      executors: {
        'exec-greet': container('echo "hello $1"; test "$1" != fail', "{{$.inputs.parameters['word']}}"),
        'exec-shout': container('echo "HELLO"'),
      },
    },
    components: { 'comp-greet': { executorLabel: 'exec-greet', ...componentInputs }, 'comp-shout': { executorLabel: 'exec-shout', ...componentInputs } },
    root: {
      inputDefinitions: { parameters: { word: { ...string, defaultValue: 'world', isOptional: true } } },
      dag: {
        tasks: {
          greet: task('greet', { inputs: word }),
          shout: task('shout', {
            inputs: word,
            dependentTasks: ['greet'],
            triggerPolicy: { condition: "inputs.parameter_values['word'] == 'loud'" },
          }),
        },
      },
    },
  };
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  out(): string;
  err(): string;
}

function start(words: readonly string[], dataDir = join(folder, 'data')): Started {
  const env = { ...process.env, SLIPWAY_DATA_DIR: dataDir, KUBECONFIG: join(folder, 'kube', 'config') };
  const child = spawn(process.execPath, [SLIPWAY, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, ended, out: () => out, err: () => err };
}

async function call(...words: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const started = start(words);
  const code = await started.ended;
  return { code, out: started.out(), err: started.err() };
}

describe('a run', () => {
  test('is followed to its end, with lines, a false condition and the link', async () => {
    const { code, out, err } = await call('run', join(folder, 'greet.json'), '-p', 'word=moon', '--follow', '--name', 'first');
    assert.equal(code, 0, err);
    assert.match(out, /^http:\/\/localhost:\d+\/#\/runs\/details\/[0-9a-f-]{36}\n/);
    for (const line of [/^greet +\| hello moon$/m, /^greet +succeeded in /m, /^shout +skipped/m, /^first succeeded in /m]) {
      assert.match(out, line);
    }
  });

  test('that fails is told with the way to its log, and exit code 1', async () => {
    const { code, out } = await call('run', join(folder, 'greet.json'), '-p', 'word=fail', '--follow', '--experiment', 'greetings');
    assert.equal(code, 1);
    assert.match(out, /^ {2}greet failed/m);
    assert.match(out, /slipway logs [0-9a-f-]{36} greet$/m);
  });

  test('can be read later', async () => {
    const { out: logs } = await call('logs', 'latest', 'greet');
    assert.equal(logs, 'hello fail\n');
    const { out: runs } = await call('get', 'runs');
    assert.match(runs, /^RUN +NAME +STATE +TOOK +AGE\n[0-9a-f-]{36} +greet .* FAILED .*\n[0-9a-f-]{36} +first +SUCCEEDED /);
    const { out: experiments } = await call('get', 'experiments');
    assert.match(experiments, /greetings +AVAILABLE/);
    const { out: pods } = await call('get', 'pods');
    assert.match(pods, /^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE\n/);
    const { runs: objects } = JSON.parse((await call('get', 'runs', '-o', 'json')).out) as { runs: object[] };
    assert.equal(objects.length, 2);
  });
});

test('a recurring run is made with its name and when it strikes next, and is listed', async () => {
  assert.equal((await call('get', 'recurring-runs')).out, 'There are no recurring runs yet.\n');
  const { code, out, err } = await call('run', join(folder, 'greet.json'), '--every', '2h5s', '--name', 'often', '--max-concurrency', '2', '--no-catchup');
  assert.equal(code, 0, err);
  assert.match(out, /^often: next run \d+ \w+ \d{4}, \d\d:\d\d:\d\d .+\nhttp:\/\/localhost:\d+\/#\/recurringrun\/details\/[0-9a-f-]{36}\n$/);
  const { out: list } = await call('get', 'recurring-runs');
  assert.match(list, /^RECURRING RUN +NAME +STATUS +SCHEDULE +LAST +NEXT +ERROR\n[0-9a-f-]{36} +often +ENABLED +every 2h5s +in (119m|2h)\n$/);
});

test('everything that is printed reaches a reader who takes his time', async () => {
  const pipeline = { ...greetPipeline(), pipelineInfo: { name: 'large', description: 'x'.repeat(LARGE_CHARS) } };
  writeFileSync(join(folder, 'large.json'), JSON.stringify(pipeline));
  assert.equal((await call('run', join(folder, 'large.json'))).code, 0);
  const started = start(['get', 'runs', '-o', 'json', '--limit', '1']);
  started.child.stdout!.pause();
  setTimeout(() => started.child.stdout!.resume(), READER_PAUSE_MS);
  assert.equal(await started.ended, 0, started.err());
  const { runs } = JSON.parse(started.out()) as { runs: [{ pipeline_spec: unknown }] };
  assert.ok(JSON.stringify(runs[0].pipeline_spec).length > LARGE_CHARS);
});

describe('what can not be', () => {
  test('is one sentence with the next step', async () => {
    const cases: [words: string[], code: number, sentence: RegExp][] = [
      [['run', join(folder, 'greet.json'), '-p', 'wrod=x'], 1, /Parameter "wrod" is not a parameter .* This pipeline takes: word\./],
      [['run', join(folder, 'greet.json'), '-p', 'word'], 2, /-p word: write it as NAME=VALUE; see: slipway run --help/],
      [['logs', 'latest', 'greet', '--try', 'x'], 2, /--try must be a whole number from 1, not "x"/],
      [['run', join(folder, 'missing.yaml')], 1, /missing\.yaml can not be read; check its name/],
      [['run', 'greet.txt'], 2, /must end in \.yaml, \.json \(compiled\) or \.py/],
      [['run', join(folder, 'greet.json'), '--cron', '0 30 25 * * *'], 1, /"0 30 25 \* \* \*" is no schedule of second, minute/],
      [['run', join(folder, 'greet.json'), '--cron', '30 2 * * *'], 2, /put the second before them, '0 30 2 \* \* \*'; see: slipway run --help/],
      [['run', join(folder, 'greet.json'), '--every', '1h', '--follow'], 2, /--follow is for a run/],
      [['logs', 'ffff'], 1, /no run begins with "ffff"; list them with: slipway get runs/],
      [['get', 'runs', '--data-dir', join(folder, 'none')], 1, /no Slipway runs on .*none; start one with "slipway up --data-dir .*none"/],
      [['get', 'gateways'], 2, /"gateways" is not one of runs, recurring-runs, pipelines, experiments, pods, .*: try "kubectl get gateways"; see: slipway get --help/],
      [['logs', 'latest', 'missing'], 1, /the run has no step "missing"; its steps: greet, shout/],
      [['logs', 'latest', 'shout'], 1, /the task "shout" has no log: it is SKIPPED/],
      [['get', 'runs', '--server', 'http://127.0.0.1:1'], 1, /no Slipway answers at http:\/\/127\.0\.0\.1:1; start one with "slipway up"/],
      [['get', 'runs', '--server', `https://localhost:${/localhost:(\d+)/.exec(server.out())![1]}`], 1, /the certificate of https:\/\/localhost:\d+ is not one that this machine trusts; .*use http:\/\//],
      [['up', '--port', 'http'], 2, /--port must be a whole number/],
      [['up', '--port', '0'], 1, /the server at http:\/\/localhost:\d+ \(pid \d+\) already uses the data directory/],
      [['kubeconfig', '--data-dir', join(folder, 'none')], 1, /"slipway up" writes it/],
      [['kubeconfig', '--user', 'jane', '--days', '0'], 2, /--days must be a whole number from 1 to 3650/],
    ];
    for (const [words, code, sentence] of cases) {
      const { code: actual, err } = await call(...words);
      assert.equal(actual, code, `${words.join(' ')}: ${err}`);
      assert.match(err.trimEnd().split('\n').at(-1) ?? '', sentence);
    }
  });
});

test('the kubeconfig names the server and is private', async () => {
  const { out } = await call('kubeconfig');
  const port = /localhost:(\d+)/.exec(server.out())![1];
  assert.match(out, new RegExp(`server: https://127\\.0\\.0\\.1:${port}\n`));
});

test('a kubeconfig of another user has a certificate, and the rights that roles give it', async () => {
  const { out } = await call('kubeconfig', '--user', 'jane', '--group', 'team', '--days', '1');
  const { clusters, users } = parse(out) as { clusters: [{ cluster: Record<string, string> }]; users: [{ user: Record<string, string> }] };
  assert.deepEqual(Object.keys(users[0].user), ['client-certificate-data', 'client-key-data'], 'no token of the owner');
  const pem = (text: string | undefined) => Buffer.from(text!, 'base64');
  const { server: address, 'certificate-authority-data': ca } = clusters[0].cluster;
  const { 'client-certificate-data': cert, 'client-key-data': key } = users[0].user;
  const outgoing = get(new URL('/api/v1/secrets', address), { ca: pem(ca), cert: pem(cert), key: pem(key) });
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  assert.equal(response.statusCode, 403);
  assert.match(await text(response), /User \\"jane\\" cannot list resource/);
});

test('--merge adds it to the kubeconfig of the user, after a copy, and says which context is current', async () => {
  const first = await call('kubeconfig', '--merge');
  assert.match(first.out, /^The context "slipway" is in .*kube\/config\.\nIt is the current context\.\n$/);
  const second = await call('kubeconfig', '--merge', '--context', 'on');
  assert.match(second.out, /What was there before is in .*config\.before-on-\d+\.\nThe current context is still "slipway"/);
  const text = readFileSync(join(folder, 'kube', 'config'), 'utf8');
  assert.match(text, /current-context: slipway/);
  assert.match(text, /name: "on"/);
});

test('the doctor finds the server that runs', async () => {
  const port = /localhost:(\d+)/.exec(server.out())![1]!;
  const { code, out } = await call('doctor', '--port', port);
  assert.equal(code, 0, out);
  assert.match(out, new RegExp(`✓ port +Slipway runs at http://127\\.0\\.0\\.1:${port}\n`));
  assert.match(out, /✓ warm parents +/);
  const { out: unnamed } = await call('doctor');
  assert.match(unnamed, new RegExp(`✓ port +Slipway runs at http://127\\.0\\.0\\.1:${port}\n`), 'the server that runs on the data directory is meant');
});

test('/metrics tells of the server, its steps and its warm parents', async () => {
  const port = /localhost:(\d+)/.exec(server.out())![1]!;
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  const value = (sample: string) => Number(text.split('\n').find((line) => line.startsWith(`${sample} `))?.slice(sample.length));
  assert.ok(value('slipway_store_revision_total') > 1, text);
  assert.ok(value('slipway_steps_total{outcome="Succeeded"}') >= 1, text);
  assert.ok(value('slipway_ended_runs_total{state="SUCCEEDED"}') >= 1, text);
  assert.ok(value('slipway_loop_delay_seconds_count') > 1, text);
  assert.ok(value('slipway_loop_delay_seconds_bucket{le="+Inf"}') >= value('slipway_loop_delay_seconds_bucket{le="0.01"}'), text);
  assert.equal(value('slipway_supervisor_connected'), 1);
  for (const name of ['slipway_active_runs', 'slipway_pods', 'slipway_environments', 'slipway_warm_parents{kind="bare"}', 'slipway_warm_parents{kind="preloaded"}', 'slipway_warm_parents_memory_max_bytes']) {
    assert.ok(Number.isFinite(value(name)), `${name}\n${text}`);
  }
});

test('Ctrl-C stops the server in order', async () => {
  server.child.kill('SIGINT');
  assert.equal(await server.ended, 0, server.err());
  assert.equal(existsSync(join(folder, 'data', 'server.json')), false);
  assert.match(readFileSync(join(folder, 'data', 'kubeconfig'), 'utf8'), /^apiVersion: v1/);
});
