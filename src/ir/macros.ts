// Macros in the string parameters of a run, and in the defaults of its pipeline, expanded once: `[[RunUUID]]`, `[[ScheduledTime]]`,
// `[[CurrentTime]]`, `[[Index]]`, with a Go time layout after a dot, and `{{$.scheduledTime.strftime('…')}}`.
import type { Json, JsonObject } from '../base/mod.ts';
import { formatGoLayout, formatStrftime } from './time-layout.ts';

export interface MacroValues {
  readonly runId: string;
  readonly nowMs: number;
  /** Runs of a series have these two; in others their macros stay as they are. */
  readonly scheduledAtMs?: number;
  readonly index?: number;
}

const DEFAULT_LAYOUT = '20060102150405';
const MACRO = /\[\[([^[\]]{1,100})\]\]|\{\{\$\.(scheduledTime|currentTime)\.strftime\('([^']{1,100})'\)\}\}/g;

/** Only whole values that are strings are looked at, as upstream does; unknown macros stay as they are. */
export function expandMacros(parameters: JsonObject, values: MacroValues): JsonObject {
  const expanded: [string, Json | undefined][] = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? expandText(value, values) : value,
  ]);
  return Object.fromEntries(expanded);
}

function expandText(text: string, values: MacroValues): string {
  return text.replaceAll(MACRO, (whole, name: string | undefined, time: string | undefined, format: string | undefined) => {
    if (name !== undefined) return expandName(name, values) ?? whole;
    const epochMs = time === 'scheduledTime' ? values.scheduledAtMs : values.nowMs;
    return epochMs === undefined ? whole : formatStrftime(epochMs, format ?? '');
  });
}

function expandName(name: string, { runId, scheduledAtMs, nowMs, index }: MacroValues): string | undefined {
  if (name === 'RunUUID') return runId;
  if (name === 'Index') return index === undefined ? undefined : String(index);
  for (const [word, epochMs] of [['ScheduledTime', scheduledAtMs], ['CurrentTime', nowMs]] as const) {
    if (epochMs === undefined) continue;
    if (name === word) return formatGoLayout(epochMs, DEFAULT_LAYOUT);
    if (name.startsWith(`${word}.`)) return formatGoLayout(epochMs, name.slice(word.length + 1));
  }
  return undefined;
}
