// The kinds that are served at this moment, found by group, version and resource.
import { assert, type ResourceType } from '../base/mod.ts';
import { apiVersionOf, resourceName, type KindDefinition } from '../api/mod.ts';

export class KindRegistry {
  readonly #byResource = new Map<string, KindDefinition>();
  /** Counts registrations: answers derived from the kinds are kept until it changes. */
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
