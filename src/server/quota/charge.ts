// Charges quotas for a change of an object, in the commit of the change itself: `status.used` is exact at every moment, and
// two creations at the same time can't both take what is left for one.
import { isJsonObject, jsonEquals, type Json, type JsonObject, type KubeObject } from '../../base/mod.ts';
import { fieldOf, type KindDefinition, amountOf, plus, quantityOf, ZERO } from '../../api/mod.ts';
import { formatQuantity, type Quantity } from '../../expr/mod.ts';
import type { StoreWriter } from '../../store/mod.ts';
import { containersOf } from '../admission/pod-containers.ts';
import type { ServerContext } from '../context.ts';
import { prefixOf } from '../keys.ts';
import { forbidden, type Refusal } from '../refusals.ts';
import { isInScope } from './scope.ts';
import { isStuck, usageOf, type Usage } from './usage.ts';

/** What becomes of an object; neither: it was not there before, it goes. */
export interface ObjectChange {
  readonly before?: KubeObject | undefined;
  readonly after?: KubeObject | undefined;
}

const PREFIX = 'resourcequotas/';

/** A refusal when a quota does not allow it; otherwise what the quotas say of their use is written. */
export function chargeQuotas(context: ServerContext, writer: StoreWriter, kind: KindDefinition, change: ObjectChange): Refusal | undefined {
  const object = change.after ?? change.before;
  const namespace = object?.metadata.namespace;
  if (namespace === undefined || isEvent(kind)) return undefined;
  const listed = context.store.list(`${PREFIX}${namespace}/`);
  if (listed.length === 0) return undefined;
  const charged: { readonly key: string; readonly quota: KubeObject }[] = [];
  for (const { key } of listed) {
    const quota = writer.get(key)?.object;
    if (quota === undefined) continue;
    const outcome = chargeLeniently(context, writer, kind, quota, change);
    if (outcome === undefined) continue;
    if (typeof outcome === 'string') return forbidden(kind, object!.metadata.name, outcome);
    charged.push({ key, quota: outcome });
  }
  for (const { key, quota } of charged) writer.put(key, quota);
  return undefined;
}

/** As `charge`; but Pods that are stuck give up what they hold, and each later change of theirs is counted through. */
function chargeLeniently(context: ServerContext, writer: StoreWriter, kind: KindDefinition, quota: KubeObject, change: ObjectChange): KubeObject | string | undefined {
  if (!isPod(kind)) return charge(kind, quota, change);
  const nowMs = context.clock.now();
  const afresh = () => {
    const counted = countQuota(context, writer, quota);
    const charged = charge(kind, counted, change, nowMs);
    return charged ?? (jsonEquals(counted.status, quota.status) ? undefined : counted);
  };
  if (change.before !== undefined && isStuck(change.before, nowMs)) return afresh();
  const outcome = charge(kind, quota, change);
  if (typeof outcome !== 'string') return outcome;
  return writer.list(prefixOf(kind, quota.metadata.namespace)).some(({ object }) => isStuck(object, nowMs)) ? afresh() : outcome;
}

function isPod({ group, resource }: KindDefinition): boolean {
  return group === '' && resource === 'pods';
}

/** They come by themselves, so nobody is charged for them. */
function isEvent({ resource }: KindDefinition): boolean {
  return resource === 'events';
}

/** The quota as it then stands; a sentence when that is too much; undefined when nothing changes for it. */
function charge(kind: KindDefinition, quota: KubeObject, { before, after }: ObjectChange, nowMs?: number): KubeObject | string | undefined {
  const [old, next] = [before, after].map((object) => (object !== undefined && isInScope(kind, object, quota) ? usageOf(kind, object, nowMs) : new Map<string, Quantity>())) as [Usage, Usage];
  const hard = quantitiesIn(fieldOf(quota, 'status', 'hard'));
  if (before === undefined && next.size > 0) {
    const missing = missingIn(kind, after!, hard);
    if (missing !== '') return `failed quota: ${quota.metadata.name}: must specify ${missing}`;
  }
  const used = new Map(quantitiesIn(fieldOf(quota, 'status', 'used')));
  const changed: string[] = [];
  const exceeded: { readonly name: string; readonly more: Quantity }[] = [];
  for (const [name, limit] of hard) {
    const more: Quantity = plus(next.get(name) ?? ZERO, negative(old.get(name) ?? ZERO));
    if (more.nanos === 0n) continue;
    const total = plus(used.get(name) ?? ZERO, more);
    if (more.nanos > 0n && total.nanos > limit.nanos) exceeded.push({ name, more });
    used.set(name, total.nanos < 0n ? ZERO : total);
    changed.push(name);
  }
  if (exceeded.length > 0) return exceededSentence(quota, exceeded, hard);
  return changed.length === 0 ? undefined : withUsed(quota, hard, used);
}

