// What an installation holds, as text that two moments can be compared by.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Installation } from '../../../sim/installation.ts';

const LISTS = ['runs', 'experiments', 'pipelines', 'artifacts'];
const RESOURCES = ['namespaces', 'pods', 'configmaps', 'secrets', 'serviceaccounts'];
/** Places where a request could leave files; databases and logs of the server itself change all the time. */
const DIRECTORIES = ['artifacts', 'pods', 'logs', '.'];
const OWN_FILE = /^(slipway|lock)\.db/;
const LINE_CHARS_MAX = 200;

export async function stateOf(installation: Installation): Promise<readonly string[]> {
  const state: string[] = [];
  for (const list of LISTS) {
    const page = await installation.request<Record<string, unknown>>('GET', `/apis/v2beta1/${list}?page_size=200`);
    for (const row of (page[list] ?? []) as readonly Record<string, unknown>[]) {
      state.push(`${list}: ${JSON.stringify(row)}`);
    }
  }
  for (const resource of RESOURCES) {
    const { items } = await installation.request<{ items: readonly { metadata: { namespace?: string; name: string; uid: string; labels?: object } }[] }>('GET', `/api/v1/${resource}`);
    for (const { metadata } of items) state.push(`${resource}: ${metadata.namespace ?? ''}/${metadata.name} ${metadata.uid} ${JSON.stringify(metadata.labels ?? {})}`);
  }
  for (const directory of DIRECTORIES) state.push(...filesIn(installation.dataDir, directory));
  return state.toSorted();
}

function filesIn(dataDir: string, directory: string): readonly string[] {
  try {
    const isDeep = directory !== '.';
    return readdirSync(join(dataDir, directory), { recursive: isDeep }).map(String).filter((name) => !OWN_FILE.test(name)).map((name) => `file: ${directory}/${name}`);
  } catch {
    return []; // not there yet
  }
}

/** What is in one state and not in the other, one short line each. */
export function differences(before: readonly string[], after: readonly string[]): readonly string[] {
  const [known, found] = [new Set(before), new Set(after)];
  const gone = before.filter((line) => !found.has(line)).map((line) => `- ${line}`);
  const come = after.filter((line) => !known.has(line)).map((line) => `+ ${line}`);
  return [...gone, ...come].map((line) => line.slice(0, LINE_CHARS_MAX));
}
