// Discovery: which groups, versions and resources there are. Three dialects, for three ages of clients. Pure.
import type { JsonObject } from '../../base/mod.ts';
import { apiVersionOf, compareVersions, type Subresource } from '../../api/mod.ts';
import type { ResourceDescription } from '../reviews/review.ts';

export interface GroupVersion {
  readonly group: string;
  readonly version: string;
  readonly resources: readonly ResourceDescription[];
}

/** The core group first, then by name, preferred versions first; resources by name. */
export function groupVersionsOf(resources: readonly ResourceDescription[]): readonly GroupVersion[] {
  const found = new Map<string, ResourceDescription[]>();
  for (const resource of resources) {
    const id = apiVersionOf(resource);
    found.set(id, [...(found.get(id) ?? []), resource]);
  }
  return [...found.values()]
    .map((members) => ({
      group: members[0]!.group,
      version: members[0]!.version,
      resources: members.toSorted((a, b) => (a.resource < b.resource ? -1 : 1)),
    }))
    .sort((a, b) => (a.group === b.group ? compareVersions(a.version, b.version) : a.group < b.group ? -1 : 1));
}

/** `/api`. */
export function coreVersions(groups: readonly GroupVersion[]): JsonObject {
  const versions = groups.filter(({ group }) => group === '').map(({ version }) => version);
  return { kind: 'APIVersions', versions, serverAddressByClientCIDRs: [] };
}

/** `/apis`. */
export function groupList(groups: readonly GroupVersion[]): JsonObject {
  const names = new Set(groups.map(({ group }) => group).filter((group) => group !== ''));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: [...names].map((name) => groupEntry(groups, name)) };
}

/** `/apis/{group}`; undefined when there is none. */
export function groupDocument(groups: readonly GroupVersion[], name: string): JsonObject | undefined {
  if (name === '' || !groups.some(({ group }) => group === name)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupEntry(groups, name) };
}

function groupEntry(groups: readonly GroupVersion[], name: string): JsonObject {
  const versions = groups
    .filter(({ group }) => group === name)
    .map(({ group, version }) => ({ groupVersion: apiVersionOf({ group, version }), version }));
  return { name, versions, preferredVersion: versions[0]! };
}

/** `/api/v1`, `/apis/{group}/{version}`. */
export function resourceList({ group, version, resources }: GroupVersion): JsonObject {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf({ group, version }),
    resources: resources.flatMap((resource) => [resourceEntry(resource), ...resource.subresources.map((sub) => subresourceEntry(resource, sub))]),
  };
}

function resourceEntry(resource: ResourceDescription): JsonObject {
  return {
    name: resource.resource,
    singularName: resource.singular,
    namespaced: resource.isNamespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
  };
}

function subresourceEntry(resource: ResourceDescription, { name, verbs, responseKind }: Subresource): JsonObject {
  return {
    name: `${resource.resource}/${name}`,
    singularName: '',
    namespaced: resource.isNamespaced,
    kind: responseKind?.kind ?? resource.kind,
    ...(responseKind === undefined ? {} : { group: responseKind.group, version: responseKind.version }),
    verbs,
  };
}

export type AggregatedVersion = 'v2' | 'v2beta1';

/** `/api` and `/apis` for clients that take everything in one answer. */
export function aggregatedDiscovery(groups: readonly GroupVersion[], version: AggregatedVersion): JsonObject {
  const names = [...new Set(groups.map(({ group }) => group))];
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: names.map((name) => ({
      metadata: name === '' ? {} : { name },
      versions: groups.filter(({ group }) => group === name).map(aggregatedVersion),
    })),
  };
}

function aggregatedVersion({ version, resources }: GroupVersion): JsonObject {
  return { version, freshness: 'Current', resources: resources.map(aggregatedResource) };
}

function aggregatedResource(resource: ResourceDescription): JsonObject {
  const { group, version, kind } = resource;
  return {
    resource: resource.resource,
    responseKind: { group, version, kind },
    scope: resource.isNamespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    ...(resource.subresources.length > 0
      ? {
          subresources: resource.subresources.map((sub) => ({
            subresource: sub.name,
            responseKind: sub.responseKind === undefined ? { group, version, kind } : { ...sub.responseKind },
            verbs: sub.verbs,
          })),
        }
      : {}),
  };
}
