// The scheduler: one pass at a time over everything that has no node, whenever something changed that may let a Pod run.
import { CLAIMS, hasEnded, NAMESPACES, NODES, PERSISTENT_VOLUMES, POD_DISRUPTION_BUDGETS, PODS, STORAGE_CLASSES } from '../../../api/mod.ts';
import type { KubeObject } from '../../../base/mod.ts';
import type { InformerChange } from '../../../client/mod.ts';
import type { ReconcileResult } from '../../../control/mod.ts';
import type { Controller, ControllerPorts } from '../../controller.ts';
import { createController, DONE } from '../../create-controller.ts';
import { Pace } from '../../pace.ts';
import { bind, preempt, selectNode, tellGated, tellWaiting, toldOf } from './act.ts';
import { gangOf, isBound, isHolding } from './demand.ts';
import { planScheduling, type SchedulingDecision } from './plan.ts';
import { readPodGroups } from './pod-groups.ts';
import type { Leniency } from './scaling.ts';

/** Pods that wait are looked at again in this time, besides when something changed. */
const RETRY_MS = 30_000;
/** Planning within one turn of the loop. */
const TURN_MS_MAX = 4;
/** Writes under way at the same time, which share a commit. */
const WRITES_AT_ONCE_MAX = 16;
const LONG_PLAN_MS = 5;
/**
 * Pods of a pass whose counts stayed and whose sentence is brought up to date. It names others that run: with thousands waiting
 * all would have to be written whenever one ends.
 */
const SENTENCES_RENEWED_MAX = 20;
const PASS = 'pass';

export function createPodSchedulingController(ports: ControllerPorts, leniency: Leniency): Controller {
  const pods = ports.informers.of(PODS);
  const others = [NODES, POD_DISRUPTION_BUDGETS, CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES].map((type) => ports.informers.of(type));
  const scheduler = new Scheduler(ports, leniency);
  return createController(ports, {
    name: 'pod-scheduling',
    concurrency: 1,
    reconcile: (_key, { signal }) => scheduler.pass(signal),
    follow(queue) {
      pods.onChange((change) => {
        if (scheduler.notice(change)) queue.add(PASS);
      });
      for (const informer of others) informer.onChange(() => void (scheduler.isAnyWaiting && queue.add(PASS)));
    },
  });
}

class Scheduler {
  readonly #ports: ControllerPorts;
  readonly #leniency: Leniency;
  readonly #waiting = new Set<string>();
  /** By uid, those that a pass looks at: all but the thousands that have ended, as long as they belong to no group. */
  readonly #counted = new Map<string, KubeObject>();
  /** Bound by this scheduler, until the informer shows it. */
  readonly #assumed = new Map<string, string>();
  readonly #pace: Pace;
  #planMs = 0;

  constructor(ports: ControllerPorts, leniency: Leniency) {
    this.#ports = ports;
    this.#leniency = leniency;
    this.#pace = new Pace(ports.clock, LONG_PLAN_MS);
  }

  get isAnyWaiting(): boolean {
    return this.#waiting.size > 0;
  }

  /** True when it may let a Pod run, or is one that wants to. */
  notice({ kind, object, previous }: InformerChange): boolean {
    const uid = object.metadata.uid ?? '';
    const isWaiting = kind === 'upsert' && !isBound(object) && !hasEnded(object);
    if (isWaiting) this.#waiting.add(uid);
    else this.#waiting.delete(uid);
    if (kind === 'upsert' && (!hasEnded(object) || gangOf(object) !== undefined)) this.#counted.set(uid, object);
    else this.#counted.delete(uid);
    if (kind === 'delete' || isBound(object)) this.#assumed.delete(uid);
    if (isWaiting) return true;
    if (!this.isAnyWaiting) return false;
    const makesRoom = kind === 'delete' || !isHolding(object);
    return makesRoom && (kind === 'delete' || previous === undefined || isHolding(previous));
  }

  async pass(signal: AbortSignal): Promise<ReconcileResult> {
    if (!this.isAnyWaiting) return DONE;
    const { informers, clock, api } = this.#ports;
    const pauseMs = this.#pace.pauseMs(PASS);
    if (pauseMs > 0) await clock.sleep(pauseMs, { signal });
    const pods = [...this.#counted.values()];
    const groups = await readPodGroups(api, gangsOf(pods));
    const namespaces = informers.of(NAMESPACES);
    const decisions = planScheduling({
      pods,
      nodes: informers.of(NODES).list(),
      budgets: informers.of(POD_DISRUPTION_BUDGETS).list(),
      assumed: this.#assumed,
      countMinOf: (gang) => groups.get(gang),
      namespaceLabels: (namespace) => namespaces.get(undefined, namespace)?.metadata.labels ?? {},
      storage: {
        claim: (namespace, name) => informers.of(CLAIMS).get(namespace, name),
        storageClass: (name) => informers.of(STORAGE_CLASSES).get(undefined, name),
        volumes: () => informers.of(PERSISTENT_VOLUMES).list(),
      },
      leniency: this.#leniency,
      nowMs: clock.now(),
    });
    this.#planMs = 0;
    await this.#carryOut(decisions, signal);
    this.#pace.took(PASS, this.#planMs);
    return this.isAnyWaiting ? { kind: 'after', delayMs: RETRY_MS } : DONE;
  }

  async #carryOut(decisions: Generator<SchedulingDecision>, signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    let renewals = SENTENCES_RENEWED_MAX;
    const chosen: SchedulingDecision[] = [];
    let turnStartMs = clock.steadyMs();
    const endTurn = async (): Promise<void> => {
      this.#planMs += clock.steadyMs() - turnStartMs;
      if (chosen.length === 0) await clock.sleep(0, { signal });
      else await Promise.all(chosen.splice(0).map((decision) => this.#act(decision)));
      turnStartMs = clock.steadyMs();
    };
    for (const decision of decisions) {
      if (decision.kind === 'wait' && toldOf(decision.pod).startsWith(decision.waiting.counts) && renewals-- <= 0) continue;
      if (decision.kind !== 'pause') chosen.push(decision);
      if (chosen.length >= WRITES_AT_ONCE_MAX || clock.steadyMs() - turnStartMs >= TURN_MS_MAX) await endTurn();
    }
    await endTurn();
  }

  async #act(decision: SchedulingDecision): Promise<void> {
    const ports = this.#ports;
    switch (decision.kind) {
      case 'bind':
        if (await bind(ports, decision)) this.#assume(decision.pod, decision.nodeName);
        return;
      case 'claim':
        return selectNode(ports, decision);
      case 'wait':
        return tellWaiting(ports, decision.pod, decision.waiting);
      case 'gated':
        return tellGated(ports, decision.pod);
      case 'preempt':
        return preempt(ports, decision);
      case 'pause':
        return;
    }
  }

  #assume({ metadata: { namespace, name, uid } }: KubeObject, nodeName: string): void {
    const seen = this.#ports.informers.of(PODS).get(namespace, name);
    if (seen !== undefined && seen.metadata.uid === uid && !isBound(seen)) this.#assumed.set(uid ?? '', nodeName);
  }
}

function gangsOf(pods: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(pods.filter((pod) => !isBound(pod)).flatMap((pod) => gangOf(pod) ?? []));
}
