// npm run bench -- peers [OPTION …]: the same work with Slipway and with its peers, interleaved: every round runs every peer once. Prints
// tables of medians.
//   --cases A,B         only these cases (bench/peers/peers.ts names them)
//   --peers A,B         only these peers
//   --rounds N          (5)
//   --case-seconds N    a peer that would take longer for all rounds of a case runs it less often, but once; the table says how often (100)
//   --command-seconds N a peer's command is stopped after so long (150)
// Example: npm run bench -- peers --cases steps40,iris --peers Prefect,kfp.local
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/base/mod.ts';
import { readCount } from '../tools/read-count.ts';
import { median } from './median.ts';
import { ensureEnvironment } from './peers/environments.ts';
import { CASES, PEERS, type Case } from './peers/peers.ts';
import { runPeer, setUpPeer, withServer, type Measured, type PeerPlace, type ServerFigures } from './peers/run-peer.ts';
import { SlipwayPeer } from './peers/slipway-peer.ts';

const SETTLE_MS = 15_000;
const WARM_UP_ROUNDS = 2;
const TURN_MS = 50;

interface Row {
  readonly name: string;
  readonly step: string;
  readonly runSeconds: number[];
  readonly commandSeconds: number[];
  failure?: string;
}

interface Extent {
  readonly rounds: number;
  /** For all rounds of one peer. */
  readonly caseSeconds: number;
  readonly commandSeconds: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cases: { type: 'string' },
      peers: { type: 'string' },
      rounds: { type: 'string' },
      'case-seconds': { type: 'string' },
      'command-seconds': { type: 'string' },
    },
  });
  const extent: Extent = {
    rounds: readCount('--rounds', values.rounds, 5),
    caseSeconds: readCount('--case-seconds', values['case-seconds'], 100),
    commandSeconds: readCount('--command-seconds', values['command-seconds'], 150),
  };
  const cases = CASES.filter((name) => values.cases === undefined || values.cases.split(',').includes(name));
  const peers = PEERS.filter(({ name }) => values.peers === undefined || values.peers.split(',').includes(name));
  const work = mkdtempSync(join(tmpdir(), 'slipway-peers-'));
  const slipway = new SlipwayPeer();
  try {
    const places = peers.map((peer) => placeOf(peer, work)).filter((place) => place !== undefined);
    slipway.compile(ensureEnvironment(PEERS.find(({ name }) => name === 'kfp.local')!), join(work, 'pipelines'));
    console.log(`\n${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, Node ${process.version}`);
    for (const { name, requirements, note } of peers) console.log(`- ${name}: ${requirements[0]}${note === undefined ? '' : `; ${note}`}`);
    const servers = new Map<string, ServerFigures>([['Slipway', await slipway.start(SETTLE_MS)]]);
    await withServers(places, servers, async (ready) => {
      printServers(servers);
      for (const which of cases) printCase(which, await measureCase(which, slipway, ready, extent));
    });
  } finally {
    await slipway.remove();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Nothing when the peer can't be had here; the reason is printed, because its absence is no victory. */
function placeOf(peer: PeerPlace['peer'], work: string): PeerPlace | undefined {
  const home = join(work, peer.name.replaceAll(/\W+/g, '-'));
  try {
    const place = { peer, bin: ensureEnvironment(peer), home, variables: peer.variables?.(home) ?? {} };
    setUpPeer(place);
    return place;
  } catch (error) {
    console.log(`${peer.name} is left out: ${(error as Error).message}`);
    return undefined;
  }
}

/** Measures each server alone; the ones whose clients need it stay up while the cases run. */
async function withServers(
  places: readonly PeerPlace[],
  figures: Map<string, ServerFigures>,
  whileTheyRun: (places: readonly PeerPlace[]) => Promise<void>,
  ready: readonly PeerPlace[] = [],
): Promise<void> {
  const [place, ...rest] = places;
  if (place === undefined) return whileTheyRun(ready);
  if (place.peer.server === undefined) return withServers(rest, figures, whileTheyRun, [...ready, place]);
  const stays = place.peer.server.clientVariables !== undefined;
  await withServer(place, async (server, clientVariables) => {
    figures.set(place.peer.name, server);
    if (stays) await withServers(rest, figures, whileTheyRun, [...ready, { ...place, variables: { ...place.variables, ...clientVariables } }]);
  });
  if (!stays) await withServers(rest, figures, whileTheyRun, [...ready, place]);
}

async function measureCase(which: Case, slipway: SlipwayPeer, places: readonly PeerPlace[], { rounds, caseSeconds, commandSeconds }: Extent): Promise<Row[]> {
  const ours: Row = { name: 'Slipway', step: 'process', runSeconds: [], commandSeconds: [] };
  const theirs = places.filter(({ peer }) => peer.cases.includes(which)).map((place) => ({ place, row: emptyRow(place) }));
  // From an empty cache nothing is warm.
  const warmUpRounds = which === 'iris-empty' ? 0 : WARM_UP_ROUNDS;
  for (let round = 0; round < warmUpRounds; round++) await runOurs(slipway, which);
  for (const { place, row } of theirs.filter(() => which === 'cached')) measure(row, false, () => runPeer(place, which, commandSeconds));
  for (let round = 0; round < rounds; round++) {
    ours.runSeconds.push(await runOurs(slipway, which));
    for (const { place, row } of theirs) {
      const soFar = row.commandSeconds.reduce((sum, seconds) => sum + seconds, 0);
      const isTooSlow = soFar > 0 && soFar + soFar / row.commandSeconds.length > caseSeconds;
      if (row.failure === undefined && !isTooSlow) measure(row, true, () => runPeer(place, which, commandSeconds));
    }
    console.error(progressOf(which, `${round + 1} of ${rounds}`, [ours, ...theirs.map(({ row }) => row)]));
  }
  return [ours, ...theirs.map(({ row }) => row)];
}

function progressOf(which: Case, round: string, rows: readonly Row[]): string {
  const told = rows.map(({ name, runSeconds, failure }) => `${name} ${failure === undefined ? inSeconds(runSeconds.at(-1) ?? 0) : 'failed'}`);
  return `${which}, round ${round}: ${told.join(', ')}`;
}

/** Peers are waited for without the loop: it has to see first which connections the server has closed meanwhile. */
async function runOurs(slipway: SlipwayPeer, which: Case): Promise<number> {
  await systemClock.sleep(TURN_MS);
  return slipway.run(which);
}

function emptyRow({ peer: { name, step } }: PeerPlace): Row {
  return { name, step, runSeconds: [], commandSeconds: [] };
}

function measure(row: Row, isCounted: boolean, run: () => Measured): void {
  try {
    const { runSeconds, commandSeconds } = run();
    if (!isCounted) return;
    row.runSeconds.push(runSeconds);
    row.commandSeconds.push(commandSeconds);
  } catch (error) {
    row.failure = (error as Error).message;
  }
}

function printCase(which: Case, rows: readonly Row[]): void {
  const ours = rows[0]!.runSeconds;
  console.log(`\n## ${which}\n\n| | a step is a | run, median | least–most | rounds | times Slipway's (median of pairs) | whole command |\n|---|---|---|---|---|---|---|`);
  for (const { name, step, runSeconds, commandSeconds, failure } of rows) {
    if (failure !== undefined || runSeconds.length === 0) {
      console.log(`| ${name} | ${step} | ${(failure ?? 'not run').replaceAll(/\s+/g, ' ').slice(0, 200)} | | | | |`);
      continue;
    }
    const ratio = median(runSeconds.map((seconds, round) => seconds / ours[round]!));
    const command = commandSeconds.length === 0 ? '' : inSeconds(median(commandSeconds));
    const range = `${inSeconds(Math.min(...runSeconds))}–${inSeconds(Math.max(...runSeconds))}`;
    console.log(`| ${name} | ${step} | ${inSeconds(median(runSeconds))} | ${range} | ${runSeconds.length} | ${ratio.toFixed(1)} | ${command} |`);
  }
}

function printServers(figures: ReadonlyMap<string, ServerFigures>): void {
  console.log('\n## Servers\n\n| | start to ready | idle, private bytes | processes |\n|---|---|---|---|');
  for (const [name, { readySeconds, idleBytes, processes }] of figures) {
    console.log(`| ${name} | ${inSeconds(readySeconds)} | ${(idleBytes / 1e6).toFixed(0)} MB | ${processes} |`);
  }
}

function inSeconds(seconds: number): string {
  return seconds < 1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}
