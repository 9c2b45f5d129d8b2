// A kind of Kubernetes itself: what discovery and the schemas say of it comes from the generated tables, its rules from its file.
import resources from './generated/kube-resources.json' with { type: 'json' };
import { assert } from '../base/mod.ts';
import type { KindDefinition, Subresource } from './kind.ts';

/** What tools/generate-kube-resources.ts writes of a resource. */
interface ResourceFacts extends Pick<KindDefinition, 'kind' | 'singular' | 'shortNames' | 'categories' | 'isNamespaced' | 'verbs'> {
  readonly schema: string;
  readonly subresources: readonly Subresource[];
}

type Optional = 'hasGeneration' | 'columns' | 'fieldSelectors';

/** What a kind's own file says. Without columns a table shows Name and Age. */
export interface KindRules
  extends Omit<KindDefinition, keyof ResourceFacts | 'group' | 'version' | 'resource' | Optional>,
    Partial<Pick<KindDefinition, Optional>> {
  /** Names of the subresources that are served: some, or all, of those that Kubernetes has. */
  readonly subresources?: readonly string[];
}

const RESOURCES = resources as unknown as Readonly<Record<string, ResourceFacts>>;

/** `id` is apiVersion and resource: `v1/pods`, `apps/v1/deployments`. One that Kubernetes does not have is a bug. */
export function builtinKind(id: string, rules: KindRules): KindDefinition {
  const facts = RESOURCES[id];
  assert(facts !== undefined, `Kubernetes has no resource ${id}`);
  const [resource = '', version = '', group = ''] = id.split('/').toReversed();
  const { kind, singular, shortNames, categories, isNamespaced, verbs } = facts;
  return {
    hasGeneration: false,
    columns: [],
    fieldSelectors: {},
    ...rules,
    ...{ group, version, resource, kind, singular, shortNames, categories, isNamespaced, verbs },
    schema: { $ref: facts.schema },
    subresources: (rules.subresources ?? []).map((name) => subresourceOf(id, facts, name)),
  };
}

function subresourceOf(id: string, facts: ResourceFacts, name: string): Subresource {
  const found = facts.subresources.find((subresource) => subresource.name === name);
  assert(found !== undefined, `Kubernetes has no subresource ${id}/${name}`);
  const { verbs, responseKind } = found;
  return { name, verbs, ...(responseKind === undefined ? {} : { responseKind }) };
}
