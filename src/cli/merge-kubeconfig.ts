// Adds the cluster, user and context of a Slipway to somebody's kubeconfig, and changes nothing else in it: comments, order and
// the current context stay. Pure. Written as YAML 1.1, as kubectl reads it: names such as `on` or `y` are quoted.
import { isMap, isSeq, parse, parseDocument, type Document } from 'yaml';
import { Failure, isJsonObject, type JsonObject } from '../base/mod.ts';

export interface MergedKubeconfig {
  readonly text: string;
  /** What kubectl uses by itself after the merge. */
  readonly currentContext: string;
}

const LISTS = ['clusters', 'contexts', 'users'] as const;
const YAML_VERSION = { version: '1.1' } as const;

/** `existing` is the text of the file, empty when there is none. Throws Failure `BadKubeconfig` when it can't be understood. */
export function mergeKubeconfig(existing: string, own: string, name: string): MergedKubeconfig {
  const document = documentOf(existing);
  for (const list of LISTS) setEntry(document, list, entryOf(own, list, name));
  const current = document.get('current-context');
  if (typeof current !== 'string' || current === '') document.set('current-context', name);
  return { text: textOf(document), currentContext: String(document.get('current-context')) };
}

/** An anchor may have stood in what was replaced. */
function textOf(document: Document): string {
  try {
    return document.toString({ lineWidth: 0 });
  } catch (error) {
    throw notUnderstood(error instanceof Error ? error.message : String(error));
  }
}

function notUnderstood(problem: string): Failure {
  return new Failure('BadKubeconfig', `the kubeconfig can not be understood (${problem.split('\n')[0]}); mend it, or write to another file with KUBECONFIG=FILE`);
}

function documentOf(text: string): Document {
  const document = parseDocument(text.trim() === '' ? 'apiVersion: v1\nkind: Config\npreferences: {}\n' : text, YAML_VERSION);
  const problem = document.errors[0]?.message ?? (isMap(document.contents) ? undefined : 'it is no mapping');
  if (problem !== undefined) throw notUnderstood(problem);
  return document;
}

/** In place of the entry of that name, or after the others. */
function setEntry(document: Document, list: (typeof LISTS)[number], entry: JsonObject): void {
  const entries = document.get(list);
  if (!isSeq(entries)) {
    document.set(list, document.createNode([entry]));
    return;
  }
  const index = entries.items.findIndex((item) => isMap(item) && item.get('name') === entry['name']);
  if (index < 0) entries.add(document.createNode(entry));
  else entries.set(index, document.createNode(entry));
}

/** The one entry of our own file, under the wanted name. */
function entryOf(own: string, list: (typeof LISTS)[number], name: string): JsonObject {
  const config: unknown = parse(own, YAML_VERSION);
  const entries = isJsonObject(config) && Array.isArray(config[list]) ? config[list] : [];
  const entry: unknown = entries[0];
  if (!isJsonObject(entry)) throw new Failure('BadKubeconfig', `the kubeconfig of this Slipway has no ${list}; start the server again to have it written anew`);
  const { context } = entry;
  return { ...entry, name, ...(isJsonObject(context) ? { context: { ...context, cluster: name, user: name } } : {}) };
}
