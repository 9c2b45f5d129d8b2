// The volume controller: brings claims and PersistentVolumes together, and makes volumes for claims that no present one fits. One key
// at a time, so that two claims never take the same volume.
import { Failure, type Json, type JsonObject, type KubeObject, type ResourceType } from '../../../base/mod.ts';
import { CLAIMS, DIRECTORY_DRIVER, fieldOf, NODES, PERSISTENT_VOLUMES, PODS, STORAGE_CLASSES, textAt } from '../../../api/mod.ts';
import type { Informer } from '../../../client/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import { keyOf, splitKey, type Controller, type ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { createFreshView, type FreshView } from '../../fresh-view.ts';
import { writeStatus } from '../../owned-writes.ts';
import { claimsOf, usesClaim } from '../claim-protection/plan.ts';
import { planClaim, type ClaimStep } from './claim-plan.ts';
import { claimReference } from './directory-volume.ts';
import { planVolume } from './volume-plan.ts';
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, classOf, defaultClassOf, isFullyBound, SELECTED_NODE, STORAGE_PROVISIONER, volumeNameOf } from './words.ts';

interface Ports extends ControllerPorts {
  readonly claims: FreshView;
  readonly volumes: FreshView;
  /** What each claim that waits was told last, by uid. */
  readonly told: Map<string, string>;
}

const VOLUME_PREFIX = 'volume ';

export function createPersistentVolumeController(ports: ControllerPorts): Controller {
  const { informers } = ports;
  const [claims, volumes, classes, pods] = [CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES, PODS].map((type) => informers.of(type)) as [Informer, Informer, Informer, Informer];
  const all: Ports = { ...ports, claims: createFreshView(claims), volumes: createFreshView(volumes), told: new Map() };
  return createController(ports, {
    name: 'persistent-volume',
    concurrency: 1,
    reconcile: (key) => (key.startsWith(VOLUME_PREFIX) ? reconcileVolume(all, key.slice(VOLUME_PREFIX.length)) : reconcileClaim(all, key)),
    follow(queue) {
      const wakeUnbound = () => {
        for (const claim of claims.list()) if (!isFullyBound(claim)) queue.add(keyOf(claim));
      };
      claims.onChange(({ kind, object }) => {
        if (kind === 'upsert') return queue.add(keyOf(object));
        all.told.delete(object.metadata.uid ?? '');
        if (volumeNameOf(object) !== '') queue.add(VOLUME_PREFIX + volumeNameOf(object));
      });
      volumes.onChange(({ kind, object }) => {
        queue.add(VOLUME_PREFIX + object.metadata.name);
        const reference = fieldOf(object.spec, 'claimRef');
        if (reference !== undefined) queue.add(`${textAt(reference, '', 'namespace')}/${textAt(reference, '', 'name')}`);
        else if (kind === 'upsert') wakeUnbound();
      });
      classes.onChange(wakeUnbound);
      pods.onChange(({ kind, object, previous }) => {
        const isNews = kind === 'upsert' && textAt(object, '', 'spec', 'nodeName') !== '' && textAt(previous, '', 'spec', 'nodeName') === '';
        if (isNews) for (const name of claimsOf(object)) queue.add(`${object.metadata.namespace ?? ''}/${name}`);
      });
    },
  });
}

async function reconcileVolume(ports: Ports, name: string): Promise<ReconcileResult> {
  const volume = ports.volumes.get('', name);
  if (volume === undefined) return DONE;
  const reference = fieldOf(volume.spec, 'claimRef');
  const claim = reference === undefined ? undefined : ports.claims.get(textAt(reference, '', 'namespace'), textAt(reference, '', 'name'));
  // The cache of claims may be behind that of volumes.
  if (claim === undefined && reference !== undefined && (await isThere(ports, reference))) return { kind: 'after', delayMs: 100 };
  const plan = planVolume(volume, claim);
  if (plan.isUnbound) {
    await change(ports, PERSISTENT_VOLUMES, volume, { spec: { claimRef: null } });
    return DONE;
  }
  const kept = plan.finalizers === undefined ? volume : await change(ports, PERSISTENT_VOLUMES, volume, { metadata: { finalizers: plan.finalizers } });
  if (kept !== undefined && plan.status !== undefined) await publish(ports, PERSISTENT_VOLUMES, kept, plan.status);
  return DONE;
}

async function isThere({ api }: Ports, reference: Json): Promise<boolean> {
  const outcome = await api.get({ type: CLAIMS, namespace: textAt(reference, '', 'namespace'), name: textAt(reference, '', 'name') });
  return outcome.ok && outcome.value.metadata.uid === textAt(reference, '', 'uid');
}

async function reconcileClaim(ports: Ports, key: string): Promise<ReconcileResult> {
  const { namespace, name } = splitKey(key);
  const claim = ports.claims.get(namespace, name);
  if (claim === undefined || (claim.metadata.deletionTimestamp !== undefined && !isFullyBound(claim))) return DONE;
  const volumes = ports.informers.of(PERSISTENT_VOLUMES).list().map((volume) => ports.volumes.get('', volume.metadata.name) ?? volume);
  const users = ports.informers.of(PODS).list(namespace).filter((pod) => usesClaim(pod, name));
  const nodeName = claim.metadata.annotations?.[SELECTED_NODE] ?? textAt(users[0], '', 'spec', 'nodeName');
  const step = planClaim({
    claim,
    volumes,
    storageClass: ports.informers.of(STORAGE_CLASSES).get(undefined, classOf(claim)),
    defaultClassName: defaultClassOf(ports.informers.of(STORAGE_CLASSES).list())?.metadata.name,
    hasConsumer: users.length > 0,
    node: ports.informers.of(NODES).get(undefined, nodeName),
  });
  await act(ports, claim, step);
  return DONE;
}

