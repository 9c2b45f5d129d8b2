// From what an engine says of a container (`GET /containers/{id}/json`) to what the node knows of it; pure.
import { objectOf, type Json } from '../../base/mod.ts';
import type { ExitRecord, ListedContainer } from '../supervisor/protocol.ts';
import { LABEL } from './create-request.ts';

const RUNNING = ['running', 'paused', 'restarting', 'stopping'];
const ENDED = ['exited', 'stopped', 'dead'];

export type EngineContainer = ListedContainer & { readonly exitFile: string; readonly logFile?: string };

/** 0 when the engine does not say. */
export function startedAtMsOf(answer: Json): number {
  return timeOf(objectOf(objectOf(answer)['State'])['StartedAt']);
}

/** Undefined for one that was made and never started. */
export function listedContainerOf(answer: Json, bootId: string): EngineContainer | undefined {
  const state = objectOf(objectOf(answer)['State']);
  const labels = objectOf(objectOf(objectOf(answer)['Config'])['Labels']);
  const status = String(state['Status']);
  const pid = typeof state['Pid'] === 'number' ? state['Pid'] : 0;
  const startedAtMs = startedAtMsOf(answer);
  const logFile = labels[LABEL.logFile];
  const files = { exitFile: String(labels[LABEL.exitFile]), ...(typeof logFile === 'string' ? { logFile } : {}) };
  const container = { id: String(labels[LABEL.id]), ...files, podUid: String(labels[LABEL.podUid]), pid, startTime: 0, startedAtMs };
  if (RUNNING.includes(status)) return { ...container, state: 'running' };
  if (!ENDED.includes(status) || startedAtMs === 0) return undefined;
  const exit: ExitRecord = {
    id: container.id,
    pid,
    startTime: 0,
    bootId,
    code: typeof state['ExitCode'] === 'number' ? state['ExitCode'] : 255,
    signal: null,
    startedAtMs,
    finishedAtMs: timeOf(state['FinishedAt']),
    logDroppedBytes: 0,
    ...(state['OOMKilled'] === true ? { overLimit: 'memory' as const } : {}),
  };
  return { ...container, state: 'exited', exit };
}

export function hasMemoryLimit(answer: Json): boolean {
  return Number(objectOf(objectOf(answer)['HostConfig'])['Memory'] ?? 0) > 0;
}

/** 0 for the year 1, which is how engines say never. */
function timeOf(text: Json | undefined): number {
  const ms = typeof text === 'string' ? Date.parse(text.replace(/(\.\d{3})\d+/, '$1')) : 0;
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}
