// The templates that a StatefulSet or DaemonSet had, as ControllerRevisions by which `kubectl rollout` finds its way back;
// pure. After pkg/controller/history of Kubernetes.
import { isJsonObject, jsonEquals, type Json, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import { fieldOf, labelsOf, numberAt } from '../../../api/mod.ts';
import type { Claimant } from '../../claim-owned.ts';
import { controllerReference } from '../../pod-template.ts';
import { plain, plainTemplate, templateHash } from '../template-identity.ts';

/** Of a Pod: the revision that it was made of. */
export const REVISION_LABEL = 'controller-revision-hash';
const HASH_LABEL = 'controller.kubernetes.io/hash';
const NOT_COPIED = ['kubectl.kubernetes.io/last-applied-configuration'];

export type RevisionPlan =
  | { readonly kind: 'present'; readonly revision: KubeObject }
  /** An earlier template is back: its revision becomes the newest. */
  | { readonly kind: 'renumber'; readonly revision: KubeObject; readonly number: number }
  | { readonly kind: 'create'; readonly revision: KubeObject };

/** The revision with the template of the owner. */
export function planRevision(claimant: Claimant, revisions: readonly KubeObject[]): RevisionPlan {
  const sorted = byNumber(revisions);
  const newest = sorted.at(-1);
  const number = (newest === undefined ? 0 : numberOf(newest)) + 1;
  const revision = sorted.findLast((one) => holdsTemplateOf(one, claimant.owner));
  if (revision === undefined) return { kind: 'create', revision: newRevision(claimant, number) };
  return revision === newest ? { kind: 'present', revision } : { kind: 'renumber', revision, number };
}

export function holdsTemplateOf(revision: KubeObject, owner: KubeObject): boolean {
  return jsonEquals(plain(templateOf(revision)), plainTemplate(owner));
}

/** The owner as it was at that revision. */
export function atRevision(owner: KubeObject, revision: KubeObject): KubeObject {
  const { $patch: _directive, ...template } = templateOf(revision) as JsonObject;
  return { ...owner, spec: { ...owner.spec, template } };
}

/** Beyond the history that is kept, without those that are in use; oldest first. */
export function outlivedRevisions(owner: KubeObject, revisions: readonly KubeObject[], inUse: ReadonlySet<string>): readonly KubeObject[] {
  const limit = fieldOf(owner, 'spec', 'revisionHistoryLimit');
  if (typeof limit !== 'number') return [];
  const idle = byNumber(revisions.filter(({ metadata }) => !inUse.has(metadata.name)));
  return idle.slice(0, Math.max(0, idle.length - limit));
}

export function hashOf(revision: KubeObject): string {
  return revision.metadata.labels?.[HASH_LABEL] ?? '';
}

function newRevision({ owner, apiVersion, kind }: Claimant, revision: number): KubeObject {
  const { name, namespace = '', annotations = {} } = owner.metadata;
  const hash = templateHash(owner, numberAt(owner, 'status', 'collisionCount'));
  const template = fieldOf(owner, 'spec', 'template') as JsonObject;
  const labels = { ...labelsOf(fieldOf(template, 'metadata', 'labels')), [HASH_LABEL]: hash, ...(kind === 'DaemonSet' ? { [REVISION_LABEL]: hash } : {}) };
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: Object.fromEntries(Object.entries(annotations).filter(([key]) => !NOT_COPIED.includes(key))),
      ownerReferences: [controllerReference(owner, apiVersion, kind)],
    },
    // A strategic merge patch: kubectl sends it to return to this revision.
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision,
  };
}

function templateOf(revision: KubeObject): Json | undefined {
  const content = revision['data'];
  return isJsonObject(content) ? fieldOf(content, 'spec', 'template') : undefined;
}

function numberOf(revision: KubeObject): number {
  return numberAt(revision, 'revision');
}

function byNumber(revisions: readonly KubeObject[]): readonly KubeObject[] {
  return revisions.toSorted((a, b) => numberOf(a) - numberOf(b) || (a.metadata.name < b.metadata.name ? -1 : 1));
}
