// The discovery and OpenAPI answers for the kinds of the moment, rendered once and kept until a kind is registered.
import { sha256Hex } from '../../base/mod.ts';
import { apiVersionOf, type KindDefinition } from '../../api/mod.ts';
import type { KindRegistry } from '../kind-registry.ts';
import type { ResourceDescription } from '../reviews/review.ts';
import { groupVersionsOf, type GroupVersion } from './documents.ts';
import { documentPath, openApiDocument } from './openapi.ts';
import { openApiV2Protobuf, openApiV2Text } from './openapi-v2.ts';

export interface OpenApiText {
  readonly text: string;
  readonly hash: string;
}

export class Discovery {
  readonly #kinds: KindRegistry;
  /** Resources that are asked and not stored. */
  readonly #others: readonly ResourceDescription[];
  readonly #serverVersion: string;
  #generation = -1;
  #groupVersions: readonly GroupVersion[] = [];
  readonly #documents = new Map<string, OpenApiText>();

  constructor(kinds: KindRegistry, others: readonly ResourceDescription[], serverVersion: string) {
    this.#kinds = kinds;
    this.#others = others;
    this.#serverVersion = serverVersion;
  }

  groupVersions(): readonly GroupVersion[] {
    this.#refresh();
    return this.#groupVersions;
  }

  groupVersion(group: string, version: string): GroupVersion | undefined {
    return this.groupVersions().find((candidate) => candidate.group === group && candidate.version === version);
  }

  /** Paths of the OpenAPI documents: `api/v1`, … */
  openApiPaths(): readonly string[] {
    return [...new Set(this.#kinds.all().map(documentPath))].sort();
  }

  openApi(path: string): OpenApiText | undefined {
    this.#refresh();
    const known = this.#documents.get(path);
    if (known !== undefined) return known;
    const kinds = this.#kinds.all().filter((kind) => documentPath(kind) === path);
    if (kinds.length === 0) return undefined;
    const text = JSON.stringify(openApiDocument(kinds.toSorted(byName), this.#serverVersion));
    const document = { text, hash: sha256Hex(text).slice(0, 32).toUpperCase() };
    this.#documents.set(path, document);
    return document;
  }

  /** All kinds in one document, in pieces; it is asked for seldom and not kept. */
  openApiV2(): AsyncIterable<string> {
    return openApiV2Text(this.#kinds.all().toSorted(byName), this.#serverVersion);
  }

  openApiV2Protobuf(): Uint8Array {
    return openApiV2Protobuf(this.#serverVersion);
  }

  #refresh(): void {
    if (this.#generation === this.#kinds.generation) return;
    this.#generation = this.#kinds.generation;
    this.#groupVersions = groupVersionsOf([...this.#kinds.all(), ...this.#others]);
    this.#documents.clear();
  }
}

function byName(a: KindDefinition, b: KindDefinition): number {
  return `${apiVersionOf(a)}/${a.resource}` < `${apiVersionOf(b)}/${b.resource}` ? -1 : 1;
}
