// The kinds that are served at this moment, found by group, version and resource. Built-in kinds are registered once;
// those of a CustomResourceDefinition come, change and go with it.
import { assert, type ResourceType } from '../base/mod.ts';
import { apiVersionOf, resourceName, type KindDefinition } from '../api/mod.ts';

export class KindRegistry {
  readonly #byResource = new Map<string, KindDefinition>();
  /** Ids by the definition that serves them. */
  readonly #served = new Map<string, readonly string[]>();
  /** Counts changes: answers derived from the kinds are kept until it changes. */
  #generation = 0;

  constructor(kinds: readonly KindDefinition[]) {
    for (const kind of kinds) this.register(kind);
  }

  register(kind: KindDefinition): void {
    const id = idOf(kind);
    assert(!this.#byResource.has(id), `the resource ${id} is registered twice`);
    this.#byResource.set(id, kind);
    this.#generation++;
  }

  /** From now on the definition serves these kinds and no others; a kind that others serve already is left to them. */
  serve(definition: string, kinds: readonly KindDefinition[]): void {
    for (const id of this.#served.get(definition) ?? []) this.#byResource.delete(id);
    const free = kinds.filter((kind) => !this.#byResource.has(idOf(kind)));
    for (const kind of free) this.#byResource.set(idOf(kind), kind);
    if (free.length === 0) this.#served.delete(definition);
    else this.#served.set(definition, free.map(idOf));
    this.#generation++;
  }

  find(type: ResourceType): KindDefinition | undefined {
    return this.#byResource.get(idOf(type));
  }

  all(): readonly KindDefinition[] {
    return [...this.#byResource.values()];
  }

  get generation(): number {
    return this.#generation;
  }
}

function idOf(type: ResourceType): string {
  return `${resourceName(type)}/${apiVersionOf(type)}`;
}
