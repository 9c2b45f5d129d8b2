// The YAML documents below a directory that are of interest: definitions of custom resources, and objects of the kinds they define.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';

export interface Definition {
  readonly file: string;
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly versions: readonly string[];
  readonly document: object;
}

export interface Sample {
  readonly file: string;
  /** Its number in the file. */
  readonly index: number;
  readonly name: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly document: object;
}

interface AnyDocument {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly generateName?: unknown };
  readonly spec?: { readonly group?: string; readonly names?: { readonly kind?: string }; readonly versions?: readonly { readonly name: string; readonly served: boolean }[] };
}

/** Definitions that are whole; patches of them have no versions. */
export function readCorpus(root: string): { readonly definitions: readonly Definition[]; readonly samples: readonly Sample[] } {
  const documents = yamlFiles(root).flatMap((path) => documentsOf(path).map((document, index) => ({ file: relative(root, path), index, document })));
  const definitions = documents.flatMap(({ file, document }) => definitionOf(file, document));
  const known = new Set(definitions.map(({ group, kind }) => `${group}/${kind}`));
  const samples = documents.flatMap(({ file, index, document }) => sampleOf(file, index, document)).filter((sample) => known.has(`${groupOf(sample.apiVersion)}/${sample.kind}`));
  return { definitions, samples };
}

export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

function yamlFiles(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Templates that are no YAML yield nothing. */
function documentsOf(path: string): readonly AnyDocument[] {
  try {
    return parseAllDocuments(readFileSync(path, 'utf8')).flatMap((document) => {
      const value: unknown = document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 1000 });
      return typeof value === 'object' && value !== null ? [value as AnyDocument] : [];
    });
  } catch {
    return []; // an alias that leads nowhere, an anchor too much: no document of this corpus
  }
}

function definitionOf(file: string, document: AnyDocument): readonly Definition[] {
  const { group, names, versions = [] } = document.spec ?? {};
  if (document.kind !== 'CustomResourceDefinition' || group === undefined || names?.kind === undefined || versions.length === 0) return [];
  const served = versions.filter((version) => version.served).map((version) => version.name);
  return [{ file, name: String(document.metadata?.name), group, kind: names.kind, versions: served, document }];
}

function sampleOf(file: string, index: number, document: AnyDocument): readonly Sample[] {
  const { apiVersion, kind, metadata } = document;
  const name = metadata?.name ?? metadata?.generateName;
  // A name that is filled in later makes a template, no sample.
  if (typeof apiVersion !== 'string' || typeof kind !== 'string' || typeof name !== 'string' || /[${}]/.test(name)) return [];
  return [{ file, index, name, apiVersion, kind, document }];
}

/** Sets of definitions that can live side by side: each name once. Samples go with the definition that is nearest to them. */
export function roundsOf(definitions: readonly Definition[]): readonly (readonly Definition[])[] {
  const rounds: Definition[][] = [];
  for (const definition of definitions) {
    const free = rounds.find((round) => round.every((other) => other.name !== definition.name));
    if (free === undefined) rounds.push([definition]);
    else free.push(definition);
  }
  return rounds;
}

export function definitionFor(sample: Sample, definitions: readonly Definition[]): Definition | undefined {
  const group = groupOf(sample.apiVersion);
  const version = sample.apiVersion.slice(group.length + 1);
  const fitting = definitions.filter((definition) => definition.group === group && definition.kind === sample.kind && definition.versions.includes(version));
  return fitting.toSorted((a, b) => sharedLength(b.file, sample.file) - sharedLength(a.file, sample.file))[0];
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
