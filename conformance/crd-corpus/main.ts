// npm run conformance:crds -- DIR [OPTION …]: applies every CustomResourceDefinition below DIR (or SLIPWAY_CONFORMANCE_DATA) with
// `kubectl apply --server-side` to a fresh installation, then every object of the kinds that they define, and prints a table: verdict, file,
// object, seconds, sentence. Samples that a cluster refuses, too, are named in refusals.json; they must be refused. What only a cluster
// refuses is in taken-here.json.
//   --only REGEXP     only definitions whose file matches
//   --keep            leaves the installation's data directory
//   --server DATADIR  with a server that runs already and has its kubeconfig there: so the lists are made and checked with the referee
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { kubectlPath } from '../../src/server/testing/kubectl.ts';
import { Installation } from '../../sim/installation.ts';
import { Kubectl } from '../system/support/kubectl.ts';
import { definitionFor, groupOf, readCorpus, roundsOf, type Definition, type Sample } from './documents.ts';

const SENTENCE_LENGTH_MAX = 240;
const NAMESPACE = 'corpus';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { only: { type: 'string' }, keep: { type: 'boolean', default: false }, server: { type: 'string' } } });
const directory = positionals[0] ?? process.env['SLIPWAY_CONFORMANCE_DATA'];
if (directory === undefined || statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
  console.log('skipped: give a directory with definitions of custom resources as argument or in SLIPWAY_CONFORMANCE_DATA');
  process.exit(0);
}
if (kubectlPath === undefined) {
  console.log('skipped: kubectl is not installed');
  process.exit(0);
}

interface Row {
  readonly isGood: boolean;
  /** A cluster refuses it, too. */
  readonly isExpected: boolean;
  readonly kind: 'definition' | 'sample';
}

/** Why a cluster refuses a sample, by `file#index`. */
const REFUSALS = readReasons('refusals.json');
/** Why a cluster refuses a sample that is taken here. */
const TAKEN_HERE = readReasons('taken-here.json');

const only = new RegExp(values.only ?? '');
const corpus = readCorpus(directory);
const definitions = corpus.definitions.filter(({ file }) => only.test(file));
const startedAtMs = Date.now();
const rows = await runAll();
const count = (kind: Row['kind'], isGood: boolean) => rows.filter((row) => row.kind === kind && row.isGood === isGood).length;
const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(0);
console.log(
  `${count('definition', true)} definitions served, ${count('definition', false)} not; ${count('sample', true)} samples accepted, ${count('sample', false)} refused, of them ${rows.filter(({ isExpected }) => isExpected).length} by a cluster, too; ${seconds} s`,
);
process.exitCode = rows.every(({ isGood, isExpected }) => isGood !== isExpected) ? 0 : 1;

async function runAll(): Promise<readonly Row[]> {
  const installation = values.server === undefined ? new Installation() : undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void installation?.remove().finally(() => process.exit(1)));
  const kubectl = new Kubectl(installation ?? { dataDir: values.server! });
  const found: Row[] = [];
  try {
    await installation?.start();
    // A cluster does not make namespaces by itself.
    if (installation === undefined) await kubectl.start(['create', 'namespace', NAMESPACE]).done;
    console.log('verdict | file | object | seconds | sentence');
    for (const round of roundsOf(definitions)) {
      for (const definition of round) found.push(await applyDefinition(kubectl, definition));
      for (const sample of corpus.samples) if (round.includes(definitionFor(sample, definitions)!)) found.push(await applySample(kubectl, sample));
      for (const { name } of round) await kubectl.start(['delete', 'crd', name, '--ignore-not-found', '--timeout=20s']).done;
    }
    return found;
  } finally {
    kubectl.remove();
    if (!values.keep) await installation?.remove();
    else await installation?.kill('SIGTERM').then(() => console.log(`data directory: ${installation.dataDir}`));
  }
}

async function applyDefinition(kubectl: Kubectl, { file, name, document }: Definition): Promise<Row> {
  const startMs = Date.now();
  const applied = await kubectl.start(['apply', '--server-side', '-f', '-'], JSON.stringify(document)).done;
  const wait = () => kubectl.start(['wait', '--for=condition=Established', `crd/${name}`, '--timeout=20s']).done;
  let waited = applied.code === 0 ? await wait() : applied;
  // kubectl gives up on a definition that has no conditions yet, as a cluster's has in its first moments.
  for (let tries = 0; waited.stderr.includes('accessor error') && tries < 5; tries++) waited = await wait();
  // The kind is there when kubectl finds it by discovery.
  const listed = waited.code === 0 ? await kubectl.start(['get', name, '--all-namespaces']).done : waited;
  return report('definition', file, name, listed, startMs);
}

async function applySample(kubectl: Kubectl, { file, index, apiVersion, kind, name, document }: Sample): Promise<Row> {
  const startMs = Date.now();
  const { generateName: _pattern, namespace: _place, ...metadata } = (document as { metadata: Record<string, unknown> }).metadata;
  const placed = { ...document, metadata: { ...metadata, name: name.replace(/-$/, '') } };
  const applied = await kubectl.start(['apply', '--server-side', '--force-conflicts', '--namespace', NAMESPACE, '-f', '-'], JSON.stringify(placed)).done;
  // Samples share names, and what one may set another may not change.
  if (applied.code === 0) await kubectl.start(['delete', '--namespace', NAMESPACE, '--wait=false', '-f', '-'], JSON.stringify(placed)).done;
  return report('sample', `${file}#${index}`, `${kind}.${groupOf(apiVersion)}/${name}`, applied, startMs);
}

function report(kind: Row['kind'], file: string, object: string, { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string }, startMs: number): Row {
  const text = (code === 0 ? stdout : stderr).replaceAll(/\s+/g, ' ').trim().slice(0, SENTENCE_LENGTH_MAX);
  const isExpected = kind === 'sample' && (Object.hasOwn(REFUSALS, file) || (values.server !== undefined && Object.hasOwn(TAKEN_HERE, file)));
  const verdict = code === 0 ? (isExpected ? 'TOOK' : 'ok  ') : isExpected ? 'as upstream' : 'FAIL';
  console.log([verdict, file, object, ((Date.now() - startMs) / 1000).toFixed(1), text].join(' | '));
  return { isGood: code === 0, isExpected, kind };
}

function readReasons(file: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')) as Record<string, string>;
}