async function act(ports: Ports, claim: KubeObject, step: ClaimStep): Promise<void> {
  switch (step.kind) {
    case 'wait': {
      const uid = claim.metadata.uid ?? '';
      if (step.event !== undefined && ports.told.get(uid) !== step.event.message) ports.events.record(claim, step.event);
      if (step.event !== undefined) ports.told.set(uid, step.event.message);
      const phase = textAt(claim, 'Pending', 'status', 'phase');
      // One whose directory is there already stays bound.
      const isBetter = step.phase === 'Pending' && phase === 'Bound';
      if (phase !== step.phase && !isBetter) await publish(ports, CLAIMS, claim, { ...claim.status, phase: step.phase });
      return;
    }
    case 'provision': {
      const made = await ports.api.create(PERSISTENT_VOLUMES, undefined, step.volume);
      const existing = made.ok ? made : await ports.api.get({ type: PERSISTENT_VOLUMES, name: step.volume.metadata.name });
      if (!existing.ok) throw refused(made.ok ? existing.status : made.status);
      if (made.ok) ports.events.record(claim, step.event);
      return bind(ports, claim, existing.value);
    }
    case 'classify':
      await change(ports, CLAIMS, claim, { spec: { storageClassName: step.className } });
      return;
    case 'bind':
      return bind(ports, claim, step.volume);
    case 'grow': {
      const storage = textAt(claim.spec, '', 'resources', 'requests', 'storage');
      const grown = await change(ports, PERSISTENT_VOLUMES, step.volume, { spec: { capacity: { storage } } });
      if (grown === undefined) return;
      await publish(ports, CLAIMS, claim, { ...claim.status, capacity: { storage } });
      ports.events.record(claim, { type: 'Normal', reason: 'VolumeResizeSuccessful', message: `ExpandVolume succeeded for volume ${keyOf(claim)}` });
      return;
    }
    case 'bound':
      if (step.status !== undefined) await publish(ports, CLAIMS, claim, step.status);
  }
}

/** The volume first, then the claim; interrupted anywhere it is gone on with. */
async function bind(ports: Ports, claim: KubeObject, volume: KubeObject): Promise<void> {
  const isNamed = textAt(volume.spec, '', 'claimRef', 'uid') === claim.metadata.uid;
  const wasMeant = fieldOf(volume.spec, 'claimRef') !== undefined;
  const mark = wasMeant ? {} : { metadata: { annotations: { [BOUND_BY_CONTROLLER]: 'yes' } } };
  const named = isNamed ? volume : await change(ports, PERSISTENT_VOLUMES, volume, { ...mark, spec: { claimRef: claimReference(claim) } });
  if (named === undefined) return;
  if (textAt(named, '', 'status', 'phase') !== 'Bound') await publish(ports, PERSISTENT_VOLUMES, named, { phase: 'Bound' });
  const hadName = volumeNameOf(claim) !== '';
  const isMade = textAt(volume.spec, '', 'csi', 'driver') === DIRECTORY_DRIVER;
  const annotations = {
    [BIND_COMPLETED]: 'yes',
    ...(hadName ? {} : { [BOUND_BY_CONTROLLER]: 'yes' }),
    ...(isMade ? Object.fromEntries(STORAGE_PROVISIONER.map((key) => [key, DIRECTORY_DRIVER])) : {}),
  };
  const taken = await change(ports, CLAIMS, claim, { metadata: { annotations }, spec: { volumeName: volume.metadata.name } });
  if (taken === undefined) return;
  ports.told.delete(claim.metadata.uid ?? '');
  await publish(ports, CLAIMS, taken, { ...taken.status, phase: 'Bound', accessModes: fieldOf(volume.spec, 'accessModes') ?? [], capacity: fieldOf(volume.spec, 'capacity') ?? {} });
}

/** Undefined when it is gone or was changed meanwhile: that change brings the next reconcile. */
async function change(ports: Ports, type: ResourceType, object: KubeObject, patch: JsonObject): Promise<KubeObject | undefined> {
  const { namespace, name, uid = '', resourceVersion = '' } = object.metadata;
  const metadata = { ...(patch['metadata'] as JsonObject | undefined), uid, resourceVersion };
  const outcome = await ports.api.patch({ type, namespace, name }, 'merge', { ...patch, metadata });
  if (outcome.ok) return remember(ports, type, outcome.value);
  if (['Conflict', 'NotFound'].includes(outcome.status.reason)) return undefined;
  throw refused(outcome.status);
}

async function publish(ports: Ports, type: ResourceType, object: KubeObject, status: JsonObject): Promise<void> {
  const written = await writeStatus(ports, type, object, status);
  if (written !== undefined) remember(ports, type, written);
}

function remember({ claims, volumes }: Ports, type: ResourceType, object: KubeObject): KubeObject {
  (type === CLAIMS ? claims : volumes).remember(object);
  return object;
}

function refused({ reason, message }: { readonly reason: string; readonly message: string }): Failure {
  return new Failure(reason, message);
}
