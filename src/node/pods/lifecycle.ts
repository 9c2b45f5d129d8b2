// Lifecycle hooks: what a container wants to be done right after its start and before its end.
import { Failure, isJsonObject, type Json, type JsonObject } from '../../base/mod.ts';
import { checkOf, type ProbeCheck } from './probe-spec.ts';
import { runCheck, type ProbeTarget } from './run-probe.ts';

export type Hook = ProbeCheck | { readonly kind: 'sleep'; readonly seconds: number };

export interface Lifecycle {
  readonly postStart?: Hook;
  readonly preStop?: Hook;
  /** In place of what its image names, for example SIGQUIT. */
  readonly stopSignal?: string;
}

export function lifecycleOf(container: JsonObject): Lifecycle {
  const lifecycle = container['lifecycle'];
  if (!isJsonObject(lifecycle)) return {};
  const [postStart, preStop] = [hookOf(lifecycle['postStart'], container), hookOf(lifecycle['preStop'], container)];
  const { stopSignal } = lifecycle;
  return { ...(typeof stopSignal === 'string' ? { stopSignal } : {}), ...(postStart === undefined ? {} : { postStart }), ...(preStop === undefined ? {} : { preStop }) };
}

function hookOf(handler: Json | undefined, container: JsonObject): Hook | undefined {
  if (!isJsonObject(handler)) return undefined;
  const { sleep } = handler;
  return isJsonObject(sleep) ? { kind: 'sleep', seconds: Number(sleep['seconds'] ?? 0) } : checkOf(handler, container);
}

/** Throws when it fails or the signal comes; whether a request or a command went through to its end then is not known. */
export async function runHook(hook: Hook, target: ProbeTarget, signal: AbortSignal): Promise<void> {
  if (hook.kind === 'sleep') return target.clock.sleep(hook.seconds * 1000, { signal });
  try {
    await runCheck(hook, target, signal);
  } catch (error) {
    // To the kubelet a request that was answered has gone well, whatever the answer was.
    if (!(error instanceof Failure) || error.reason !== 'HttpStatus') throw error;
  }
}
