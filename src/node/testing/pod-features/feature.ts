// What a feature of Pods is, and the words that many of them need.
import { objectsOf, type JsonObject, type KubeObject } from '../../../base/mod.ts';
import type { Lab } from './lab.ts';

export interface Feature {
  readonly name: string;
  readonly check: (lab: Lab) => Promise<void>;
  /** Said in place of what was found when it does not hold. */
  readonly note?: string;
}

export interface Area {
  readonly title: string;
  readonly features: readonly Feature[];
}

export function feature(name: string, check: Feature['check'], note?: string): Feature {
  return { name, check, ...(note === undefined ? {} : { note }) };
}

export function exec(...command: readonly string[]): JsonObject {
  return { exec: { command } };
}

export function mount(name: string, mountPath: string, more: JsonObject = {}): JsonObject {
  return { volumeMounts: [{ name, mountPath, ...more }] };
}

/** Runs until somebody asks it to end. */
export const HOLD = 'trap "exit 0" TERM; while true; do sleep 0.1; done';
export const QUICK = { periodSeconds: 1, failureThreshold: 1, timeoutSeconds: 20 };

export function isStarted(pod: KubeObject): boolean {
  return isMain(pod, 'started');
}

export function isReady(pod: KubeObject): boolean {
  return isMain(pod, 'ready');
}

/** False also before there is a status. */
function isMain({ status }: KubeObject, field: 'started' | 'ready'): boolean {
  return objectsOf(status?.['containerStatuses']).some((container) => container['name'] === 'main' && container[field] === true);
}