function exceededSentence(quota: KubeObject, exceeded: readonly { readonly name: string; readonly more: Quantity }[], hard: Usage): string {
  const used = quantitiesIn(fieldOf(quota, 'status', 'used'));
  const sorted = exceeded.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const list = (valueOf: (entry: { readonly name: string; readonly more: Quantity }) => Quantity) => sorted.map((entry) => `${entry.name}=${formatQuantity(valueOf(entry))}`).join(',');
  return `exceeded quota: ${quota.metadata.name}, requested: ${list(({ more }) => more)}, used: ${list(({ name }) => used.get(name) ?? ZERO)}, limited: ${list(({ name }) => hard.get(name)!)}`;
}

/** A Pod must say what it needs of everything that the quota limits: `limits.cpu for: main; requests.memory for: main`. */
function missingIn(kind: KindDefinition, pod: KubeObject, hard: Usage): string {
  if (!isPod(kind) || asksAsWhole(pod)) return '';
  const containers = [...containersOf(pod.spec, 'containers'), ...containersOf(pod.spec, 'initContainers')];
  const wanted = [...hard.keys()].flatMap((name) => {
    const [part, resource] = name === 'cpu' || name === 'memory' ? (['requests', name] as const) : (name.split('.', 2) as [string, string | undefined]);
    if ((part !== 'requests' && part !== 'limits') || (resource !== 'cpu' && resource !== 'memory')) return [];
    const lacking = containers.filter((container) => amountOf(container, part, resource) === undefined).map((container) => String(container['name']));
    return lacking.length === 0 ? [] : [`${name} for: ${lacking.toSorted().join(',')}`];
  });
  return wanted.toSorted().join('; ');
}

function asksAsWhole(pod: KubeObject): boolean {
  return (['requests', 'limits'] as const).some((part) => ['cpu', 'memory'].some((name) => fieldOf(pod.spec, 'resources', part, name) !== undefined));
}

/** Whoever writes a quota, its use is counted through: what was said of it before, by whomever, does not stand. */
export function countQuota(context: ServerContext, writer: StoreWriter, quota: KubeObject): KubeObject {
  const hard = quantitiesIn(fieldOf(quota, 'spec', 'hard'));
  const used = new Map<string, Quantity>([...hard.keys()].map((name) => [name, ZERO]));
  const counted = new Set<string>();
  const nowMs = context.clock.now();
  for (const kind of context.kinds.all()) {
    const prefix = prefixOf(kind, quota.metadata.namespace);
    // Versions of a resource share their objects.
    if (!kind.isNamespaced || isEvent(kind) || counted.has(prefix)) continue;
    counted.add(prefix);
    const entries = writer.list(prefix);
    const isOld = (name: string) => kind.resource === 'resourcequotas' && name === quota.metadata.name;
    for (const { object } of entries) if (!isOld(object.metadata.name)) addUsage(used, kind, object, quota, nowMs);
    if (kind.resource === 'resourcequotas' && kind.group === '') addUsage(used, kind, quota, quota, nowMs);
  }
  return withUsed(quota, hard, used);
}

function addUsage(used: Map<string, Quantity>, kind: KindDefinition, object: KubeObject, quota: KubeObject, nowMs: number): void {
  if (!isInScope(kind, object, quota)) return;
  for (const [name, amount] of usageOf(kind, object, nowMs)) {
    const sofar = used.get(name);
    if (sofar !== undefined) used.set(name, plus(sofar, amount));
  }
}

function withUsed(quota: KubeObject, hard: Usage, used: Usage): KubeObject {
  const texts = (quantities: Usage): JsonObject =>
    Object.fromEntries([...hard.keys()].map((name): [string, Json] => [name, formatQuantity(quantities.get(name) ?? ZERO)]));
  return { ...quota, status: { hard: texts(hard), used: texts(used) } };
}

function quantitiesIn(members: Json | undefined): Usage {
  if (!isJsonObject(members)) return new Map();
  return new Map(Object.entries(members).flatMap(([name, text]) => {
    const quantity = quantityOf(text);
    return quantity === undefined ? [] : [[name, quantity] as const];
  }));
}

function negative({ nanos, format }: Quantity): Quantity {
  return { nanos: -nanos, format };
}
